import type { Column } from './columns'

/** What makes a cell stay in view while the others scroll by. */
export function pinnedTo({ pinned }: Column) {
  return pinned ? { 'data-pinned': pinned.last ? 'last' : true, style: { insetInlineStart: pinned.at } } : {}
}

/** The same for the box to select by, which stays with the first column that does. */
export function pinnedBox(columns: Column[]) {
  return columns[0]?.pinned ? { 'data-pinned': 'box', style: { insetInlineStart: 0 } } : {}
}
