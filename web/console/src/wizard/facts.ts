import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { api, type Order, type OrderSummary, type Schemas } from '../api/client'
import { useMay } from '../api/me'
import type { Address } from './work'

export type Channel = Schemas['Channel']
export type Customer = Schemas['Customer']
export type Variant = Schemas['CatalogVariant']

const calm = 5 * 60_000 // of what rarely changes

/** The channels that take orders, those for the phone first. */
export function useChannels() {
  return useQuery({
    queryKey: ['wizard', 'channels'],
    staleTime: calm,
    queryFn: async ({ signal }) => {
      const { items } = (await api.GET('/v1/channels', { params: { query: { filter: 'active:true', limit: 100 } }, signal })).data!
      return items.toSorted((a, b) => Number(b.kind === 'phone') - Number(a.kind === 'phone'))
    },
  })
}

/** The ways in which goods are sent and charged in a currency. */
export function useMethods(currency: string | undefined) {
  const may = useMay()('shipping_method.list')
  return useQuery({
    queryKey: ['wizard', 'methods'],
    staleTime: calm,
    enabled: may,
    queryFn: async ({ signal }) => (await api.GET('/v1/shipping-methods', { params: { query: { filter: 'active:true', limit: 100 } }, signal })).data!.items,
    select: (all) => all.filter((m) => m.currency === currency),
  })
}

/** What is known of a customer: who they are, where goods went and can go to, and what they ordered last. */
export function useCustomer(id: string | undefined) {
  const may = useMay()
  return useQuery({
    queryKey: ['wizard', 'customer', id],
    enabled: id !== undefined,
    queryFn: async ({ signal }) => {
      const path = { id: id! }
      const orders = (filter: string, limit: number) =>
        may('order.list') ? api.GET('/v1/orders', { params: { query: { filter: `customer:${id} ${filter}`, limit } }, signal }).then(({ data }) => data!.items) : Promise.resolve<OrderSummary[]>([])
      const [customer, book, last, drafts] = await Promise.all([
        may('customer.get') ? api.GET('/v1/customers/{id}', { params: { path }, signal }).then(({ data }) => data!) : undefined,
        may('customer.addresses') ? api.GET('/v1/customers/{id}/addresses', { params: { path }, signal }).then(({ data }) => data!.items) : [],
        orders('-status:draft', 5),
        orders('status:draft', 5),
      ])
      const before = last[0] && may('order.get') ? (await api.GET('/v1/orders/{id}', { params: { path: { id: last[0].id } }, signal })).data! : undefined
      return { customer, places: placesOf(book, before), method: before?.deliveries[0]?.shipping_method_id, last, drafts }
    },
  })
}

/** A place that goods can go to; label is none of the last order's. */
export type Place = { label?: string; address: Address }

function placesOf(book: Schemas['CustomerEntry'][], before: Order | undefined): Place[] {
  const all: Place[] = book.map(({ id: _, customer_id: __, version: ___, label, ...address }) => ({ label, address }))
  for (const { address } of before?.deliveries ?? []) if (address && !all.some((p) => sameAddress(p.address, address))) all.push({ address })
  return all
}

export function sameAddress(a: Address | undefined, b: Address | undefined): boolean {
  const text = (of: Address | undefined) => JSON.stringify(Object.entries(of ?? {}).filter(([, value]) => value).toSorted())
  return text(a) === text(b)
}

/** What the locations of a channel can promise of variants, by their ids. */
export function useStock(variants: string[], channel: Channel | undefined) {
  const may = useMay()('stock.list')
  return useQuery({
    queryKey: ['wizard', 'stock', channel?.id, variants],
    enabled: may && variants.length > 0 && channel !== undefined,
    staleTime: 10_000,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const all = new Map(variants.map((id) => [id, 0]))
      for (let i = 0; i < variants.length; i += perRead) await addStock(all, variants.slice(i, i + perRead), channel!, signal)
      return all
    },
  })
}

const perRead = 50 // variants

async function addStock(all: Map<string, number>, variants: string[], channel: Channel, signal: AbortSignal) {
  const { items } = (await api.GET('/v1/stock', { params: { query: { filter: `variant:${variants.join(',')}`, limit: 200 } }, signal })).data!
  for (const s of items) if (channel.locations.some((l) => l.location_id === s.location_id)) all.set(s.variant_id, (all.get(s.variant_id) ?? 0) + Math.max(0, s.available))
}

/** The drafts that wait for somebody to go on with them, the latest first. */
export function useDrafts(enabled: boolean) {
  const may = useMay()('order.list')
  return useQuery({
    queryKey: ['wizard', 'drafts'],
    enabled: enabled && may,
    staleTime: 0,
    queryFn: async ({ signal }) => (await api.GET('/v1/orders', { params: { query: { filter: 'status:draft', limit: 6 } }, signal })).data!.items,
  })
}

/** The first templates by name; their list has the others. */
export function useTemplates(enabled: boolean) {
  const may = useMay()('template.list')
  return useQuery({
    queryKey: ['wizard', 'templates'],
    enabled: enabled && may,
    staleTime: 0,
    queryFn: async ({ signal }) => (await api.GET('/v1/templates', { params: { query: { limit: 12 } }, signal })).data!.items,
  })
}

/** What one should know of a draft that was opened: only the answer to a change tells it by itself. */
export function useWarnings(draft: Order | undefined, opened: boolean) {
  const may = useMay()('order.price')
  return useQuery({
    queryKey: ['wizard', 'warnings', draft?.id, draft?.revision],
    enabled: opened && may && draft !== undefined && draft.lines.length > 0,
    retry: false, // what would be refused is told when it is saved or placed
    queryFn: async ({ signal }) => {
      const { lines, ...agreement } = draft!.agreement!
      const body = { ...agreement, external_id: undefined, lines: lines.map((l) => ({ ...l, line_id: undefined })) }
      return (await api.POST('/v1/price', { body, signal })).data!.warnings ?? []
    },
  })
}

/** What of a copied order is not as in its source. */
export function useDifferences(draft: Order | undefined) {
  return useQuery({
    queryKey: ['wizard', 'differences', draft?.id],
    enabled: draft?.cloned_from !== undefined,
    queryFn: async ({ signal }) => (await api.GET('/v1/orders/{id}/differences', { params: { path: { id: draft!.id } }, signal })).data!.items,
  })
}
