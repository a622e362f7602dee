import { expect, test } from 'vitest'
import { days } from './days'

const at = (...parts: [number, number, number, number?]) => new Date(...(parts as [number, number, number])).toISOString()

test('a range of days holds the last one as a whole, but no time that has not come', () => {
  expect(days.range('2026-03-28', '2026-03-29', new Date(2026, 5, 1))).toEqual({ from: at(2026, 2, 28), to: at(2026, 2, 30) })
  const now = new Date(2026, 2, 29, 10)
  expect(days.range('2026-03-29', '2026-03-29', now)).toEqual({ from: at(2026, 2, 29), to: now.toISOString() })
})

test('today is both ends', () => {
  expect(days.today(new Date(2026, 0, 5, 23))).toEqual({ from: '2026-01-05', to: '2026-01-05' })
})
