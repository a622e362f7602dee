import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useRef } from 'react'
import { api, type Happening } from '../api/client'
import { useHappenings } from '../api/live'
import { expansions } from '../api/me'
import { usePreference } from '../api/preferences'
import { keyOf, useRecords } from '../record/useRecords'
import type { Work } from './work'

const page = 100
const calm = 300 // milliseconds in which events are gathered
const named = { 'lines.variant': 'variant.list' }

export const workKey = (id: string) => keyOf('/v1/fulfillments/{id}', { ids: { id } })
const queueKey = (location: string) => keyOf('/v1/locations/{id}/fulfillments', { ids: { id: location } })

/** The work of a location that is to be done, whose turn it is first; page by page. */
export function useQueue(location: string | undefined) {
  const client = useQueryClient()
  const key = queueKey(location ?? '')
  useReread(key, (e) => /^(fulfillment|shipment)\./.test(e.type))
  const found = useInfiniteQuery({
    queryKey: key,
    enabled: location !== undefined,
    initialPageParam: '',
    queryFn: async ({ pageParam, signal }) => {
      const query = { limit: page, count: true, ...(await expansions(client, named)), ...(pageParam && { after: pageParam }) }
      return (await api.GET('/v1/locations/{id}/fulfillments', { params: { path: { id: location! }, query }, signal })).data!
    },
    getNextPageParam: (last) => last.next,
  })
  return { ...found, works: (found.data?.pages.flatMap((p) => p.items) ?? []) as Work[], count: { count: found.data?.pages[0]?.count ?? 0, more: found.data?.pages[0]?.more ?? false } }
}

/** One piece of work. What the queue says of it is shown until it is read, or as long as it can't be. */
export function useWork(id: string) {
  const client = useQueryClient()
  const key = workKey(id)
  const queued = () => client.getQueriesData<{ pages: { items: Work[] }[] }>({ queryKey: queueKey('').slice(0, 2) }).flatMap(([, data]) => data?.pages.flatMap((p) => p.items) ?? []).find((w) => w.id === id)
  useReread(key, (e) => e.subject === id || (client.getQueryData<Work>(key)?.shipments?.some((s) => s.id === e.subject) ?? false))
  const read = useQuery<Work>({
    queryKey: key,
    queryFn: async ({ signal }) => (await api.GET('/v1/fulfillments/{id}', { params: { path: { id }, query: await expansions(client, named) }, signal })).data! as Work,
  })
  return { ...read, data: read.data ?? queued() }
}

/** Reads again when an event comes that matters. */
function useReread(key: readonly unknown[], matters: (e: Happening) => boolean) {
  const client = useQueryClient()
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const latest = useRef({ key, matters })
  useEffect(() => {
    latest.current = { key, matters }
  })
  useEffect(() => () => clearTimeout(timer.current), [])
  useHappenings(
    useCallback(
      (e) => {
        if (!latest.current.matters(e)) return
        timer.current ??= setTimeout(() => {
          timer.current = undefined
          void client.invalidateQueries({ queryKey: latest.current.key })
        }, calm)
      },
      [client],
    ),
  )
}

/** The locations that work can be done at. */
export function useLocations() {
  return useRecords('/v1/locations', ['location'], { query: { filter: 'active:true', sort: 'name', limit: 200 } })
}

type Desk = { location?: string; carrier?: string }

/** What the desk keeps for its user: where they work, and who carried what they shipped last. */
export function useDesk() {
  const { value, ready, set } = usePreference('fulfillment')
  const desk = (typeof value === 'object' && value !== null ? value : {}) as Desk
  const keep = useCallback((some: Desk) => set((now) => ({ ...(now as Desk | undefined), ...some })), [set])
  return { ...desk, ready, keep }
}
