import { expect, test } from 'vitest'
import { changed } from './tags'

test('a tag is shown as the server will have it', () => {
  expect(changed(['gift'], { tag: ' VIP ', on: true })).toEqual(['gift', 'vip'])
  expect(changed(['gift', 'vip'], { tag: 'Vip', on: true })).toEqual(['gift', 'vip'])
  expect(changed(['gift', 'vip'], { tag: 'gift', on: false })).toEqual(['vip'])
  expect(changed([], { tag: 'E\u0301te\u0301', on: true })).toEqual(['été'])
})
