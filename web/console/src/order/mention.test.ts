import { expect, test } from 'vitest'
import { begun, completed, mentioned, pieces } from './mention'

const ann = { id: 'usr_1', name: 'Ann' }
const anna = { id: 'usr_2', name: 'Anna (Sales)' }

test('a name is begun behind an @ that begins a word', () => {
  expect(begun('Ask @An', 7)).toEqual({ at: 4, name: 'An' })
  expect(begun('@', 1)).toEqual({ at: 0, name: '' })
  expect(begun('Ask @Än there', 7)).toEqual({ at: 4, name: 'Än' })
  expect(begun('mail ann@example', 16)).toBeUndefined()
  expect(begun('@An n', 5)).toBeUndefined()
})

test('a name is written out where it was begun', () => {
  expect(completed('Ask @An there', 7, 4, 'Ann')).toEqual({ text: 'Ask @Ann there', caret: 9 })
  expect(completed('@', 1, 0, 'Ann')).toEqual({ text: '@Ann ', caret: 5 })
})

test('who stands in the text is mentioned, once', () => {
  expect(mentioned('@Ann and @Anna (Sales)', [ann, anna, ann])).toEqual([ann, anna])
  expect(mentioned('Ann', [ann])).toEqual([])
  expect(pieces('Hi @Anna (Sales), @Ann!', [ann, anna])).toEqual(['Hi ', '@Anna (Sales)', ', ', '@Ann', '!'])
  expect(pieces('<b>@Ann</b>', [])).toEqual(['<b>@Ann</b>'])
})
