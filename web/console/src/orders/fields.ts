import { toneOf } from '../part/tone'
import type { Words } from '../language/en'

/** A field of the filter language, with what can be chosen of it. */
export type Field = { name: keyof Words['field']; words?: keyof Words; values?: readonly string[]; kind: 'choice' | 'time' | 'money' | 'text' | 'tag' }

const keys = (of: object) => Object.keys(of)

/** What the menu offers; the text takes every field of the language. */
export const fields: Field[] = [
  { name: 'status', kind: 'choice', words: 'status', values: keys(toneOf.status) },
  { name: 'payment', kind: 'choice', words: 'payment', values: ['unpaid', 'pending', 'authorized', 'partially_paid', 'paid', 'overpaid', 'partially_refunded', 'refunded'] },
  { name: 'fulfillment', kind: 'choice', words: 'fulfillment', values: ['unfulfilled', 'partial', 'fulfilled', 'delivered'] },
  { name: 'hold', kind: 'choice', words: 'hold', values: ['approval', 'credit', 'fraud', 'payment', 'address', 'stock', 'compliance', 'manual'] },
  { name: 'return', kind: 'choice', words: 'return', values: ['none', 'requested', 'partial', 'full'] },
  { name: 'cancel', kind: 'choice', words: 'cancel', values: ['none', 'pending', 'partial', 'full'] },
  { name: 'customer_type', kind: 'choice', words: 'customer_type', values: ['retail', 'wholesale', 'vip', 'corporate', 'government'] },
  { name: 'tag', kind: 'tag' },
  { name: 'origin', kind: 'choice', words: 'origin', values: ['ordo', 'imported'] },
  { name: 'backordered', kind: 'choice', words: 'orders', values: ['true', 'false'] },
  { name: 'placed', kind: 'time' },
  { name: 'total', kind: 'money' },
  { name: 'number', kind: 'text' },
  { name: 'reference', kind: 'text' },
  { name: 'sku', kind: 'text' },
  { name: 'tracking', kind: 'text' },
]

export function fieldOf(name: string | undefined): Field | undefined {
  return fields.find((f) => f.name === name)
}

/** Times that people ask for most, as the language says them. */
export const times = [
  ['today', ':', 'today'],
  ['yesterday', ':', 'yesterday'],
  ['week', '>', '-7d'],
  ['month', '>', '-30d'],
] as const

/** Filters that people come back to, each under its name. */
export const views = [
  ['all', ''],
  ['drafts', 'status:draft'],
  ['blocked', 'status:pending'],
  ['toRelease', 'status:approved'],
  ['toShip', 'status:processing fulfillment:unfulfilled,partial'],
  ['backordered', 'backordered:true'],
  ['unpaid', 'payment:unpaid,partially_paid -status:draft,canceled'],
  ['returns', 'return:requested'],
] as const satisfies [keyof Words['orders'], string][]
