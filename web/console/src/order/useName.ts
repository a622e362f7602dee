import { useQuery } from '@tanstack/react-query'
import { api } from '../api/client'

/** Who an actor is: the name of a user, as far as the reader may see users, or the actor as written. */
export function useName(actor: string): string {
  const isUser = actor.startsWith('usr_')
  const { data } = useQuery({
    queryKey: ['user', actor],
    enabled: isUser,
    queryFn: async () => (await api.GET('/v1/users/{id}', { params: { path: { id: actor } } })).data!,
    staleTime: Infinity,
    retry: false,
  })
  return data?.name ?? actor
}
