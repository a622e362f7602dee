import { type InfiniteData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { api, type Happening, type OrderSummary, type Schemas } from '../api/client'
import { useHappenings } from '../api/live'

type Page = Schemas['OrderSummaryPage']

const pageSize = 100
const calm = 250 // milliseconds in which changes are gathered

/** The orders that a filter finds, page by page, kept up to date by events. */
export function useOrders(filter: string, sort: string, enabled: boolean) {
  const key = useMemo(() => ['orders', filter, sort], [filter, sort])
  const query = useInfiniteQuery({
    queryKey: key,
    enabled,
    initialPageParam: '',
    queryFn: async ({ pageParam, signal }): Promise<Page> =>
      (await api.GET('/v1/orders', { params: { query: { sort, limit: pageSize, ...(filter && { filter }), ...(pageParam && { after: pageParam }) } }, signal })).data!,
    getNextPageParam: (page) => page.next,
    staleTime: Infinity,
  })
  const orders = useMemo(() => query.data?.pages.flatMap((p) => p.items) ?? [], [query.data])
  const [arrived, setArrived] = useState(0)
  useEffect(() => setArrived(0), [key])
  useFresh(key, setArrived)
  const refresh = useRefresh(key, setArrived)
  return { ...query, orders, arrived, refresh }
}

/** Reads the list again from its first page, to which it shrinks. */
function useRefresh(key: string[], setArrived: (n: number) => void) {
  const client = useQueryClient()
  return useCallback(() => {
    setArrived(0)
    client.setQueryData<InfiniteData<Page>>(key, (data) => data && { pages: data.pages.slice(0, 1), pageParams: data.pageParams.slice(0, 1) })
    void client.invalidateQueries({ queryKey: key, exact: true })
  }, [client, key, setArrived])
}

/** Orders that change are read again, many at once; new ones are counted, so that rows don't move under a hand. */
function useFresh(key: string[], setArrived: (count: (n: number) => number) => void) {
  const client = useQueryClient()
  const waiting = useRef(new Set<string>())
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])

  const read = useCallback(async () => {
    const data = client.getQueryData<InfiniteData<Page>>(key)
    const shown = new Set(data?.pages.flatMap((p) => p.items.map((o) => o.id)))
    const ids = [...waiting.current].filter((id) => shown.has(id)).slice(0, 50)
    waiting.current.clear()
    if (ids.length === 0) return
    const { data: fresh } = await api.GET('/v1/orders', { params: { query: { filter: `id:${ids.join(',')}`, limit: ids.length } } })
    const byId = new Map(fresh!.items.map((o) => [o.id, o]))
    client.setQueryData<InfiniteData<Page>>(key, (data) => data && { ...data, pages: data.pages.map((p) => replaced(p, byId)) })
  }, [client, key])

  useHappenings(
    useCallback(
      (e: Happening) => {
        if (!e.type.startsWith('order.')) return
        if (e.type === 'order.placed' || e.type === 'order.drafted') setArrived((n) => n + (e.sequence === 1 ? 1 : 0))
        waiting.current.add(e.subject)
        clearTimeout(timer.current)
        timer.current = setTimeout(() => void read().catch(() => undefined), calm)
      },
      [read, setArrived],
    ),
  )
}

function replaced(page: Page, byId: Map<string, OrderSummary>): Page {
  return page.items.some((o) => byId.has(o.id)) ? { ...page, items: page.items.map((o) => byId.get(o.id) ?? o) } : page
}
