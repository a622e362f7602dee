import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { match, readScan, sameCode } from './scan'

// What the server's test of barcodes wants too.
const scans = JSON.parse(readFileSync(join(import.meta.dirname, '../../../../trade/catalog/testdata/scans.json'), 'utf8')) as { read: Record<string, object>; refused: string[]; same: string[][] }

test.each(Object.entries(scans.read))('%j is read as the server reads it', (code, want) => expect(readScan(code)).toEqual(want))

test.each(scans.refused)('%j was read wrong', (code) => expect(readScan(code)).toBeNull())

test.each(scans.same)('%j and %j are the same goods', (...codes) => expect(new Set(codes.map(sameCode)).size).toBe(1))

const tea = { line_id: '1', sku: 'TEA-500', barcodes: ['4006381333931'], left: 2 }
const wine = { line_id: '2', sku: 'Wine', barcodes: ['96385074'], left: 1, lots: [{ lot: 'L1', left: 1 }, { lot: 'L2', left: 0 }] }
const done = { ...tea, line_id: '3', left: 0 }

test.each([
  ['tea-500 ', { is: 'right', goods: tea }],
  ['4006381333931', { is: 'right', goods: tea }],
  ['(01)04006381333931(10)X', { is: 'right', goods: tea, }],
  ['4006381333930', { is: 'unreadable' }],
  ['614141000036', { is: 'wrong' }],
  ['CUP-2', { is: 'wrong' }],
  ['wine', { is: 'right', goods: wine }],
  ['(01)00000096385074(10)L1', { is: 'right', goods: wine, lot: 'L1' }],
  ['(01)00000096385074(10)L2', { is: 'otherLot', goods: wine, lot: 'L2' }],
  ['(01)00000096385074(10)L9', { is: 'otherLot', goods: wine, lot: 'L9' }],
])('%j is %j', (code, want) => expect(match(code, [done, tea, wine])).toEqual(want))

test('of what is there already no more is taken', () => expect(match('TEA-500', [done])).toEqual({ is: 'enough', goods: done }))
