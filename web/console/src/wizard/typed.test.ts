import { expect, test } from 'vitest'
import { isList, isScan, list, quantity, wanted } from './typed'

test.each([
  ['tea', 'tea', '1'],
  ['  TEA-500 3 ', 'TEA-500', '3'],
  ['3 x brown teapot', 'brown teapot', '3'],
  ['3× TEA', 'TEA', '3'],
  ['assam 500 g', 'assam 500 g', '1'],
  ['assam 2,5', 'assam', '2,5'],
  ['tea x 12', 'tea', '12'],
  ['12', '12', '1'],
  ['<script>alert(1)</script> 2', '<script>alert(1)</script>', '2'],
  ['\u202Eaet 4', '\u202Eaet', '4'],
])('%j wants %j, %s of it', (text, name, of) => expect(wanted(text)).toEqual({ name, quantity: of }))

test('a list is read by rows, from text, sheets and CSV', () => {
  const rows = [
    { name: 'TEA-500', quantity: '12' },
    { name: 'POT-1', quantity: '1' },
  ]
  expect(list('TEA-500 12\nPOT-1')).toEqual(rows)
  expect(list('SKU\tQuantity\r\nTEA-500\t12\r\nPOT-1\t1\r\n')).toEqual(rows)
  expect(list('"TEA-500","12"\n\n"POT-1","1"')).toEqual(rows)
  expect(list('12;TEA-500\n1;POT-1')).toEqual(rows)
  expect(list('TEA-500\tAssam\t12')).toEqual([{ name: 'TEA-500', quantity: '12' }])
  expect(list('4711 3')).toEqual([{ name: '4711', quantity: '3' }])
  expect(list('TEA 2,5')).toEqual([{ name: 'TEA', quantity: '2,5' }])
  expect(list(' \n\t\n')).toEqual([])
  expect([isList('a b 3'), isList('a\tb'), isList('a\nb'), isList('a\n')]).toEqual([false, true, true, false])
})

test('a scan is known by its check digit or its form', () => {
  expect(['4006381333931', '96385074', '036000291452', '(01)04006381333931(10)LATE', ']C10104006381333931'].map(isScan)).toEqual([true, true, true, true, true])
  expect(['4006381333932', '12345678', '4711', 'TEA-500', ''].map(isScan)).toEqual([false, false, false, false, false])
})

test('a quantity has up to three decimals, and nothing else is one', () => {
  expect(['3', '2,5', '0.125', ' 7 '].map(quantity)).toEqual([3, 2.5, 0.125, 7])
  expect(['', 'x', '-1', '1e3', '1.2345', '٣'].map(quantity)).toEqual([null, null, null, null, null, null])
})
