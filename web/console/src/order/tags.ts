/** A tag that is put on an order, or taken off. */
export type TagChange = { tag: string; on: boolean }

/** The tags after a change, as the server will have them. */
export function changed(tags: string[], { tag, on }: TagChange): string[] {
  const folded = tag.trim().normalize('NFC').toLowerCase()
  const others = tags.filter((t) => t !== folded)
  return on ? [...others, folded].sort() : others
}
