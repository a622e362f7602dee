import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useState } from 'react'
import { api, type Happening, newKey, type Schemas } from '../api/client'
import { keyring } from '../api/keyring'
import { useHappenings } from '../api/live'

export type Bulk = Schemas['Bulk']
export type BulkBody = Schemas['BulkBeginInput']

const pause = 1000 // milliseconds between two looks at one that runs, should its events not come

/** A command on many orders, kept up to date while it runs. */
export function useBulk(id: string) {
  const client = useQueryClient()
  useHappenings(
    useCallback(
      (e: Happening) => {
        if (e.subject === id) void client.invalidateQueries({ queryKey: ['bulk', id] })
      },
      [client, id],
    ),
  )
  return useQuery({
    queryKey: ['bulk', id],
    queryFn: async ({ signal }): Promise<Bulk> => (await api.GET('/v1/bulks/{id}', { params: { path: { id } }, signal })).data!,
    refetchInterval: ({ state }) => (state.data?.state === 'running' ? pause : false),
  })
}

/** The orders that were refused, page by page. */
export function useRefused(bulk: Bulk) {
  const client = useQueryClient()
  useEffect(() => void client.invalidateQueries({ queryKey: ['bulk', bulk.id, 'refused'] }), [client, bulk.id, bulk.refused])
  return useInfiniteQuery({
    queryKey: ['bulk', bulk.id, 'refused'],
    enabled: bulk.refused > 0,
    initialPageParam: '',
    queryFn: async ({ pageParam, signal }) =>
      (await api.GET('/v1/bulks/{id}/rows', { params: { path: { id: bulk.id }, query: { filter: 'outcome:refused', limit: 50, ...(pageParam && { after: pageParam }) } }, signal })).data!,
    getNextPageParam: (page) => page.next,
  })
}

/** What would come of it: a dry run. */
export function usePreview(body: BulkBody, ready: boolean) {
  return useQuery({
    queryKey: ['bulk preview', body],
    enabled: ready,
    staleTime: 0,
    gcTime: 0,
    retry: false,
    queryFn: async ({ signal }): Promise<Bulk> => (await api.POST('/v1/bulks', { params: { query: { dry_run: true } }, body, signal })).data!,
  })
}

/** What can be done with one that was begun. */
export type Step = 'stop' | 'resume' | 'retry' | 'undo'

export function useStep(bulk: Bulk, done: (bulk: Bulk) => void) {
  const client = useQueryClient()
  const [keys] = useState(() => keyring(newKey))
  return useMutation({
    mutationFn: async (step: Step): Promise<Bulk> =>
      (await api.POST(`/v1/bulks/{id}/${step}`, { params: { path: { id: bulk.id } }, headers: { 'Idempotency-Key': keys.of(step) } })).data!,
    onSuccess: (answer) => {
      keys.renew() // after another step the same one is another
      client.setQueryData(['bulk', answer.id], answer)
      done(answer)
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['bulk', bulk.id] }),
  })
}
