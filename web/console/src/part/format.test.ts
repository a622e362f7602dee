import { expect, test } from 'vitest'
import { amount, counted, decimal, figure, minorUnits, percent, shownCount, spoken } from './format'

test.each([
  [125000, 'EUR', 'en', '1,250.00'],
  [125000, 'EUR', 'de', '1.250,00'],
  [-5, 'EUR', 'en', '-0.05'],
  [1250, 'JPY', 'en', '1,250'],
  [1250, 'KWD', 'en', '1.250'],
  [9007199254740991, 'EUR', 'en', '90,071,992,547,409.91'],
])('%d minor units of %s are in %s written %s', (amount, currency, locale, want) => {
  expect(figure({ amount, currency }, locale)).toBe(want)
})

test.each([
  ['12.50', 'EUR', 1250],
  ['12,5', 'EUR', 1250],
  ['12', 'EUR', 1200],
  [' 7. ', 'EUR', 700],
  ['١٢٫٥', 'EUR', 1250],
  ['۱۲', 'EUR', 1200],
  ['١٬٢٥٠', 'KWD', null],
  ['12.505', 'EUR', null],
  ['12.5', 'JPY', null],
  ['1e3', 'EUR', null],
  ['-1', 'EUR', null],
  ['', 'EUR', null],
])('%j of %s is read as %j', (text, currency, want) => {
  expect(minorUnits(text, currency)).toBe(want)
})

test.each([
  ['12.50', 'en', '12.50'],
  ['1,250', 'en', '1250'],
  ['1,250.5', 'en-GB', '1250.5'],
  ['12,5', 'en', '12.5'],
  ['1.250', 'de', '1250'],
  ['1.234,56', 'de', '1234.56'],
  ['12.5', 'de', '12.5'],
  ['١٬٢٥٠٫٥', 'ar-EG', '1250.5'],
  ['١٬٢', 'ar-EG', null],
  ['1,2,3', 'en', null],
  ['12e3', 'en', null],
  ['-1', 'en', null],
  ['', 'en', null],
])('%j in %s is the decimal %j', (text, locale, want) => {
  expect(decimal(text, locale)).toBe(want)
})

test('an amount in a text keeps its order', () => {
  expect(amount({ amount: 1250, currency: 'EUR' }, 'en')).toBe('12.50 EUR')
  expect(amount({ amount: 1250, currency: 'EUR' }, 'ar')).toBe('\u200f12.50 EUR')
})

test('a rate is a percentage', () => {
  expect(percent('0.19', 'en')).toBe('19%')
  expect(percent('0.0725', 'en')).toBe('7.25%')
})

test.each([
  ['2026-11-27T11:59:50Z', 'now'],
  ['2026-11-27T11:48:00Z', '12 min. ago'],
  ['2026-11-27T09:00:00Z', '3 hr. ago'],
  ['2026-11-28T12:00:00Z', 'tomorrow'],
  ['2026-11-01T12:00:00Z', 'Nov 1'],
  ['2025-11-01T12:00:00Z', 'Nov 1, 2025'],
])('%s is at noon of the 27th spoken as %s', (at, want) => {
  expect(spoken(new Date(at), new Date('2026-11-27T12:00:00Z'), 'en')).toBe(want)
})

test('a count is grouped as the reader writes numbers, and says where there are more', () => {
  expect(shownCount({ count: 1204, more: false }, 'en')).toBe('1,204')
  expect(shownCount({ count: 10_000, more: true }, 'de')).toBe('10.000+')
})

test('words with a count say it as the reader writes it', () => {
  expect(counted(12345, 'en')).toEqual({ count: 12345, replace: { count: '12,345' } })
  expect(counted(12345, 'de')).toEqual({ count: 12345, replace: { count: '12.345' } })
})
