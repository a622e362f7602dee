import type { Happening, Schemas } from '../api/client'
import type { Of } from '../part/tone'
import { ledger, type Place } from '../part/tone'
import type { Whole } from './useOrder'

export type Kind = 'state' | 'money' | 'stock' | 'notes'

const kinds: Record<string, Kind> = {
  'order.money_changed': 'money',
  'order.refund_granted': 'money',
  'order.noted': 'notes',
  'order.allocated': 'stock',
  'order.backordered': 'stock',
  'order.picked': 'stock',
  'order.unpicked': 'stock',
  'order.shipped': 'stock',
  'order.stock_moved': 'stock',
  'order.tracked': 'stock',
  'order.performed': 'stock',
  'order.return_changed': 'stock',
  'order.reservation_recorded': 'stock',
}

export function kindOf(e: Happening): Kind {
  return kinds[e.type] ?? 'state'
}

/** The parts of a body that a timeline tells: new values of what changed. */
type Body = {
  order?: Partial<Record<'status' | 'payment_status' | 'fulfillment_status' | 'return_status' | 'cancel_status', string>> & Partial<Record<'authorized' | 'captured' | 'refunded', number>>
  lines?: Record<string, Partial<Record<Place, number>> | null>
  holds?: Record<string, { kind?: Schemas['OrderHold']['kind']; reason?: string }>
  notes?: string[]
}

const statuses = [
  ['status', 'status'],
  ['payment_status', 'payment'],
  ['fulfillment_status', 'fulfillment'],
  ['return_status', 'return'],
  ['cancel_status', 'cancel'],
] as const satisfies [string, Of][]

export type Told = {
  statuses: { of: Of; is: string }[]
  money: { of: 'authorized' | 'captured' | 'refunded'; amount: number }[]
  lines: { sku: string; places: [Place, number][] }[]
  holds: { kind?: Schemas['OrderHold']['kind']; reason?: string }[]
  notes: string[]
}

const thousandths = 1000 // quantities in events
const places = Object.keys(ledger) as Place[]

/** What an event changed, for people: an order's first event tells its beginning only. */
export function told(e: Happening, order: Whole): Told {
  const body = (e.body ?? {}) as Body
  const first = e.sequence === 1
  return {
    statuses: statuses.flatMap(([column, of]) => (body.order?.[column] && (!first || column === 'status') ? [{ of, is: body.order[column] }] : [])),
    money: (['authorized', 'captured', 'refunded'] as const).flatMap((of) => (body.order?.[of] !== undefined ? [{ of, amount: body.order[of] }] : [])),
    lines: first ? [] : Object.entries(body.lines ?? {}).flatMap(([id, changed]) => line(order.lines.find((l) => l.id === id)?.sku, changed)),
    holds: Object.values(body.holds ?? {}).filter((h) => h.kind),
    notes: body.notes ?? [],
  }
}

function line(sku: string | undefined, changed: Partial<Record<Place, number>> | null): Told['lines'] {
  const now = places.flatMap((place): [Place, number][] => (changed?.[place] ? [[place, changed[place] / thousandths]] : []))
  return sku && now.length > 0 ? [{ sku, places: now }] : []
}
