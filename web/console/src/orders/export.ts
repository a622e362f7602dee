import type { Column } from './columns'

/** What a file calls a column of the list; two of the list say more than one thing. */
const inFile: Partial<Record<Column['id'], string[]>> = { customer: ['customer', 'company'], total: ['currency', 'total'] }

/** Where the file is of what a filter finds, with the columns that the list shows; with all if none are given. */
export function exportPath(format: 'csv' | 'xlsx', filter: string, sort: string, shown: Column['id'][]): string {
  const query = new URLSearchParams({ sort })
  if (filter) query.set('filter', filter)
  if (shown.length > 0) query.set('columns', shown.flatMap((id) => inFile[id] ?? [id]).join(','))
  return `/v1/orders/export.${format}?${query}`
}
