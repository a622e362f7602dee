import { expect, test } from 'vitest'
import { changesOf, type Entry, written } from './changes'

const event = (sequence: number, body: unknown) => ({ sequence, body }) as Entry

test('each value stands beside the last one before it', () => {
  const earlier = [event(2, { role: { limit: 5 } }), event(1, { role: { limit: 1, name: 'desk' }, tags: ['a'] })]
  expect(changesOf(event(3, { role: { limit: 9, name: 'counter' }, tags: ['a', 'b'], active: false }), earlier)).toEqual([
    { path: 'role/limit', was: 5, is: 9 },
    { path: 'role/name', was: 'desk', is: 'counter' },
    { path: 'tags', was: ['a'], is: ['a', 'b'] },
    { path: 'active', was: undefined, is: false },
  ])
})

test('what was taken away stands beside what it was', () => {
  expect(changesOf(event(2, { lines: { lin_1: null } }), [event(1, { lines: { lin_1: { quantity: 2 } } })])).toEqual([{ path: 'lines/lin_1', was: { quantity: 2 }, is: null }])
  expect(changesOf(event(1, {}), [])).toEqual([])
})

test('texts are written bare, all else as JSON', () => {
  expect([written('desk'), written(['a']), written(null), written(5)]).toEqual(['desk', '["a"]', 'null', '5'])
})
