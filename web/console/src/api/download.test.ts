import { expect, test } from 'vitest'
import { named } from './download'

test('a file is saved under the name that the server gives it', () => {
  expect(named('attachment; filename="orders.csv"')).toBe('orders.csv')
  expect(named('attachment; filename=a.pdf')).toBe('a.pdf')
  expect(named('attachment; filename="say \\"hello\\".pdf"')).toBe('say "hello".pdf')
  expect(named("attachment; filename*=utf-8''Bestellung%20%C3%84.pdf")).toBe('Bestellung Ä.pdf')
  expect(named('inline')).toBeUndefined()
})
