import { expect, test } from 'vitest'
import { line } from './line'

test('a line goes from edge to edge, and its highest value to the top', () => {
  expect(line([0, 5, 10])).toBe('0,40 50,21 100,2')
  expect(line([7])).toBe('0,2')
  expect(line([0, 0])).toBe('0,40 100,40')
})
