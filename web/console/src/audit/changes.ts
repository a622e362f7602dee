import type { Schemas } from '../api/client'

export type Entry = Schemas['AuditEntry']

/** A value that an event set, with the one before it: undefined where nothing earlier tells. */
export type Change = { path: string; was: unknown; is: unknown }

type Tree = Record<string, unknown>

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value)

/** What an event changed, value by value. earlier are the events of its subject before it, the last first. */
export function changesOf(e: Entry, earlier: Entry[]): Change[] {
  return leaves(e.body).map(([path, is]) => ({ path: path.join('/'), was: earlier.map((b) => at(b.body, path)).find((value) => value !== undefined), is }))
}

function leaves(value: unknown, path: string[] = []): [path: string[], value: unknown][] {
  if (isTree(value) && Object.keys(value).length > 0) return Object.entries(value).flatMap(([name, inner]) => leaves(inner, [...path, name]))
  return path.length > 0 ? [[path, value]] : []
}

function at(value: unknown, path: string[]): unknown {
  return path.reduce<unknown>((found, name) => (isTree(found) ? found[name] : undefined), value)
}

/** A value as it stands in the log. */
export function written(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
