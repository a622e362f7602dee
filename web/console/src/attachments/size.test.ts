import { expect, test } from 'vitest'
import { inBytes } from './size'

test('sizes are told in units that people read', () => {
  expect(inBytes(14, 'en')).toBe('14 byte')
  expect(inBytes(1_400, 'en')).toBe('1.4 kB')
  expect(inBytes(50 * 1024 * 1024, 'en')).toBe('52 MB')
  expect(inBytes(5_000_000_000, 'en')).toBe('5,000 MB')
})
