import { expect, test } from 'vitest'
import { keyring } from './keyring'

test('a piece of work keeps its key until it is done; another has its own', () => {
  let made = 0
  const keys = keyring(() => String(++made))
  expect(keys.of('stop')).toBe('1')
  expect(keys.of('undo')).toBe('2')
  expect(keys.of('stop')).toBe('1')
  keys.done('stop')
  expect(keys.of('stop')).toBe('3')
  expect(keys.of('undo')).toBe('2')
  keys.renew()
  expect(keys.of('undo')).toBe('4')
})
