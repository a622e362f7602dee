import { describe, expect, test } from 'vitest'
import { among, marks, quoted, terms, without, withValues } from './filter'

test('terms are found with their place, field, operator and values', () => {
  expect(terms('status:pending,approved  -hold:fraud total>=12.50 "two words"')).toMatchObject([
    { from: 0, to: 23, field: 'status', operator: ':', values: ['pending', 'approved'], negated: false },
    { from: 25, field: 'hold', values: ['fraud'], negated: true },
    { field: 'total', operator: '>=', values: ['12.50'] },
    { text: '"two words"', values: [] },
  ])
})

test('quotes and parentheses hold a term together', () => {
  expect(terms('(channel:web OR hold:*) reference:"a, b",c').map((t) => t.text)).toEqual(['(channel:web OR hold:*)', 'reference:"a, b",c'])
  expect(terms('reference:"a, b",c')[0]!.values).toEqual(['a, b', 'c'])
})

test.each(['', ' ', '(', '"', 'a"b', '\\', ')) ((', 'status:', 'ﷺ 😀:x'])('any text can be read: %j', (text) => {
  for (const t of terms(text)) expect(text.slice(t.from, t.to)).toBe(t.text)
})

describe('chips write text', () => {
  test('a new field is put at the end', () => expect(withValues('miller', 'status', ['pending'])).toBe('miller status:pending'))
  test('a field that is there is changed in its place', () =>
    expect(withValues('status:pending total>5', 'status', ['draft', 'approved'])).toBe('status:draft,approved total>5'))
  test('a field without values goes away', () => expect(withValues('a status:pending b', 'status', [])).toBe('a b'))
  test('values are quoted where the language needs it', () => expect(withValues('', 'reference', ['PO 4711'])).toBe('reference:"PO 4711"'))
  test('what is quoted is read again as it was', () => {
    for (const value of ['a b', 'a"b', 'a\\b', ',', '-x', 'OR', '']) expect(terms('reference:' + quoted(value))[0]!.values[0] ?? '').toBe(value)
  })
  test('a term is taken out with its blank', () => expect(without('a status:x b', terms('a status:x b')[1]!)).toBe('a b'))
})

test('orders are found by their ids, of all or of those that a filter finds', () => {
  expect(among(['ord_1', 'ord_2'])).toBe('id:ord_1,ord_2')
  expect(among(['ord_1'], 'status:draft OR total>5')).toBe('(status:draft OR total>5) id:ord_1')
})

test('faults are marked where the server counts bytes, to the end of the term', () => {
  expect(marks('status:foo totl>5', [7, 11])).toEqual([
    [7, 10],
    [11, 17],
  ])
  expect(marks('müller totl:1', [8])).toEqual([[7, 13]])
  expect(marks('x (', [4])).toEqual([[2, 3]])
})
