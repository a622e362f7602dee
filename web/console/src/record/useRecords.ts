import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import { api, type Happening } from '../api/client'
import { useHappenings } from '../api/live'
import type { paths } from '../api/schema'

type Answer<P extends keyof paths> = paths[P] extends { get: { responses: { 200: { content: { 'application/json': infer A } } } } } ? A : never

/** The lists of the API. */
export type ListPath = { [P in ReadPath]: Answer<P> extends { items: unknown[]; next?: string } ? P : never }[ReadPath]
/** What a list of the API holds. */
export type Item<P extends ListPath> = Answer<P> extends { items: (infer I)[] } ? I : never
/** All that the API reads. */
export type ReadPath = { [P in keyof paths]: [Answer<P>] extends [never] ? never : P }[keyof paths]

export type Asked = {
  ids?: Record<string, string> // the places in the path
  query?: Record<string, string | number | boolean | undefined>
  enabled?: boolean
}

const pageSize = 100

type Get = (path: string, init: object) => Promise<{ data: unknown }>

/** The key under which a path is kept: what a path begins with invalidates all that was read of it. */
export function keyOf(path: ReadPath, { ids, query }: Asked = {}) {
  return ['record', path, ids ?? {}, query ?? {}]
}

/** A record of the API, read again when an event tells of its subject: subjects are what the types of events begin with, such as customer. */
export function useRecord<P extends ReadPath>(path: P, subjects: string[], asked: Asked = {}) {
  useFollow(path, subjects)
  return useQuery({
    queryKey: keyOf(path, asked),
    enabled: asked.enabled ?? true,
    queryFn: async ({ signal }) => (await (api.GET as unknown as Get)(path, { params: { path: asked.ids, query: asked.query }, signal })).data as Answer<P>,
  })
}

/** A list of the API, page by page, kept up to date by the events of its subjects. */
export function useRecords<P extends ListPath>(path: P, subjects: string[], asked: Asked = {}) {
  useFollow(path, subjects)
  const found = useInfiniteQuery({
    queryKey: keyOf(path, asked),
    enabled: asked.enabled ?? true,
    initialPageParam: '',
    placeholderData: keepPreviousData,
    queryFn: async ({ pageParam, signal }) =>
      (await (api.GET as unknown as Get)(path, { params: { path: asked.ids, query: { limit: pageSize, ...asked.query, ...(pageParam && { after: pageParam }) } }, signal })).data as { items: Item<P>[]; next?: string },
    getNextPageParam: (page) => page.next,
  })
  return { ...found, items: found.data?.pages.flatMap((p) => p.items) ?? [] }
}

/** Reads again what was read of a path when an event of one of the subjects comes. */
function useFollow(path: ReadPath, subjects: string[]) {
  const client = useQueryClient()
  const of = subjects.join()
  useHappenings(
    useCallback(
      (e: Happening) => {
        if (of.split(',').some((subject) => e.type.startsWith(subject + '.'))) void client.invalidateQueries({ queryKey: ['record', path] })
      },
      [client, path, of],
    ),
  )
}
