import { useQuery } from '@tanstack/react-query'
import { api, type Schemas } from './client'
import { permits } from './permits'
import { useSession } from './session'

export type Me = Schemas['AccountStanding']

/** Who is signed in and what they may do; undefined until it is known. */
export function useMe(): Me | undefined {
  const session = useSession()
  return useQuery({
    queryKey: ['me', session?.id],
    enabled: session !== null,
    queryFn: async (): Promise<Me> => (await api.GET('/v1/me')).data!,
    staleTime: 5 * 60_000,
    refetchOnWindowFocus: true, // the role may have changed meanwhile
  }).data
}

/** Tells what the user may do. Until that is known all is offered: the server decides in the end. */
export function useMay(): (operation: string) => boolean {
  const me = useMe()
  return (operation) => !me || permits(me.permissions, operation)
}
