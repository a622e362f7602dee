import { useQuery } from '@tanstack/react-query'

/** An operation of the API, as its document tells of it. */
export type Operation = { name: string; says: string; permission: string; reads: boolean }

/** What can be granted and heard of: the operations, and the types of events with what each says. */
export type Catalogue = { operations: Operation[]; events: { type: string; says: string }[] }

type Described = { operationId?: string; summary?: string; 'x-ordo-permission'?: string }
type Document = { paths: Record<string, Record<string, Described>>; components: { schemas: Record<string, { description?: string }> } }

/** Reads the document of the API. */
export function catalogueOf({ paths, components }: Document): Catalogue {
  const operations = Object.values(paths).flatMap((methods) =>
    Object.entries(methods).flatMap(([method, o]) =>
      o.operationId && o['x-ordo-permission'] ? [{ name: o.operationId, says: o.summary ?? '', permission: o['x-ordo-permission'], reads: method === 'get' }] : [],
    ),
  )
  const events = Object.entries(components.schemas).flatMap(([schema, { description = '' }]) => {
    const told = /^([a-z_]+\.[a-z_]+): (.*)$/s.exec(description)
    return schema.startsWith('Event') && told ? [{ type: told[1]!, says: told[2]! }] : []
  })
  return { operations, events: events.filter((e, i) => events.findIndex((o) => o.type === e.type) === i) }
}

/** The catalogue of this server; undefined until it is known. */
export function useCatalogue(): Catalogue | undefined {
  return useQuery({
    queryKey: ['catalogue'],
    staleTime: Infinity,
    queryFn: async ({ signal }) => {
      const answer = await fetch('/openapi.json', { signal })
      if (!answer.ok) throw new Error(`HTTP ${answer.status}`)
      return catalogueOf((await answer.json()) as Document)
    },
  }).data
}
