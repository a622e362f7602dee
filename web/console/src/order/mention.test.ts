import { expect, test } from 'vitest'
import { begun, completed, mentioned, named, pieces, rejoined } from './mention'

const ann = { id: 'usr_1', name: 'Ann' }
const anna = { id: 'usr_2', name: 'Anna (Sales)' }

test('a name is begun behind an @ that begins a word', () => {
  expect(begun('Ask @An', 7)).toEqual({ at: 4, name: 'An' })
  expect(begun('@', 1)).toEqual({ at: 0, name: '' })
  expect(begun('Ask @Än there', 7)).toEqual({ at: 4, name: 'Än' })
  expect(begun('mail ann@example', 16)).toBeUndefined()
  expect(begun('@An n', 5)).toBeUndefined()
})

test('people are known by the beginning of their name, in any case', () => {
  expect([ann, anna].filter(named('anna'))).toEqual([anna])
  expect([ann, anna].filter(named(''))).toEqual([ann, anna])
  expect([ann, anna].filter(named('na'))).toEqual([])
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

test('what did not get through stands before what was written meanwhile', () => {
  const kept = { text: 'First @Ann', visibility: 'customer' as const, mentions: [ann] }
  expect(rejoined(kept, { text: ' ', visibility: 'staff', mentions: [] })).toBe(kept)
  expect(rejoined(kept, { text: 'Second', visibility: 'staff', mentions: [anna] })).toEqual({ text: 'First @Ann\n\nSecond', visibility: 'staff', mentions: [ann, anna] })
  expect(rejoined(kept, { text: 'Second', visibility: 'customer', mentions: [] }).visibility).toBe('customer')
})
