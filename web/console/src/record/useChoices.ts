import { useMay } from '../api/me'
import { type Item, useRecords } from './useRecords'

/** Lists that stay small, with what it takes to see them and the events that change them. */
const small = {
  '/v1/locations': ['location.list', 'location'],
  '/v1/channels': ['channel.list', 'channel'],
  '/v1/price-lists': ['price_list.list', 'price_list'],
} as const

/** What can be chosen of a list that stays small, and the names of what others refer to by id: the id where the reader may not see it. */
export function useChoices<P extends keyof typeof small>(path: P) {
  const [permission, subject] = small[path]
  const found = useRecords<P>(path, [subject], { query: { limit: 200 }, enabled: useMay()(permission) })
  const items = found.items as (Item<P> & { id: string; name: string })[]
  return {
    items,
    options: items.map(({ id, name }) => ({ value: id, label: name })),
    nameOf: (id: string) => items.find((i) => i.id === id)?.name ?? id,
  }
}
