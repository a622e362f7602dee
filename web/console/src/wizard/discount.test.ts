import { expect, test } from 'vitest'
import { discountOf, typed } from './discount'

test('a discount is a percentage or an amount', () => {
  expect(discountOf('10%', 'Regular', 'GBP', 'en-GB')).toEqual({ kind: 'percent', rate: '0.1', label: 'Regular' })
  expect(discountOf(' 7.5 % ', 'x', 'GBP', 'en-GB')).toEqual({ kind: 'percent', rate: '0.075', label: 'x' })
  expect(discountOf('7,5 %', 'x', 'EUR', 'de-DE')).toEqual({ kind: 'percent', rate: '0.075', label: 'x' })
  expect(discountOf('100%', 'x', 'EUR', 'de-DE')).toEqual({ kind: 'percent', rate: '1', label: 'x' })
  expect(discountOf('2.50', 'x', 'GBP', 'en-GB')).toEqual({ kind: 'amount', amount: 250, label: 'x' })
  expect(discountOf('250', 'x', 'JPY', 'en-GB')).toEqual({ kind: 'amount', amount: 250, label: 'x' })
})

test('what is no discount is told apart', () => {
  for (const text of ['', '0', '0%', '%', '101%', '-5%', '-2', 'half', '2.505', '10%%']) expect(discountOf(text, 'x', 'GBP', 'en-GB'), text).toBeNull()
})

test('a discount is typed as it was', () => {
  for (const text of ['10%', '7.5%', '2.50']) expect(typed(discountOf(text, 'x', 'GBP', 'en-GB')!, 'GBP', 'en-GB')).toBe(text)
})
