export const mostNamed = 1000 // orders that a command can name
export const mostFiltered = 50 // orders that a filter can

/** A selection with an item more, or without it. */
export function flipped(set: Set<string>, id: string): Set<string> {
  const next = new Set(set)
  if (!next.delete(id)) next.add(id)
  return next
}

/** A selection with all rows from one to another. */
export function joined(set: Set<string>, ids: string[], from: number, to: number): Set<string> {
  return new Set([...set, ...ids.slice(Math.min(from, to), Math.max(from, to) + 1)])
}
