import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { api } from '../api/client'
import { quoted } from './filter'

const most = 100

/** The tags that orders have, by their beginning. */
export function useTagsInUse(beginning = '') {
  return useQuery({
    queryKey: ['tags', beginning],
    staleTime: 30_000,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => (await api.GET('/v1/tags', { params: { query: { limit: most, ...(beginning && { filter: `tag:${quoted(beginning)}` }) } }, signal })).data!.items.map((t) => t.tag),
  })
}
