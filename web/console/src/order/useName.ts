import { useQuery } from '@tanstack/react-query'
import { api } from '../api/client'
import { useMay, useMe } from '../api/me'

/** Who an actor is: the name of a user or of an API key, as far as the reader may see them, or the actor as written. */
export function useName(actor: string): string {
  const kind = actor.startsWith('usr_') ? 'user' : actor.startsWith('key_') ? 'key' : undefined
  const may = useMay()
  const me = useMe()
  const { data } = useQuery({
    queryKey: [kind, actor],
    enabled: kind !== undefined && me !== undefined && may(`${kind}.get`),
    queryFn: async () => (await api.GET(kind === 'user' ? '/v1/users/{id}' : '/v1/keys/{id}', { params: { path: { id: actor } } })).data!,
    staleTime: Infinity,
    retry: false,
  })
  return data?.name ?? actor
}
