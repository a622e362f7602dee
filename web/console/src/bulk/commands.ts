import type { Words } from '../language/en'

/** What somebody filled into the form of a command on many orders. */
export type Values = Record<string, string>

export type BulkInput = { name: string; label: keyof Words['input']; kind: 'choice' | 'text' | 'long' | 'tags'; hint?: keyof Words['input']; needed?: boolean; words?: 'hold' | 'reason'; choices?: string[] }

/** A command that can be run on many orders, the permission it needs if that has another name, and what all have in common of its input. */
export type BulkSpec = { name: keyof Words['action']; permission?: string; final?: boolean; inputs: BulkInput[] }

const kinds = ['manual', 'approval', 'credit', 'fraud', 'payment', 'address', 'stock', 'compliance']
const tags: BulkInput = { name: 'tags', label: 'tags', kind: 'tags', hint: 'tagsHint', needed: true }
const kind: BulkInput = { name: 'kind', label: 'kind', kind: 'choice', words: 'hold', choices: kinds, needed: true }

/** The commands, the most likely first. */
export const bulkSpecs: BulkSpec[] = [
  { name: 'order.release', inputs: [] },
  {
    name: 'order.ship',
    final: true,
    inputs: [{ name: 'carrier', label: 'carrier', kind: 'text', hint: 'carrierHint', needed: true }],
  },
  { name: 'order.hold', inputs: [kind, { name: 'reason', label: 'reasonCode', kind: 'text', hint: 'reasonHint', needed: true }] },
  { name: 'order.release_holds', permission: 'order.release_hold', inputs: [kind] },
  { name: 'order.allocate', inputs: [] },
  { name: 'order.tag', inputs: [tags, { name: 'instead_of', label: 'insteadOf', kind: 'tags', hint: 'insteadOfHint' }] },
  { name: 'order.untag', inputs: [tags] },
  { name: 'order.note', inputs: [{ name: 'text', label: 'text', kind: 'long', needed: true }] },
  {
    name: 'order.cancel',
    final: true,
    inputs: [{ name: 'reason', label: 'reason', kind: 'choice', words: 'reason', choices: ['customer', 'fraud', 'stock', 'price', 'duplicate', 'other'], needed: true }],
  },
]

/** What the form begins with: the first of each choice. */
export function startOf(spec: BulkSpec): Values {
  return Object.fromEntries(spec.inputs.map((i) => [i.name, i.choices?.[0] ?? '']))
}

/** The tags of a field; no tag has a comma. */
export function tagsOf(value = ''): string[] {
  return value.split(',').map((tag) => tag.trim()).filter(Boolean)
}

/** The input without what was left empty. */
export function inputOf(spec: BulkSpec, values: Values): Record<string, string | string[]> {
  const input = spec.inputs.map((i) => [i.name, i.kind === 'tags' ? tagsOf(values[i.name]) : (values[i.name]?.trim() ?? '')] as const)
  return Object.fromEntries(input.filter(([, value]) => value.length > 0))
}

/** Whether all that is needed is there, so that a preview can be asked for. */
export function whole(spec: BulkSpec, values: Values): boolean {
  return spec.inputs.every((i) => !i.needed || values[i.name]?.trim())
}

/** Orders that a command is run on: named ones, or all that a filter finds. */
export type Chosen = { ids: string[] } | { filter: string; sort: string; count: number; more: boolean }

/** The part of a request that says which orders. */
export function which(chosen: Chosen): { order_ids: string[] } | { filter: string; sort: string } {
  return 'ids' in chosen ? { order_ids: chosen.ids } : { filter: chosen.filter, sort: chosen.sort }
}
