import { describe, expect, test } from 'vitest'
import { arranged, gridOf, layoutOf, leastOf, movable, moved } from './layout'
import { usual } from './columns'

describe('a layout that was kept', () => {
  test.each([undefined, null, 7, 'x', [], {}, { shown: 'number', widths: 3, pinned: {} }, { shown: ['no such column'] }])('is the usual one if it can’t be read: %j', (kept) =>
    expect(layoutOf(kept)).toEqual({ shown: usual, widths: {}, pinned: [], dense: false }),
  )
  test('loses what there is no more, and keeps the rest', () =>
    expect(layoutOf({ shown: ['total', 'gone', 'number', 'total'], widths: { total: 9999, gone: 5, number: '7', placed: 1 }, pinned: ['number', 3], dense: true, more: 1 })).toEqual({
      shown: ['total', 'number'],
      widths: { total: 640, placed: 64 },
      pinned: ['number'],
      dense: true,
    }))
})

describe('columns', () => {
  const columns = arranged(layoutOf({ shown: ['customer', 'status', 'total', 'number'], widths: { total: 200 }, pinned: ['total', 'number', 'day'] }))
  test('that stay in view stand first, each beside the one before', () => {
    expect(columns.map((c) => c.id)).toEqual(['total', 'number', 'customer', 'status'])
    expect(columns.map((c) => c.pinned)).toEqual([{ at: 68, last: false }, { at: 68 + 200 + 12, last: true }, undefined, undefined])
  })
  test('have the width that was set, and fixed ones where they stay', () => {
    expect(gridOf(columns)).toBe('36px 200px 150px minmax(160px, 2fr) minmax(120px, 1fr)')
    expect(leastOf(columns)).toBe(36 + 40 + 212 + 162 + 172 + 132)
  })
  test('change places among their like only', () => {
    expect(['total', 'number', 'customer', 'status'].map((id) => [movable(columns, id as 'total', -1), movable(columns, id as 'total', 1)])).toEqual([
      [false, true],
      [true, false],
      [false, true],
      [true, false],
    ])
    expect(moved(['a', 'b', 'c'], 'b', 1)).toEqual(['a', 'c', 'b'])
    expect(moved(['a', 'b'], 'b', 1)).toEqual(['a', 'b'])
  })
})
