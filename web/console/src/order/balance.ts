import type { Amount } from '../api/client'
import type { Whole } from './useOrder'

/** A step on the way to a total. */
export type Step = { kind: 'subtotal' | 'discount' | 'charge' | 'tax' | 'rounding'; label: string; rate?: string; amount: Amount; included?: boolean }

/** How the total comes about: quantities × prices, discounts, charges, tax, rounding; they add up to it. */
export function steps(o: Whole): Step[] {
  const of = (amount: number): Amount => ({ amount, currency: o.currency })
  const charges = o.adjustments?.filter((a) => !a.line_id && !['tax', 'discount', 'promotion', 'rounding'].includes(a.kind)) ?? []
  const all: Step[] = [{ kind: 'subtotal', label: '', amount: o.subtotal }]
  if (o.discount.amount !== 0) all.push({ kind: 'discount', label: '', amount: of(-o.discount.amount) })
  for (const a of charges) all.push({ kind: 'charge', label: a.label || a.kind, amount: a.amount })
  for (const [rate, tax] of taxes(o)) all.push({ kind: 'tax', label: tax.label, rate, amount: of(tax.amount), included: o.tax_inclusive })
  if (o.rounding.amount !== 0) all.push({ kind: 'rounding', label: '', amount: o.rounding })
  return all
}

function taxes(o: Whole): Map<string, { label: string; amount: number }> {
  const all = new Map<string, { label: string; amount: number }>()
  const add = (rate: string, label: string, amount: number) => all.set(rate, { label: all.get(rate)?.label || label, amount: (all.get(rate)?.amount ?? 0) + amount })
  for (const a of o.adjustments ?? []) if (a.kind === 'tax') add(a.rate ?? '0', a.label, a.amount.amount)
  for (const a of o.adjustments ?? []) if (a.kind !== 'tax' && a.tax.amount !== 0) add(a.rate ?? '0', '', a.tax.amount)
  return all
}

/** What of the total was promised back, so that nobody owes it any more. */
export function granted(o: Whole): number {
  const lines = o.lines.filter((l) => l.kind !== 'bundle').reduce((sum, l) => sum + l.granted.amount, 0)
  return lines + (o.adjustments ?? []).reduce((sum, a) => sum + (a.granted?.amount ?? 0), 0)
}

/** What the customer owes, which of a canceled order is nothing; below zero, what is owed to them. */
export function due(o: Whole): number {
  const left = o.total.amount - granted(o) - (o.captured.amount - o.refunded.amount)
  return o.status === 'canceled' ? Math.min(left, 0) : left
}
