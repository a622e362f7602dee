import { api, type Schemas } from '../api/client'
import { quoted } from './filter'

type Channel = Schemas['Channel']
type Customer = Schemas['Customer']
type Variant = Schemas['CatalogVariant']

/** The customers that have all of the words somewhere in name, company, mail, phone or number, the likeliest first. */
export async function findCustomers(words: string, signal?: AbortSignal): Promise<Customer[]> {
  const read = async (filter: string) => (await api.GET('/v1/customers', { params: { query: { filter: `${filter} active:true`, limit: 20 } }, signal })).data!.items
  const found = await Promise.all([`number:${quoted(words.toUpperCase())}`, `email:${quoted(words)}`, anywhere(words)].map(read)) // each by its own index
  return likeliest(found.flat(), words, (c) => [c.number, c.email, c.phone, c.name, c.company])
}

/** The variants that a channel sells and that have all of the words somewhere in SKU or title, or as barcode, the likeliest first. */
export async function findVariants(words: string, channel: Channel | undefined, signal?: AbortSignal): Promise<Variant[]> {
  const sold = channel?.assortment === 'listed' ? `active:true channel:${channel.id}` : 'active:true'
  const read = async (filter: string) => (await api.GET('/v1/variants', { params: { query: { filter: `${filter} ${sold}`, limit: 20 } }, signal })).data!.items
  const found = await Promise.all([`sku:${quoted(words)}`, `barcode:${quoted(words)}`, anywhere(words)].map(read))
  return likeliest(found.flat(), words, (v) => [v.sku, v.title, ...(v.barcodes ?? [])])
}

const anywhere = (words: string) => words.split(/\s+/).filter(Boolean).map(quoted).join(' ')

const shown = 8

/** Sorts by how well the words fit: they are one of the texts, begin one, begin a word of one, or stand somewhere. */
export function likeliest<T extends { id: string }>(found: T[], words: string, texts: (of: T) => (string | undefined)[]): T[] {
  const asked = words.trim().toLowerCase()
  const all = [...new Map(found.map((of) => [of.id, of])).values()]
  const fit = (of: T) => Math.min(...texts(of).map((text) => distance(text?.toLowerCase() ?? '', asked)))
  return all.map((of) => [fit(of), of] as const).toSorted(([a], [b]) => a - b).map(([, of]) => of).slice(0, shown)
}

function distance(text: string, asked: string): number {
  if (text === asked) return 0
  if (text.startsWith(asked)) return 1
  return text.includes(` ${asked}`) ? 2 : 3
}
