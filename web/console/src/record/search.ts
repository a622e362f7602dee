/** What the address of a list says: its filter and its sort. */
export type ListSearch = { filter?: string; sort?: string }

/** Reads an address that anybody may have written; a list's route takes it as validateSearch. */
export function listSearch(search: Record<string, unknown>): ListSearch {
  const text = (name: string) => (typeof search[name] === 'string' && search[name] ? (search[name] as string) : undefined)
  const [filter, sort] = ['filter', 'sort'].map(text)
  return { ...(filter && { filter }), ...(sort && { sort }) }
}
