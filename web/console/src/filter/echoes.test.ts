import { expect, test } from 'vitest'
import { echoes } from './echoes'

test('what was sent is known when it comes back, once', () => {
  const { send, heard } = echoes()
  send('a')
  send('a')
  expect(heard('a')).toBe(true)
  expect(heard('a')).toBe(false)
})

test('what was sent meanwhile still comes, what was overtaken does not', () => {
  const { send, heard } = echoes()
  send('a')
  send('ab')
  send('abc')
  expect(heard('ab')).toBe(true)
  expect(heard('abc')).toBe(true)
  send('abcd')
  send('abcde')
  expect(heard('abcde')).toBe(true)
  expect(heard('abcd')).toBe(false)
})

test('what comes from elsewhere is newer than all that was sent', () => {
  const { send, heard } = echoes()
  send('a')
  expect(heard('chip')).toBe(false)
  expect(heard('a')).toBe(false)
})
