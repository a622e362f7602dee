import { describe, expect, test } from 'vitest'
import { addressed, factsOf, searchOf, shownOf } from './shown'
import type { View } from './useViews'

const view: View = { id: 'vie_1', list: 'order.list', name: 'Large', user_id: 'usr_1', filter: 'total>500', sort: '-total', columns: ['total', 'number', 'gone'], version: 1, created_at: '' }
const plain: View = { ...view, sort: '', columns: [], filter: '' }

test('an address that makes no sense says nothing', () => {
  expect(searchOf({ view: 3, filter: ['a'], sort: null, columns: 'number' })).toEqual({})
  expect(searchOf({ filter: '', sort: '' })).toEqual({})
  expect(searchOf({ view: 'vie_1', filter: '' })).toEqual({ view: 'vie_1', filter: '' })
})

describe('what is shown', () => {
  test('is the view', () => expect(shownOf({ view: 'vie_1' }, view)).toEqual({ filter: 'total>500', sort: '-total', columns: ['total', 'number'], changed: false }))
  test('is usual where the view says nothing', () => expect(shownOf({ view: 'vie_1' }, plain)).toMatchObject({ filter: '', sort: '-placed', changed: false, columns: expect.arrayContaining(['number', 'total']) as unknown }))
  test('is what the address says otherwise', () => {
    expect(shownOf({ view: 'vie_1', filter: '', sort: 'placed', columns: 'total,nothing' }, view)).toEqual({ filter: '', sort: 'placed', columns: ['total'], changed: true })
    expect(shownOf({ view: 'vie_1', filter: 'total>500', columns: 'total,number' }, view).changed).toBe(false)
    expect(shownOf({ view: 'vie_1', columns: 'number,total' }, view).changed).toBe(true)
  })
  test('has no columns of its own without a view', () => expect(shownOf({ filter: 'x' }, undefined)).toEqual({ filter: 'x', sort: '-placed', changed: false }))
})

describe('the address', () => {
  test('says what differs from the view', () => {
    expect(addressed({ view: 'vie_1' }, view, { filter: '' })).toEqual({ view: 'vie_1', filter: '' })
    expect(addressed({ view: 'vie_1', filter: '' }, view, { filter: 'total>500' })).toEqual({ view: 'vie_1' })
    expect(addressed({ view: 'vie_1', filter: '' }, view, { columns: ['number'] })).toEqual({ view: 'vie_1', filter: '', columns: 'number' })
    expect(addressed({ view: 'vie_1', columns: 'number' }, view, { columns: ['total', 'number'] })).toEqual({ view: 'vie_1' })
  })
  test('says what is not usual without one', () => {
    expect(addressed({ filter: 'x', sort: 'total' }, undefined, { sort: '-placed' })).toEqual({ filter: 'x' })
    expect(addressed({}, undefined, { filter: '' })).toEqual({})
  })
})

test('the usual sort is not saved, so that a view follows it', () => {
  expect(factsOf('A', { filter: 'x', sort: '-placed', changed: false }, ['number'])).toEqual({ name: 'A', filter: 'x', sort: '', columns: ['number'] })
  expect(factsOf('A', { filter: 'x', sort: 'total', changed: false }, []).sort).toBe('total')
})
