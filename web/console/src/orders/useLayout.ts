import { useMemo, useState } from 'react'
import { usePreference } from '../api/preferences'
import type { Column } from './columns'
import { toggled } from '../filter/filter'
import { arranged, idsOf, type Layout, layoutOf, moved, within } from './layout'

type Id = Column['id']

/** The columns that a saved view shows, and what to do when somebody wants others. */
export type Chosen = { shown: Id[]; choose: (next: (shown: Id[]) => Id[]) => void; reset: () => void }

/** How somebody wants to see the list, wherever they sign in. A saved view chooses the columns by itself. */
export function useLayout(chosen?: Chosen) {
  const { value, ready, set } = usePreference('orders.layout')
  const [drawn, setDrawn] = useState<Layout['widths']>({}) // while a hand draws
  const kept = useMemo(() => layoutOf(value), [value])
  const own = chosen?.shown.join()
  const columns = useMemo(() => arranged({ ...kept, shown: own ? idsOf(own.split(',')) : kept.shown, widths: { ...kept.widths, ...drawn } }), [kept, own, drawn])

  const change = (part: (now: Layout) => Partial<Layout>) =>
    set((value) => {
      const now = layoutOf(value)
      return { ...now, ...part(now) }
    })
  const choose = chosen?.choose ?? ((next: (shown: Id[]) => Id[]) => change((now) => ({ shown: next(now.shown) })))
  return {
    shown: columns,
    ready,
    rowHeight: kept.dense ? 28 : 36,
    dense: kept.dense,
    setDense: (dense: boolean) => change(() => ({ dense })),
    toggle: (id: Id) => choose((shown) => toggled(shown, id)),
    move: (id: Id, by: -1 | 1) => choose((shown) => moved(arranged({ ...kept, shown }).map((c) => c.id), id, by)),
    pin: (id: Id) => change(({ pinned }) => ({ pinned: toggled(pinned, id) })),
    /** Shows a width, and keeps it once it is done; none is the column's own. */
    size: (id: Id, width: number | undefined, done: boolean) => {
      if (!done) return setDrawn({ [id]: width && within(width) })
      setDrawn({})
      change(({ widths: { [id]: _, ...others } }) => ({ widths: width ? { ...others, [id]: within(width) } : others }))
    },
    reset: () => {
      set(() => undefined)
      chosen?.reset()
    },
  }
}
