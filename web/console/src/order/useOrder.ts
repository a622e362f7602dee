import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useRef } from 'react'
import { api, type Happening, type Order, type Schemas } from '../api/client'
import { useHappenings } from '../api/live'
import { expansions } from '../api/me'
import type { Kind } from './happening'

/** An order with what it refers to, as far as the reader may see it. */
export type Whole = Omit<Order, 'lines'> & {
  channel?: { id: string; name: string }
  customer?: { id: string; name?: string; company?: string; number: string; type: string; email?: string; phone?: string }
  lines: Line[]
}
export type Line = Omit<Schemas['OrderLine'], 'sources'> & { sources?: (Schemas['OrderSource'] & { location?: { name: string } })[] }
export type Shipment = Schemas['FulfillmentShipment']
export type Fulfillment = Schemas['Fulfillment']
export type Return = Schemas['ReturnsHead']
export type Mail = Schemas['Mail']

const page = 50 // events
const calm = 60 // milliseconds in which events of one command are gathered

export const keyOf = (id: string) => ['order', id]

export function useOrder(id: string) {
  return useQuery({
    queryKey: keyOf(id),
    queryFn: async ({ signal, client }) => {
      const query = await expansions(client, { channel: 'channel.list', customer: 'customer.list', 'lines.sources.location': 'location.list' })
      return (await api.GET('/v1/orders/{id}', { params: { path: { id }, query }, signal })).data! as Whole
    },
  })
}

/** What happened to an order and to what belongs to it, newest first, page by page. */
export function useTimeline(id: string, kind?: Kind) {
  return useInfiniteQuery({
    queryKey: [...keyOf(id), 'timeline', kind],
    initialPageParam: '',
    placeholderData: keepPreviousData,
    queryFn: async ({ pageParam, signal }) =>
      (await api.GET('/v1/orders/{id}/timeline', { params: { path: { id }, query: { limit: page, ...(kind && { kind }), ...(pageParam && { after: pageParam }) } }, signal })).data!,
    getNextPageParam: (last) => last.next,
  })
}

/** The orders that an order was split from or into, and those that became one with it. */
export function useRelated(order: Whole) {
  return useQuery({
    queryKey: [...keyOf(order.id), 'related'],
    queryFn: async ({ signal }) => {
      const named = [order.split_from, order.merged_into].filter((id) => id !== undefined)
      const filters = [`split_from:${order.id}`, `merged_into:${order.id}`, ...(named.length > 0 ? [`id:${named.join(',')}`] : [])]
      const pages = await Promise.all(filters.map((filter) => api.GET('/v1/orders', { params: { query: { filter, limit: 50 } }, signal })))
      return pages.flatMap((p) => p.data!.items)
    },
  })
}

/** The work, shipments and returns of an order: the first 200 of each. */
export function useExecution(id: string) {
  return useQuery({
    queryKey: [...keyOf(id), 'execution'],
    queryFn: async ({ signal, client }) => {
      const query = { filter: `order:${id}`, limit: 200 }
      const named = await expansions(client, { location: 'location.list' })
      const [work, shipments, returns] = await Promise.all([
        api.GET('/v1/fulfillments', { params: { query: { ...query, ...named } }, signal }),
        api.GET('/v1/shipments', { params: { query }, signal }),
        api.GET('/v1/returns', { params: { query }, signal }),
      ])
      return { work: work.data!.items as (Fulfillment & { location?: { name: string } })[], shipments: shipments.data!.items, returns: returns.data!.items }
    },
  })
}

/** The mails about an order: the last 200. They are looked at again while one is on its way. */
export function useMails(id: string) {
  return useQuery({
    queryKey: [...keyOf(id), 'mails'],
    queryFn: async ({ signal }) => (await api.GET('/v1/mails', { params: { query: { filter: `order:${id}`, limit: 200 } }, signal })).data!.items,
    refetchInterval: ({ state }) => (state.data?.some((m) => m.state === 'waiting' || m.state === 'sending') ? 2_000 : 15_000),
  })
}

/** Reads an order again when something happens to it, or to what belongs to it. */
export function useLiveOrder(id: string) {
  const client = useQueryClient()
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  useHappenings(
    useCallback(
      (e: Happening) => {
        if (!concerns(e, id, client.getQueryData<{ shipments: Shipment[]; returns: Return[]; work: Fulfillment[] }>([...keyOf(id), 'execution']), client.getQueryData<{ id: string }[]>([...keyOf(id), 'attachments']))) return
        clearTimeout(timer.current)
        timer.current = setTimeout(() => void client.invalidateQueries({ queryKey: keyOf(id) }), calm)
      },
      [client, id],
    ),
  )
}

function concerns(e: Happening, id: string, of?: { shipments: Shipment[]; returns: Return[]; work: Fulfillment[] }, files?: { id: string }[]): boolean {
  if (e.subject === id || JSON.stringify(e.body).includes(id) || files?.some((f) => f.id === e.subject)) return true
  return of !== undefined && [...of.shipments, ...of.returns, ...of.work].some((known) => known.id === e.subject)
}
