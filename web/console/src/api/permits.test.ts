import { expect, test } from 'vitest'
import { permits } from './permits'

test.each([
  [['order.list'], 'order.list', true],
  [['order.list'], 'order.hold', false],
  [['order.*'], 'order.hold', true],
  [['order.*'], 'orders.hold', false],
  [['*'], 'view.share', true],
  [['view.save', 'view.*x'], 'view.share', false],
  [[], 'view.share', false],
])('%j for %s: %s', (permissions, operation, may) => expect(permits(permissions, operation)).toBe(may))
