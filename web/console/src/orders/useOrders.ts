import { type InfiniteData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, useState } from 'react'
import { api, type Happening, type OrderSummary, type Schemas } from '../api/client'
import { useHappenings } from '../api/live'
import { Problem } from '../api/problem'
import { among } from '../filter/filter'
import { gatherer } from './gatherer'

type Page = Schemas['OrderSummaryPage']

const pageSize = 100
const calm = 250 // milliseconds in which changes are gathered
const together = 50 // orders that are read again at once, which a filter can name
const besideFilter = 20 // those that can be named beside what somebody filters by

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
  useFresh(key, filter, setArrived)
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

/** Orders that change are read again, many at once; new ones that the filter finds are counted, so that rows don't move under a hand. */
function useFresh(key: string[], filter: string, setArrived: (count: (n: number) => number) => void) {
  const client = useQueryClient()
  const [changed, placed] = useMemo(() => {
    const shown = () => new Set(client.getQueryData<InfiniteData<Page>>(key)?.pages.flatMap((p) => p.items.map((o) => o.id)))

    const readAgain = async (all: string[]) => {
      const here = shown()
      const ids = all.filter((id) => here.has(id))
      const now = ids.slice(0, together)
      if (now.length === 0) return []
      const { data: fresh } = await api.GET('/v1/orders', { params: { query: { filter: among(now), limit: now.length } } })
      const byId = new Map(fresh!.items.map((o) => [o.id, o]))
      client.setQueryData<InfiniteData<Page>>(key, (data) => data && { ...data, pages: data.pages.map((p) => replaced(p, byId)) })
      return ids.slice(together)
    }

    const count = async (all: string[]) => {
      const here = shown()
      const ids = all.filter((id) => !here.has(id))
      const now = filter ? ids.slice(0, besideFilter) : ids
      const found = filter && now.length > 0 ? await howMany(among(now, filter), now.length) : now.length
      setArrived((n) => n + found)
      return ids.slice(now.length)
    }
    return [gatherer(readAgain, calm), gatherer(count, calm)] as const
  }, [client, key, filter, setArrived])
  useEffect(
    () => () => {
      changed.end()
      placed.end()
    },
    [changed, placed],
  )

  useHappenings(
    useCallback(
      (e: Happening) => {
        if (!e.type.startsWith('order.')) return
        if ((e.type === 'order.placed' || e.type === 'order.drafted') && e.sequence === 1) placed.add(e.subject)
        changed.add(e.subject)
      },
      [changed, placed],
    ),
  )
}

/** How many orders a filter finds; none if it is not understood, or too long with what was added. */
async function howMany(filter: string, limit: number): Promise<number> {
  try {
    return (await api.GET('/v1/orders', { params: { query: { filter, limit, fields: 'id' } } })).data!.items.length
  } catch (error) {
    if (error instanceof Problem && error.faults.some((f) => f.pointer === '/filter')) return 0
    throw error
  }
}

function replaced(page: Page, byId: Map<string, OrderSummary>): Page {
  return page.items.some((o) => byId.has(o.id)) ? { ...page, items: page.items.map((o) => byId.get(o.id) ?? o) } : page
}
