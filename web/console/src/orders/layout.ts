import { type Column, columns, usual } from './columns'

type Id = Column['id']

/** What somebody set of the list: which columns and in which order, how wide, which stay in view, and how high rows are. */
export type Layout = { shown: Id[]; widths: Partial<Record<Id, number>>; pinned: Id[]; dense: boolean }

export const widest = 640 // pixels of a column
export const narrowest = 64

const gap = 12 // pixels between columns
const edge = 20 // before the first
const box = 36 // of the column to select by

/** Reads a layout that was kept, perhaps by another version of the console: what it does not know is left out. */
export function layoutOf(kept: unknown): Layout {
  const { shown, widths, pinned, dense } = (typeof kept === 'object' && kept ? kept : {}) as Partial<Record<keyof Layout, unknown>>
  const known = idsOf(shown)
  const sizes = Object.entries(typeof widths === 'object' && widths ? widths : {}).filter(([id, width]) => isId(id) && typeof width === 'number')
  return {
    shown: known.length > 0 ? known : usual,
    widths: Object.fromEntries(sizes.map(([id, width]) => [id, within(width as number)])),
    pinned: idsOf(pinned),
    dense: dense === true,
  }
}

/** The names of columns that there are, each once. */
export function idsOf(names: unknown): Id[] {
  return Array.isArray(names) ? [...new Set(names.filter(isId))] : []
}

function isId(name: unknown): name is Id {
  return columns.some((c) => c.id === name)
}

export function within(width: number): number {
  return Math.round(Math.min(Math.max(width, narrowest), widest))
}

/** The columns as they stand: those that stay in view first, each with its width. */
export function arranged({ shown, widths, pinned }: Layout): Column[] {
  const stay = shown.filter((id) => pinned.includes(id))
  let at = edge + box + gap
  return [...stay, ...shown.filter((id) => !pinned.includes(id))].map((id) => {
    const column = columns.find((c) => c.id === id)!
    const stays = stay.includes(id)
    const width = widths[id] ?? (stays ? column.least : undefined)
    const sized = width === undefined ? column : { ...column, width: `${width}px`, least: width }
    if (!stays) return sized
    const placed = { ...sized, pinned: { at, last: id === stay.at(-1) } }
    at += sized.least + gap
    return placed
  })
}

export function gridOf(columns: Column[]): string {
  return [`${box}px`, ...columns.map((c) => c.width)].join(' ')
}

/** The width below which the table scrolls sideways. */
export function leastOf(columns: Column[]): number {
  return columns.reduce((sum, c) => sum + c.least + gap, box + 2 * edge)
}

/** Whether a column can change places with its neighbor: both stay in view, or neither. */
export function movable(columns: Column[], id: Id, by: -1 | 1): boolean {
  const at = columns.findIndex((c) => c.id === id)
  const other = columns[at + by]
  return at >= 0 && other !== undefined && !other.pinned === !columns[at]!.pinned
}

export function moved<T>(list: T[], item: T, by: -1 | 1): T[] {
  const at = list.indexOf(item)
  const to = at + by
  if (at < 0 || to < 0 || to >= list.length) return list
  const next = [...list]
  ;[next[at], next[to]] = [next[to]!, next[at]!]
  return next
}
