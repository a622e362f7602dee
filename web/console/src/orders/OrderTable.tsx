import { useNavigate } from '@tanstack/react-router'
import { useVirtualizer } from '@tanstack/react-virtual'
import { lazy, Suspense, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { useKeys } from '../frame/useKeys'
import { useWords, worded } from '../language'
import type { Count } from '../part/format'
import { Head } from './Head'
import { gridOf, leastOf } from './layout'
import classes from './OrderList.module.css'
import { Row } from './Row'
import { flipped, joined, mostNamed } from './selection'
import { placeOf, remember, walk } from './trail'
import type { useLayout } from './useLayout'
import type { useOrders } from './useOrders'

const SelectionBar = lazy(worded(() => import('./SelectionBar')))

type Props = {
  list: string // names this filter and sort
  found: ReturnType<typeof useOrders>
  all?: Count // that the filter finds
  filter: string
  sort: string
  setSort: (sort: string) => void
  setFilter: (filter: string) => void
  layout: ReturnType<typeof useLayout>
  narrow: boolean
}

const ahead = 150 // rows that are loaded before they are seen

/** The rows. Only those in view are in the page; the next ones are loaded before they are reached. */
export function OrderTable({ list, found, all, filter, sort, setSort, setFilter, layout, narrow }: Props) {
  const { t } = useWords()
  const go = useNavigate()
  const { orders, hasNextPage, isFetchingNextPage, fetchNextPage } = found
  const before = useRef(placeOf(list)).current
  const [cursor, setCursor] = useState(before.cursor)
  const [selected, setSelected] = useState(before.selected)
  const [whole, setWhole] = useState(before.whole)
  const anchor = useRef(-1) // row that was selected last: a range begins there
  const scroll = useRef<HTMLDivElement>(null)
  const height = narrow ? 64 : layout.rowHeight
  const rows = useVirtualizer({ count: orders.length, getScrollElement: () => scroll.current, estimateSize: () => height, overscan: 12, initialOffset: before.scroll, paddingEnd: selected.size > 0 ? 64 : 8 })
  useLayoutEffect(() => rows.measure(), [rows, height])
  const shown = rows.getVirtualItems()
  const last = shown.at(-1)?.index ?? 0

  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && last > orders.length - ahead) void fetchNextPage()
  }, [last, orders.length, hasNextPage, isFetchingNextPage, fetchNextPage])

  const keep = useRef({ cursor, selected, whole })
  useEffect(() => {
    keep.current = { cursor, selected, whole }
  })
  const leave = useCallback(() => remember(list, { scroll: scroll.current?.scrollTop ?? 0, ...keep.current }), [list])
  useLayoutEffect(() => leave, [leave]) // its end runs while the rows still stand

  const move = (by: number) => {
    const to = Math.min(Math.max(cursor + by, 0), orders.length - 1)
    setCursor(to)
    rows.scrollToIndex(to, { align: 'auto' })
  }
  const open = (index: number) => {
    const order = orders[index]
    if (!order) return
    keep.current.cursor = index
    leave()
    walk(orders.map((o) => o.id))
    void go({ to: '/orders/$id', params: { id: order.id } })
  }
  const ids = useRef<string[]>([])
  useEffect(() => {
    ids.current = orders.map((o) => o.id)
  }, [orders])
  const select = useCallback((index: number, upTo: boolean) => {
    const from = upTo && anchor.current >= 0 ? anchor.current : index
    anchor.current = index
    setWhole(false)
    setSelected((now) => (from === index && !upTo ? flipped(now, ids.current[index]!) : joined(now, ids.current, from, index)))
  }, [])
  const clear = () => {
    setWhole(false)
    setSelected(new Set())
  }
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    x: () => orders[cursor] && select(cursor, false),
    Enter: () => open(cursor),
    Escape: clear,
  })

  return (
    <>
      <div ref={scroll} className={classes.scroll} tabIndex={0} role="region" aria-label={t('orders/table')}>
        <div role="table" aria-label={t('orders/table')} aria-rowcount={hasNextPage ? -1 : orders.length + 1} style={narrow ? undefined : { minWidth: leastOf(layout.shown) }}>
          {!narrow && (
            <Head
              columns={layout.shown}
              sort={sort}
              setSort={setSort}
              all={selected.size > 0 && selected.size >= orders.length}
              some={selected.size > 0}
              size={layout.size}
              selectAll={(on) => {
                setWhole(false)
                setSelected(new Set(on ? orders.map((o) => o.id) : []))
              }}
            />
          )}
          <div role="rowgroup" style={{ height: rows.getTotalSize(), position: 'relative' }}>
            {shown.map(({ index, start, key }) => {
              const order = orders[index]
              return (
                order && (
                  <Row
                    key={key}
                    order={order}
                    index={index}
                    start={start}
                    height={height}
                    columns={layout.shown}
                    grid={gridOf(layout.shown)}
                    narrow={narrow}
                    current={index === cursor}
                    selected={whole || selected.has(order.id)}
                    select={select}
                    open={open}
                  />
                )
              )
            })}
          </div>
        </div>
      </div>
      <Suspense>
        {selected.size > 0 && (
          <SelectionBar
            orders={orders.filter((o) => selected.has(o.id))}
            list={{ filter, sort, ...(all ?? { count: orders.length, more: hasNextPage }) }}
            offered={(selected.size >= orders.length && hasNextPage) || selected.size > mostNamed}
            whole={whole}
            setWhole={setWhole}
            setFilter={setFilter}
            clear={clear}
          />
        )}
      </Suspense>
    </>
  )
}
