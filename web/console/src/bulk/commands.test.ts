import { expect, test } from 'vitest'
import { bulkSpecs, inputOf, startOf, which, whole } from './commands'

const hold = bulkSpecs.find((s) => s.name === 'order.hold')!

test('a form begins with the first choices, and is whole when all that is needed is there', () => {
  expect(startOf(hold)).toEqual({ kind: 'manual', reason: '' })
  expect(whole(hold, startOf(hold))).toBe(false)
  expect(whole(hold, { kind: 'fraud', reason: ' ' })).toBe(false)
  expect(whole(hold, { kind: 'fraud', reason: 'x' })).toBe(true)
})

test('what is empty is not sent, and blanks around it neither', () => {
  expect(inputOf(hold, { kind: 'fraud', reason: ' x ', other: 'y' })).toEqual({ kind: 'fraud', reason: 'x' })
  expect(inputOf(hold, { kind: 'fraud', reason: '' })).toEqual({ kind: 'fraud' })
})

test('tags are several, with commas between them', () => {
  const tag = bulkSpecs.find((s) => s.name === 'order.tag')!
  expect(whole(tag, startOf(tag))).toBe(false)
  expect(inputOf(tag, { tags: ' vip, gift wrap,,', instead_of: '' })).toEqual({ tags: ['vip', 'gift wrap'] })
  expect(inputOf(tag, { tags: 'vip', instead_of: 'good customer' })).toEqual({ tags: ['vip'], instead_of: ['good customer'] })
})

test('orders are named, or found by the filter and sort of the list', () => {
  expect(which({ ids: ['ord_1'] })).toEqual({ order_ids: ['ord_1'] })
  expect(which({ filter: '', sort: '-placed', count: 3, more: false })).toEqual({ filter: '', sort: '-placed' })
})
