import { expect, test } from 'vitest'
import type { Operation } from '../api/catalogue'
import { extent, groupsOf, withGroup, withPermission, withReads } from './grants'

const operation = (name: string, permission = name): Operation => ({ name, permission, says: '', reads: /list|get|events/.test(name) })
const groups = groupsOf([operation('order.place'), operation('order.get'), operation('order.events', 'order.get'), operation('key.list'), operation('key.create')])
const [key, order] = groups as [(typeof groups)[0], (typeof groups)[0]]

test('permissions stand by subject, each with all that it opens', () => {
  expect(groups.map((g) => [g.subject, g.permissions.map((p) => [p.name, p.opens.length])])).toEqual([
    ['key', [['key.create', 1], ['key.list', 1]]],
    ['order', [['order.get', 2], ['order.place', 1]]],
  ])
})

test('a group is granted as a whole, in part or not', () => {
  expect([['*'], ['order.*'], ['order.get'], ['key.list'], []].map((granted) => extent(order, granted))).toEqual(['all', 'all', 'some', 'none', 'none'])
  expect(withGroup(['order.get', 'key.list'], order, true)).toEqual(['key.list', 'order.*'])
  expect(withGroup(['order.*', 'key.list'], order, false)).toEqual(['key.list'])
})

test('one is taken of a whole group, and the others stay', () => {
  expect(withPermission(['key.list', 'order.*'], order, 'order.place', false)).toEqual(['key.list', 'order.get'])
  expect(withPermission(['order.get'], order, 'order.get', false)).toEqual([])
  expect(withPermission([], key, 'key.list', true)).toEqual(['key.list'])
})

test('what only reads comes beside what is granted', () => {
  expect(withReads(['order.*'], groups)).toEqual(['order.*', 'key.list'])
  expect(withReads(['key.create'], groups)).toEqual(['key.create', 'key.list', 'order.get'])
})
