import { useQueries, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useRef } from 'react'
import { api } from '../api/client'
import { useHappenings } from '../api/live'
import type { Count } from '../part/format'

const calm = 15_000 // milliseconds between two counts while orders change

/** Counts what each filter finds, once wanted, and again while orders change. */
export function useCounts(filters: string[], wanted: boolean): Map<string, Count> {
  useRecount()
  const counts = useQueries({
    queries: filters.map((filter) => ({
      queryKey: ['order counts', filter],
      enabled: wanted,
      staleTime: calm,
      retry: false,
      queryFn: async ({ signal }: { signal: AbortSignal }): Promise<Count> => {
        const { data } = await api.GET('/v1/orders', { params: { query: { limit: 1, count: true, fields: 'id', ...(filter && { filter }) } }, signal })
        return { count: data!.count ?? 0, more: data!.more ?? false }
      },
    })),
  })
  return new Map(filters.flatMap((filter, i) => (counts[i]?.data ? [[filter, counts[i].data]] : [])))
}

/** Has counts read again when orders have changed, not more often than is calm. */
function useRecount() {
  const client = useQueryClient()
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  useHappenings(
    useCallback(
      (e) => {
        if (!e.type.startsWith('order.')) return
        timer.current ??= setTimeout(() => {
          timer.current = undefined
          void client.invalidateQueries({ queryKey: ['order counts'] })
        }, calm)
      },
      [client],
    ),
  )
}
