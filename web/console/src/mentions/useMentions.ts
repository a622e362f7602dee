import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import { api, type Happening } from '../api/client'
import { useHappenings } from '../api/live'
import { useSession } from '../api/session'

const page = 50 // notes

/** The notes that mention the reader, page by page, kept up to date by events. */
export function useMentions() {
  const client = useQueryClient()
  const user = useSession()?.user_id ?? ''
  useHappenings(
    useCallback(
      (e: Happening) => {
        if (e.type.startsWith('order.note')) void client.invalidateQueries({ queryKey: ['mentions'] })
      },
      [client],
    ),
  )
  return useInfiniteQuery({
    queryKey: ['mentions', user],
    initialPageParam: '',
    queryFn: async ({ pageParam, signal }) => (await api.GET('/v1/notes', { params: { query: { filter: `mention:${user}`, limit: page, ...(pageParam && { after: pageParam }) } }, signal })).data!,
    getNextPageParam: (last) => last.next,
  })
}
