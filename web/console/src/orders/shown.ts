import { type Column, usual } from './columns'
import { idsOf } from './layout'
import type { View, ViewFacts } from './useViews'

/** What the address of the list says: a saved view and what differs from it, or a filter and a sort of one's own. */
export type OrdersSearch = { view?: string; filter?: string; sort?: string; columns?: string }

export const defaultSort = '-placed'

/** Reads an address that anybody may have written. An empty filter says something only beside a view that has one. */
export function searchOf(search: Record<string, unknown>): OrdersSearch {
  const text = (name: string) => (typeof search[name] === 'string' ? (search[name] as string) : undefined)
  const [view, filter, sort, columns] = ['view', 'filter', 'sort', 'columns'].map(text)
  return { ...(view && { view }), ...((filter || (view && filter === '')) && { filter }), ...(sort && { sort }), ...(view && columns && { columns }) }
}

/** What is to be seen: the view, with what the address says otherwise. Columns are the user's own where there is no view. */
export type Shown = { filter: string; sort: string; columns?: Column['id'][]; changed: boolean }

export function shownOf(search: OrdersSearch, view: View | undefined): Shown {
  const filter = search.filter ?? view?.filter ?? ''
  const sort = search.sort ?? (view?.sort || defaultSort)
  if (!view) return { filter, sort, changed: false }
  const own = columnsOf(view)
  const columns = search.columns ? idsOf(search.columns.split(',')) : own
  return { filter, sort, columns, changed: filter !== view.filter || sort !== (view.sort || defaultSort) || columns.join() !== own.join() }
}

function columnsOf(view: View): Column['id'][] {
  const known = idsOf(view.columns)
  return known.length > 0 ? known : usual
}

/** The address after a change: what is as the view has it, or as it is usually, is left out. */
export function addressed(search: OrdersSearch, view: View | undefined, change: { filter?: string; sort?: string; columns?: Column['id'][] }): OrdersSearch {
  const next = { ...shownOf(search, view), ...change }
  const plain = { filter: view?.filter ?? '', sort: view?.sort || defaultSort, columns: view && columnsOf(view).join() }
  const columns = view && next.columns?.join()
  return {
    ...(view && { view: view.id }),
    ...(next.filter !== plain.filter && { filter: next.filter }),
    ...(next.sort !== plain.sort && { sort: next.sort }),
    ...(columns && columns !== plain.columns && { columns }),
  }
}

/** What a view is saved with. */
export function factsOf(name: string, { filter, sort }: Shown, columns: Column['id'][]): ViewFacts {
  return { name, filter, sort: sort === defaultSort ? '' : sort, columns }
}
