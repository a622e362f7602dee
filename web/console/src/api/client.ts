import createClient, { type Middleware } from 'openapi-fetch'
import { Problem, Unreachable } from './problem'
import type { components, paths } from './schema'
import { end, session } from './session'

export type Schemas = components['schemas']
export type Order = Schemas['Order']
export type OrderSummary = Schemas['OrderSummary']
export type Line = Schemas['OrderLine']
export type Amount = Schemas['Amount']
export type Happening = Schemas['EventSealed']

const own: Middleware = {
  onRequest({ request }) {
    request.headers.set('X-Ordo-Csrf', '1') // the session's cookie alone does not show that this page asks
    return request
  },
  async onResponse({ response, request }) {
    if (response.ok) return response
    const problem = new Problem(response.status, await response.json().catch(() => ({})))
    if (response.status === 401 && session() && !request.url.endsWith('/v1/sessions')) end(true)
    throw problem
  },
  onError({ error }) {
    if (error instanceof DOMException && error.name === 'AbortError') return error
    return new Unreachable(String(error))
  },
}

/** The public API; answers that are no success are thrown as Problem or Unreachable. */
export const api = createClient<paths>({ baseUrl: window.location.origin })
api.use(own)

type Method = 'post' | 'put' | 'patch' | 'delete'
type Takes<M extends Method> = { [P in keyof paths]: paths[P] extends { [m in M]: { parameters: unknown } } ? P : never }[keyof paths]
type Body<M extends Method, P extends Takes<M>> = paths[P][M] extends { requestBody?: { content: { 'application/json': infer B } } } ? B : undefined

/** A command of the API that can be sent, sent again under the same key, and shown as curl. */
export type Command = { method: Method; path: string; body?: unknown; version?: number }

/** Makes a POST of a path of the document; ids take the places in it, in their order. */
export function command<P extends Takes<'post'>>(path: P, ids: string[], body?: Body<'post', P>): Command {
  return request('post', path, ids, body)
}

/** The same with another method; it is refused if what it changes has another version than the one that is named. */
export function request<M extends Method, P extends Takes<M>>(method: M, path: P, ids: string[], body?: Body<M, P>, version?: number): Command {
  const rest = [...ids]
  return { method, path: (path as string).replace(/\{\w+\}/g, () => encodeURIComponent(rest.shift()!)), body, version }
}

/** A new idempotency key. */
export function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, '0')).join('')
}

/** Sends a command once: the key makes a second try harmless. */
export async function send<T>(c: Command, key: string): Promise<T> {
  const { data } = await (api.request as unknown as (method: string, path: string, init: object) => Promise<{ data: T }>)(c.method, c.path, {
    headers: { 'Idempotency-Key': key, ...matching(c) },
    ...(c.body === undefined ? {} : { body: c.body }),
  })
  return data
}

/** The version that is expected, as a header. */
function matching({ version }: Command): Record<string, string> {
  return version === undefined ? {} : { 'If-Match': `"${version}"` }
}

/** The command for a terminal. */
export function curl(c: Command): string {
  const quoted = (s: string) => `'${s.replaceAll("'", `'\\''`)}'`
  const lines = [`curl -X ${c.method.toUpperCase()}`, '  -H "Authorization: Bearer $ORDO_KEY"']
  for (const [name, value] of Object.entries(matching(c))) lines.push(`  -H ${quoted(`${name}: ${value}`)}`)
  if (c.body !== undefined) lines.push("  -H 'Content-Type: application/json'", `  -d ${quoted(JSON.stringify(c.body))}`)
  return [...lines, `  ${window.location.origin}${c.path}`].join(' \\\n')
}
