import { expect, test } from 'vitest'
import { type Variant, valuesOf, variantOf } from './facts'

const set: Variant = {
  id: 'var_1',
  product_id: 'prd_1',
  bundle: true,
  version: 3,
  created_at: '2026-11-01T00:00:00Z',
  actions: [],
  sku: 'SET',
  title: 'A set',
  kind: 'stock',
  active: true,
  barcodes: ['4006381333931', '036000291452'],
  weight_grams: 250,
  parts: [{ sku: 'TEA', quantity: 2 }],
  specifications: { color: ['red'] },
}

test('a variant that was only looked at stays what it was', () => {
  const { id: _, product_id: _p, bundle: _b, version: _v, created_at: _c, actions: _a, ...facts } = set
  expect(variantOf(valuesOf(set), set)).toMatchObject(facts)
})

test('nothing that the server says of a variant is sent back', () => {
  for (const own of ['id', 'product_id', 'bundle', 'version', 'created_at', 'actions']) expect(variantOf(valuesOf(set), set)).not.toHaveProperty(own)
})

test('what was emptied is empty, and codes are read apart', () => {
  const values = { ...valuesOf(set), title: ' ', weight_grams: '', barcodes: ' 1 ,, 2,' }
  expect(variantOf(values, set)).toMatchObject({ title: '', weight_grams: 0, barcodes: ['1', '2'] })
})

test('a new variant is filled in below the product', () => {
  expect(variantOf({ 'variants/0/sku': 'TEA ', 'variants/0/kind': 'service', 'variants/0/active': true }, undefined, 'variants/0/')).toMatchObject({ sku: 'TEA', kind: 'service', active: true, backorder: false })
})
