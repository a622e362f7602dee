import { expect, test } from 'vitest'
import { flipped, joined } from './selection'

const ids = ['a', 'b', 'c', 'd']

test('a row is selected, and again not', () => {
  expect([...flipped(new Set(), 'a')]).toEqual(['a'])
  expect([...flipped(new Set(['a', 'b']), 'a')]).toEqual(['b'])
})

test('a range joins what is selected, whichever way it goes', () => {
  expect([...joined(new Set(['d']), ids, 0, 2)]).toEqual(['d', 'a', 'b', 'c'])
  expect([...joined(new Set(), ids, 3, 2)]).toEqual(['c', 'd'])
  expect([...joined(new Set(), ids, 1, 1)]).toEqual(['b'])
})
