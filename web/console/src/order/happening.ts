import type { Happening, Schemas } from '../api/client'
import type { Of } from '../part/tone'
import { ledger, type Place } from '../part/tone'
import type { Whole } from './useOrder'

export type Kind = 'state' | 'money' | 'stock' | 'notes'

/** What belongs to an order and has events of its own. */
export type Subject = 'payment' | 'refund' | 'fulfillment' | 'shipment' | 'return'

const kinds: Record<string, Kind> = {
  attachment: 'notes',
  payment: 'money',
  refund: 'money',
  fulfillment: 'stock',
  shipment: 'stock',
  return: 'stock',
  'order.money_changed': 'money',
  'order.refund_granted': 'money',
  'order.noted': 'notes',
  'order.note_edited': 'notes',
  'order.note_removed': 'notes',
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

/** What an event is about, for its color; the server filters. */
export function kindOf(e: Happening): Kind {
  return kinds[e.type] ?? kinds[e.type.split('.')[0]!] ?? 'state'
}

type Part = { status?: string; number?: string; carrier?: string; tracking_number?: string; amount?: number; authorized?: number; captured?: number; refunded?: number; moved?: number }

/** The parts of a body that a timeline tells: new values of what changed. */
type Body = {
  order?: Partial<Record<'status' | 'payment_status' | 'fulfillment_status' | 'return_status' | 'cancel_status', string>> & Partial<Record<'authorized' | 'captured' | 'refunded', number>>
  lines?: Record<string, Partial<Record<Place, number>> | null>
  holds?: Record<string, { kind?: Schemas['OrderHold']['kind']; reason?: string }>
  tags?: Record<string, object | null>
  notes?: string[]
} & Partial<Record<Subject, Part>>

const statuses = [
  ['status', 'status'],
  ['payment_status', 'payment'],
  ['fulfillment_status', 'fulfillment'],
  ['return_status', 'return'],
  ['cancel_status', 'cancel'],
] as const satisfies [string, Of][]

const tones = { payment: 'payment', refund: 'payment', fulfillment: 'fulfillment', shipment: 'shipment', return: 'return' } as const satisfies Record<Subject, Of>

export type Told = {
  statuses: { of: Of; is: string; subject?: Subject }[]
  money: { of: 'authorized' | 'captured' | 'refunded' | 'waived' | 'asked'; amount: number }[]
  lines: { sku: string; places: [Place, number][] }[]
  holds: { kind?: Schemas['OrderHold']['kind']; reason?: string }[]
  tags: string[]
  texts: string[] // as they stand
  notes: string[]
}

const thousandths = 1000 // quantities in events
const places = Object.keys(ledger) as Place[]

/** What an event changed, for people: the first event of an order, and of its work, tells its beginning only. */
export function told(e: Happening, order: Whole): Told {
  const body = (e.body ?? {}) as Body
  const first = e.sequence === 1
  const subject = (Object.keys(tones) as Subject[]).find((s) => body[s])
  const part: Part = (subject && body[subject]) ?? {}
  return {
    statuses: [
      ...statuses.flatMap(([column, of]) => (body.order?.[column] && (!first || column === 'status') ? [{ of, is: body.order[column] }] : [])),
      ...(subject && part.status ? [{ of: tones[subject], is: part.status, subject }] : []),
    ],
    money: [...(['authorized', 'captured', 'refunded'] as const).flatMap((of) => amount(of, body.order?.[of] ?? part[of])), ...amount(subject === 'refund' ? 'waived' : 'asked', part.amount), ...amount('refunded', part.moved)],
    lines: first ? [] : Object.entries(body.lines ?? {}).flatMap(([id, changed]) => line(order.lines.find((l) => l.id === id)?.sku, changed)),
    holds: Object.values(body.holds ?? {}).filter((h) => h.kind),
    tags: Object.keys(body.tags ?? {}).sort(),
    texts: [part.number, part.carrier, part.tracking_number].filter((text): text is string => !!text),
    notes: body.notes ?? [],
  }
}

function amount(of: Told['money'][number]['of'], amount: number | undefined): Told['money'] {
  return amount === undefined ? [] : [{ of, amount }]
}

function line(sku: string | undefined, changed: Partial<Record<Place, number>> | null): Told['lines'] {
  const now = places.flatMap((place): [Place, number][] => (changed?.[place] ? [[place, changed[place] / thousandths]] : []))
  return sku && now.length > 0 ? [{ sku, places: now }] : []
}
