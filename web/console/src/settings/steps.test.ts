import { expect, test } from 'vitest'
import { readSteps, stepsText } from './steps'

const table = [
  { country: '', minimum: 0, amount: 495 },
  { country: 'GB', minimum: 2000, amount: 1250 },
]

test('a table is written line by line, and read back as it was', () => {
  expect(stepsText(table, 'by_weight', 'EUR')).toBe('* 0 4.95\nGB 2000 12.50')
  expect(stepsText(table, 'by_amount', 'EUR')).toBe('* 0.00 4.95\nGB 20.00 12.50')
  for (const kind of ['by_weight', 'by_amount'] as const) expect(readSteps(stepsText(table, kind, 'EUR'), kind, 'EUR')).toEqual(table)
  expect(readSteps('* 500\nJP 0', 'flat', 'JPY')).toEqual([
    { country: '', minimum: 0, amount: 500 },
    { country: 'JP', minimum: 0, amount: 0 },
  ])
})

test.each([['gb 0 5'], ['* 5'], ['* x 5'], ['* 0 5,555'], ['* 0 5 6']])('%s is no step by weight', (line) => {
  expect(readSteps(`* 0 1\n${line}`, 'by_weight', 'EUR')).toBeUndefined()
})
