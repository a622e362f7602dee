import { expect, test } from 'vitest'
import { type Box, fitting, left, type Line, nextStep, packedOf, packing, put, renewed, toPick, weightOf, withScans, type Work } from './work'

const line = (line_id: string, some: Partial<Line> = {}): Line => ({ line_id, variant_id: `var_${line_id}`, sku: line_id, title: line_id, unit: 'each', quantity: 3, canceled: 0, picked: 0, packed: 0, shipped: 0, ...some })
const work = (...lines: Line[]): Work => ({ id: 'ful_1', order_id: 'ord_1', order_number: 'SO-1', delivery_id: 'dlv_1', location_id: 'loc_1', status: 'open', created_at: '', version: 1, lines })

test('scans that the server has not heard of count already', () => {
  const before = work(line('a', { lots: [{ lot: 'L1', quantity: 2, picked: 0 }, { lot: 'L2', quantity: 1, picked: 0 }] }), line('b', { quantity: 0.3 }))
  const scans = [
    { key: '1', work: 'ful_1', line: 'a', quantity: 2, lot: 'L1' },
    { key: '2', work: 'ful_1', line: 'b', quantity: 0.1 },
    { key: '3', work: 'ful_1', line: 'b', quantity: 0.1 },
    { key: '4', work: 'ful_2', line: 'a', quantity: 9 },
  ]
  const after = withScans(before, scans)
  expect(after.lines.map((l) => [l.picked, toPick(l)])).toEqual([[2, 1], [0.2, 0.1]])
  expect(after.lines[0]!.lots!.map((l) => l.picked)).toEqual([2, 0])
  expect(withScans(before, [])).toBe(before)
  const answered = { ...scans[0]!, version: 2 }
  expect(withScans(before, [answered]).lines[0]!.picked).toBe(2)
  expect(withScans({ ...before, version: 2 }, [answered]).lines[0]!.picked).toBe(0)
})

test('the next step is the first in which something is to be done', () => {
  expect(nextStep({ ...work(line('a')), status: 'planned' })).toBeUndefined()
  expect(nextStep(work(line('a', { picked: 1 })))).toBe('pick')
  expect(nextStep(work(line('a', { picked: 1 })), new Set(['a']))).toBe('pack')
  expect(nextStep(work(line('a', { canceled: 2, picked: 1 })))).toBe('pack')
  const packed = work(line('a', { picked: 3, packed: 3 }))
  expect(nextStep(packed)).toBeUndefined()
  const shipment = { id: 'shp_1', number: 'SH-1', status: 'packed', packages: [], tracking: [] } as unknown as NonNullable<Work['shipments']>[number]
  expect(nextStep({ ...packed, shipments: [shipment] })).toBe('ship')
  expect(left({ ...packed, shipments: [{ ...shipment, shipped_at: 'x' }, { ...shipment, unpacked_at: 'x' }] }, 'ship')).toBe(0)
})

test('packages hold what was put in, and never more than is picked', () => {
  const picked = work(line('a', { picked: 3 }), line('b', { picked: 2, packed: 1 }))
  let boxes: Box[] = [{ lines: {}, weight: '' }, { lines: {}, weight: ' 500 ' }]
  expect(packing(boxes, picked)).toEqual([{ lines: [{ line_id: 'a', quantity: 3 }, { line_id: 'b', quantity: 1 }] }])
  boxes = put(put(put(boxes, 0, 'a', 1), 1, 'a', 2), 0, 'b', 1)
  expect(packedOf(boxes, 'a')).toBe(3)
  expect(packing(boxes, picked)).toEqual([
    { lines: [{ line_id: 'a', quantity: 1 }, { line_id: 'b', quantity: 1 }] },
    { weight_grams: 500, lines: [{ line_id: 'a', quantity: 2 }] },
  ])
  expect(put(boxes, 0, 'b', -1)[0]!.lines).toEqual({ a: 1 })
  expect(fitting(boxes, work(line('a', { picked: 2 })))).toEqual([{ lines: { a: 1 }, weight: '' }, { lines: { a: 1 }, weight: ' 500 ' }])
})

test('a package weighs what the catalog says of all that is in it', () => {
  const known = work(line('a', { variant: { weight_grams: 120 } as Line['variant'] }), line('b'))
  expect(weightOf({ a: 2 }, known)).toBe(240)
  expect(weightOf({ a: 2, b: 1 }, known)).toBeUndefined()
  expect(weightOf({}, known)).toBeUndefined()
})

test('the answer to a command keeps what is known of the variants', () => {
  const variant = { barcodes: ['1'] } as Line['variant']
  expect(renewed(work(line('a', { variant })), work(line('a', { picked: 1 }))).lines[0]).toMatchObject({ picked: 1, variant })
})
