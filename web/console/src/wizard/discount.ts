import { decimal, figure, minorUnits, percent } from '../part/format'
import type { LineIn } from './work'

export type Discount = NonNullable<LineIn['discounts']>[number]

const places = 6 // of the rate that the server takes

/** A discount as people type it, 10% or an amount of money, under the name that the customer reads; null if it is none. */
export function discountOf(text: string, label: string, currency: string, locale: string): Discount | null {
  const share = /^(.*?)\s*[%٪]$/.exec(text.trim())?.[1]
  if (share === undefined) {
    const amount = minorUnits(text, currency)
    return amount ? { kind: 'amount', amount, label } : null
  }
  const rate = Number(decimal(share, locale) ?? 0) / 100
  return rate > 0 && rate <= 1 ? { kind: 'percent', rate: String(Number(rate.toFixed(places))), label } : null
}

/** What somebody would type for a discount. */
export function typed({ kind, rate, amount }: Discount, currency: string, locale: string): string {
  return kind === 'percent' ? percent(rate ?? '0', locale) : figure({ amount: amount ?? 0, currency }, locale)
}
