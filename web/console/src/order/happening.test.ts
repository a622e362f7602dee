import { expect, test } from 'vitest'
import type { Happening } from '../api/client'
import { kindOf, told } from './happening'
import type { Whole } from './useOrder'

const order = { lines: [{ id: 'oli_1', sku: 'TEA' }] } as Whole
const event = (type: string, body: object, sequence = 2) => ({ type, body, sequence }) as unknown as Happening

test('what belongs to an order has the color of its kind', () => {
  expect(['payment.captured', 'refund.moved', 'shipment.packed', 'return.sent', 'fulfillment.picked', 'order.note_removed', 'order.tagged', 'order.placed'].map((type) => kindOf(event(type, {})))).toEqual([
    'money',
    'money',
    'stock',
    'stock',
    'stock',
    'notes',
    'state',
    'state',
  ])
})

test('events of payments, refunds, shipments and tags tell what changed', () => {
  expect(told(event('payment.captured', { payment: { captured: 7690, status: 'captured' } }), order)).toMatchObject({
    statuses: [{ of: 'payment', is: 'captured', subject: 'payment' }],
    money: [{ of: 'captured', amount: 7690 }],
  })
  expect(told(event('refund.granted', { refund: { amount: 500, status: 'granted' } }, 1), order)).toMatchObject({ statuses: [{ is: 'granted', subject: 'refund' }], money: [{ of: 'waived', amount: 500 }] })
  expect(told(event('shipment.labeled', { shipment: { carrier: 'dhl', tracking_number: 'D1', status: 'labeled' } }), order).texts).toEqual(['dhl', 'D1'])
  expect(told(event('fulfillment.picked', { fulfillment: { version: 3 }, lines: { oli_1: { picked: 3000 }, oli_2: { picked: 1 } } }), order)).toMatchObject({ statuses: [], lines: [{ sku: 'TEA', places: [['picked', 3]] }] })
  expect(told(event('order.untagged', { order: { version: 3 }, tags: { vip: null, gift: null } }), order).tags).toEqual(['gift', 'vip'])
})
