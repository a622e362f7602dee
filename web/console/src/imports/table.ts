import type { Schemas } from '../api/client'
import type { Tone } from '../theme'

export type TableImport = Schemas['ImporterTableImport']
export type TableRow = Schemas['ImporterTableRow']
export type Format = TableImport['format']

export const formats: Format[] = ['products', 'customers', 'stock']

/** The stages of an import as people see them, each with its tone. */
export const stages = {
  uploading: 'grey',
  reading: 'blue',
  failed: 'red',
  mapping: 'amber',
  checking: 'blue',
  checked: 'amber',
  writing: 'blue',
  written: 'green',
  undoing: 'blue',
  undone: 'violet',
  stopping: 'blue',
  stopped: 'amber',
} as const satisfies Record<string, Tone>

export type Stage = keyof typeof stages

const during = { upload: 'uploading', read: 'reading', check: 'checking', run: 'writing', undo: 'undoing' } as const
const behind = { upload: 'uploading', read: 'mapping', check: 'checked', run: 'written', undo: 'undone' } as const

/** At which stage an import is. */
export function stageOf({ phase, state }: Pick<TableImport, 'phase' | 'state'>): Stage {
  if (state === 'failed' || state === 'stopping' || state === 'stopped') return state
  return state === 'done' ? behind[phase] : during[phase]
}

/** What each column of the file becomes, by its name in lower case: as it was checked, or as it seems. */
export function mappingOf({ columns, mapping, phase }: Pick<TableImport, 'columns' | 'mapping' | 'phase'>): Record<string, string> {
  const names = columns.map((c) => c.name.trim().toLowerCase())
  return Object.fromEntries(columns.map((c, i) => [names[i]!, phase === 'read' ? c.field : (mapping[names[i]!] ?? c.field)]))
}

/** A value of a cell as people read it. */
export function shown(value: unknown): string {
  if (value === undefined || value === null || value === '') return '–'
  return Array.isArray(value) ? value.join(' ') : String(value)
}
