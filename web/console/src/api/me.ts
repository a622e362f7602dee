import { type QueryClient, queryOptions, useQuery } from '@tanstack/react-query'
import { api, type Schemas } from './client'
import { permits } from './permits'
import { session, useSession } from './session'

export type Me = Schemas['AccountStanding']

const standing = (session?: string) =>
  queryOptions({
    queryKey: ['me', session],
    queryFn: async (): Promise<Me> => (await api.GET('/v1/me')).data!,
    staleTime: 5 * 60_000,
  })

/** Who is signed in and what they may do; undefined until it is known. */
export function useMe(): Me | undefined {
  const session = useSession()
  // The role may have changed meanwhile.
  return useQuery({ ...standing(session?.id), enabled: session !== null, refetchOnWindowFocus: true }).data
}

/** Tells what the user may do, by the name of a permission. Until that is known all is offered: the server decides in the end. */
export function useMay(): (permission: string) => boolean {
  const me = useMe()
  return (permission) => !me || permits(me.permissions, permission)
}

/** The references to expand, of those that an answer can hold: the server refuses a read that expands what the user may not list. */
export async function expansions(client: QueryClient, references: Record<string, string>): Promise<{ expand?: string }> {
  const { permissions } = await client.ensureQueryData(standing(session()?.id))
  const seen = Object.keys(references).filter((name) => permits(permissions, references[name]!))
  return seen.length > 0 ? { expand: seen.join(',') } : {}
}
