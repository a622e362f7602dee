import { expect, test } from 'vitest'
import { catalogueOf } from './catalogue'

test('the document tells the operations that can be granted and the types of events', () => {
  const found = catalogueOf({
    paths: {
      '/v1/orders': { get: { operationId: 'order.list', summary: 'List orders', 'x-ordo-permission': 'order.list' }, post: { operationId: 'order.place', summary: 'Place an order', 'x-ordo-permission': 'order.place' } },
      '/v1/sessions': { post: { operationId: 'session.create', summary: 'Sign in' } },
    },
    components: { schemas: { EventOrderPlacedV1: { description: 'order.placed: An order was placed.' }, Order: { description: 'order.x: no event' }, EventSealed: {} } },
  })
  expect(found.operations).toEqual([
    { name: 'order.list', says: 'List orders', permission: 'order.list', reads: true },
    { name: 'order.place', says: 'Place an order', permission: 'order.place', reads: false },
  ])
  expect(found.events).toEqual([{ type: 'order.placed', says: 'An order was placed.' }])
})
