import { expect, test } from 'vitest'
import { decided, expected, type Line, open, stepOf, undecided } from './steps'

const none = { amount: 0, currency: 'EUR' }
const line: Line = { position: 1, line_id: 'oli_1', sku: 'TEA', reason: 'damaged', quantity: 5, received: 3, restocked: 1, refurbished: 0, scrapped: 0, sent_on: 0, amount: none }

test.each([
  ['requested', 'refund', 'approve'],
  ['approved', 'refund', 'receive'],
  ['approved', 'keep_it', 'complete'],
  ['in_transit', 'refund', 'receive'],
  ['received', 'refund', 'inspect'],
  ['inspected', 'refund', 'complete'],
  ['completed', 'refund', undefined],
  ['rejected', 'refund', undefined],
] as const)('a return that is %s, for %s, waits for %s', (status, outcome, want) => {
  expect(stepOf({ status, outcome })).toBe(want)
})

test('what is expected and what is undecided follow from what happened', () => {
  expect(expected(line)).toBe(2)
  expect(undecided(line)).toBe(2)
})

test('a decision leaves open what it says nothing about', () => {
  expect(open(line)).toBe(2)
  expect(open(line, { restock: 0.7, scrap: 0.6 })).toBe(0.7)
  expect(open(line, { send_back: 3 })).toBe(-1)
})

test('an inspection names the lines of which something waits', () => {
  const done = { ...line, line_id: 'oli_2', restocked: 3 }
  expect(decided([line, done], { oli_1: { restock: 2, lot_id: 'lot_1' } })).toEqual([{ line_id: 'oli_1', restock: 2, lot_id: 'lot_1' }])
})
