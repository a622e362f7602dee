import { useLocalStorage } from '@mantine/hooks'
import { useSession } from '../api/session'
import { type Column, columns, usual } from './columns'

type Layout = { shown: Column['id'][]; dense: boolean }

const start: Layout = { shown: usual, dense: false }

/** Which columns somebody sees and in which order, and how high rows are: kept in this browser, for each user. */
export function useLayout() {
  const user = useSession()?.user_id ?? ''
  const [layout, setLayout, reset] = useLocalStorage<Layout>({ key: `ordo.orders.${user}`, defaultValue: start, getInitialValueInEffect: false })
  const shown = layout.shown.map((id) => columns.find((c) => c.id === id)).filter((c) => c !== undefined)
  return {
    shown: shown.length > 0 ? shown : columns.filter((c) => usual.includes(c.id)),
    rowHeight: layout.dense ? 28 : 36,
    dense: layout.dense,
    setDense: (dense: boolean) => setLayout({ ...layout, dense }),
    toggle: (id: Column['id']) => setLayout({ ...layout, shown: toggled(layout.shown, id) }),
    move: (id: Column['id'], by: -1 | 1) => setLayout({ ...layout, shown: moved(layout.shown, id, by) }),
    reset,
  }
}

export function toggled<T>(list: T[], item: T): T[] {
  return list.includes(item) ? list.filter((other) => other !== item) : [...list, item]
}

export function moved<T>(list: T[], item: T, by: -1 | 1): T[] {
  const at = list.indexOf(item)
  const to = at + by
  if (at < 0 || to < 0 || to >= list.length) return list
  const next = [...list]
  ;[next[at], next[to]] = [next[to]!, next[at]!]
  return next
}
