import { useMemo } from 'react'
import type { Field } from '../filter/fields'
import { useWords } from '../language'
import type { Words } from '../language/en'
import { toneOf } from '../part/tone'

type Choice = { name: keyof Words['field']; words: keyof Words; values: readonly string[] }

const choices: Choice[] = [
  { name: 'status', words: 'status', values: Object.keys(toneOf.status) },
  { name: 'payment', words: 'payment', values: ['unpaid', 'pending', 'authorized', 'partially_paid', 'paid', 'overpaid', 'partially_refunded', 'refunded'] },
  { name: 'fulfillment', words: 'fulfillment', values: ['unfulfilled', 'partial', 'fulfilled', 'delivered'] },
  { name: 'hold', words: 'hold', values: ['approval', 'credit', 'fraud', 'payment', 'address', 'stock', 'compliance', 'manual'] },
  { name: 'return', words: 'return', values: ['none', 'requested', 'partial', 'full'] },
  { name: 'cancel', words: 'cancel', values: ['none', 'pending', 'partial', 'full'] },
  { name: 'customer_type', words: 'customer_type', values: ['retail', 'wholesale', 'vip', 'corporate', 'government'] },
  { name: 'origin', words: 'origin', values: ['ordo', 'imported'] },
  { name: 'backordered', words: 'orders', values: ['true', 'false'] },
]

const others = [
  ['tag', 'tag'],
  ['placed', 'time'],
  ['total', 'money'],
  ['number', 'text'],
  ['reference', 'text'],
  ['sku', 'text'],
  ['tracking', 'text'],
] as const

/** What the menu offers of orders; the text takes every field of the language. */
export function useOrderFields(): Field[] {
  const { t } = useWords()
  return useMemo(
    () => [
      ...choices.map(({ name, words, values }) => ({ name, label: t(`field/${name}`), kind: 'choice' as const, values: values.map((value) => ({ value, label: t(`${words}/${value}` as 'status/draft') })) })),
      ...others.map(([name, kind]) => ({ name, label: t(`field/${name}`), kind })),
    ],
    [t],
  )
}

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
