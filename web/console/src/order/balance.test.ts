import { expect, test } from 'vitest'
import { due, steps } from './balance'
import type { Whole } from './useOrder'

const eur = (amount: number) => ({ amount, currency: 'EUR' })

function order(changes: Partial<Whole> = {}): Whole {
  const adjustment = { position: 1, delivery_id: 'd', net: eur(0), tax: eur(0), granted: eur(0) }
  return {
    currency: 'EUR',
    subtotal: eur(10000),
    discount: eur(1000),
    rounding: eur(0),
    tax_inclusive: false,
    total: eur(11305),
    captured: eur(0),
    refunded: eur(0),
    adjustments: [
      { ...adjustment, kind: 'tax', label: 'VAT', rate: '0.19', line_id: 'a', amount: eur(1710) },
      { ...adjustment, kind: 'shipping', label: 'Parcel', rate: '0.19', amount: eur(500), net: eur(500), tax: eur(95) },
    ],
    lines: [{ kind: 'stock', granted: eur(0) }],
    ...changes,
  } as unknown as Whole
}

test('the steps add up to the total where tax is added', () => {
  const all = steps(order())
  expect(all.map((s) => [s.kind, s.amount.amount])).toEqual([
    ['subtotal', 10000],
    ['discount', -1000],
    ['charge', 500],
    ['tax', 1805],
  ])
  expect(all.reduce((sum, s) => sum + s.amount.amount, 0)).toBe(11305)
})

test('tax that prices include is told but not added', () => {
  const all = steps(order({ tax_inclusive: true, total: eur(9500) }))
  expect(all.filter((s) => !s.included).reduce((sum, s) => sum + s.amount.amount, 0)).toBe(9500)
})

test('who owes whom follows from total, promises back and money that moved', () => {
  expect(due(order())).toBe(11305)
  expect(due(order({ captured: eur(12000) }))).toBe(-695)
  expect(due(order({ captured: eur(11305), refunded: eur(305), lines: [{ kind: 'stock', granted: eur(305) }] as never }))).toBe(0)
  expect(due(order({ status: 'canceled' }))).toBe(0)
  expect(due(order({ status: 'canceled', captured: eur(11305), lines: [{ kind: 'stock', granted: eur(11305) }] as never }))).toBe(-11305)
})
