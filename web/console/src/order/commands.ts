import { type Command, command, type Schemas } from '../api/client'
import type { Words } from '../language/en'
import type { useWords } from '../language'
import { amount, minorUnits } from '../part/format'
import type { Whole } from './useOrder'

/** What somebody filled into the form of a command, by the names of its inputs. */
export type Values = Record<string, string>

export type Input = {
  name: string // as in the pointers of the server's faults
  label: keyof Words['input']
  kind: 'choice' | 'text' | 'amount' | 'quantities'
  hint?: keyof Words['input']
  needed?: boolean
  words?: keyof Words // of the choices
  choices?: (o: Whole) => string[]
  said?: (o: Whole, choice: string, say: Say) => string // instead of words
  start?: (o: Whole) => string
}

/** The words and the locale of the reader. */
export type Say = ReturnType<typeof useWords>

/** A command that can be given to an order: its form, its request, and what the order is then. */
export type Spec = {
  name: keyof Words['action']
  final?: boolean // can't be undone
  beside?: boolean // in a panel of its own instead of a form
  inputs: Input[]
  request: (o: Whole, v: Values) => Command
  foresee?: (o: Whole, v: Values) => Whole
}

type In<N extends keyof Schemas> = Schemas[N]

const chosen = <T extends string>(...all: T[]) => ({ kind: 'choice' as const, needed: true, choices: () => all as string[], start: () => all[0]! })

const amountOf = (o: Whole, text: string | undefined) => {
  const amount = text ? minorUnits(text, o.currency) : null
  return amount === null ? undefined : { amount, currency: o.currency }
}

const held = (o: Whole) => o.holds.filter((h) => !h.released_at)

export const specs: Spec[] = [
  {
    name: 'order.place_draft',
    inputs: [{ name: 'payment', label: 'method', words: 'method', ...chosen('on_account', 'cash', 'transfer', 'test') }],
    request: (o, v) => command('/v1/orders/{id}/place', [o.id], { expected_total: o.total, payment: { method: v.payment as In<'OrderPaymentIn'>['method'], ...(v.payment === 'test' && { token: 'tok_approve' }) } }),
    foresee: (o) => ({ ...o, status: 'pending', placed_at: new Date().toISOString(), actions: [] }),
  },
  {
    name: 'order.release_hold',
    inputs: [
      {
        name: 'hold',
        label: 'hold',
        kind: 'choice',
        needed: true,
        choices: (o) => held(o).map((h) => h.id),
        said: (o, id, { t }) => held(o).map((h) => (h.id === id ? `${t(`hold/${h.kind}`)} · ${h.reason}` : '')).join(''),
        start: (o) => held(o)[0]?.id ?? '',
      },
    ],
    request: (o, v) => command('/v1/orders/{id}/holds/{hold_id}/release', [o.id, v.hold!]),
    foresee: (o, v) => {
      const holds = o.holds.map((h) => (h.id === v.hold ? { ...h, released_at: new Date().toISOString() } : h))
      return { ...o, holds, status: o.status === 'pending' && !holds.some((h) => !h.released_at) ? 'approved' : o.status }
    },
  },
  { name: 'order.release', inputs: [], request: (o) => command('/v1/orders/{id}/release', [o.id], {}) },
  { name: 'order.allocate', inputs: [], request: (o) => command('/v1/orders/{id}/allocate', [o.id]) },
  {
    name: 'order.ship',
    inputs: [
      { name: 'carrier', label: 'carrier', kind: 'text', hint: 'carrierHint', needed: true, start: () => '' },
      { name: 'tracking_number', label: 'tracking', kind: 'text' },
    ],
    request: (o, v) => command('/v1/orders/{id}/ship', [o.id], { carrier: v.carrier!, ...(v.tracking_number && { tracking_number: v.tracking_number }) }),
  },
  { name: 'order.perform', inputs: [], request: (o) => command('/v1/orders/{id}/perform', [o.id], {}) },
  { name: 'order.amend', beside: true, inputs: [], request: (o) => command('/v1/orders/{id}/changes', [o.id], {}) },
  { name: 'order.split', beside: true, inputs: [], request: (o) => command('/v1/orders/{id}/changes', [o.id], {}) },
  { name: 'order.merge', beside: true, inputs: [], request: (o) => command('/v1/orders/{id}/changes', [o.id], {}) },
  {
    name: 'order.pay',
    inputs: [
      { name: 'method', label: 'method', words: 'method', ...chosen('transfer', 'cash', 'test') },
      { name: 'amount', label: 'amount', kind: 'amount', hint: 'owedIfEmpty' },
      { name: 'reference', label: 'reference', kind: 'text' },
      { name: 'token', label: 'token', kind: 'text', hint: 'tokenHint' },
    ],
    request: (o, v) =>
      command('/v1/orders/{id}/payments', [o.id], {
        method: v.method as In<'OrderPayInput'>['method'],
        ...(amountOf(o, v.amount) && { amount: amountOf(o, v.amount)! }),
        ...(v.reference && { reference: v.reference }),
        ...(v.token && { token: v.token }),
      }),
  },
  {
    name: 'order.capture',
    inputs: [{ name: 'amount', label: 'amount', kind: 'amount', hint: 'promisedIfEmpty' }],
    request: (o, v) => command('/v1/orders/{id}/capture', [o.id], amountOf(o, v.amount) ? { amount: amountOf(o, v.amount)! } : {}),
  },
  {
    name: 'order.grant_refund',
    inputs: [
      { name: 'amount', label: 'amountBack', kind: 'amount', needed: true },
      { name: 'reason', label: 'reason', words: 'reason', ...chosen('goodwill', 'returned', 'damaged', 'lost', 'late', 'canceled', 'price', 'overpaid', 'other') },
    ],
    request: (o, v) => command('/v1/orders/{id}/refunds', [o.id], { amount: amountOf(o, v.amount)!, reason: v.reason as In<'OrderGrantRefundInput'>['reason'] }),
  },
  {
    name: 'order.move_refund',
    final: true,
    inputs: [
      {
        name: 'refund',
        label: 'refund',
        kind: 'choice',
        needed: true,
        choices: (o) => o.refunds.filter((r) => r.status !== 'moved').map((r) => r.id),
        said: (o, id, { t, locale }) => o.refunds.map((r) => (r.id === id ? `${t(`reason/${r.reason as 'other'}`)} · ${amount({ amount: r.amount.amount - r.moved.amount, currency: r.currency }, locale)}` : '')).join(''),
        start: (o) => o.refunds.find((r) => r.status !== 'moved')?.id ?? '',
      },
    ],
    request: (o, v) => command('/v1/orders/{id}/refunds/{refund_id}/move', [o.id, v.refund!], {}),
  },
  {
    name: 'order.hold',
    inputs: [
      { name: 'kind', label: 'kind', words: 'hold', ...chosen('manual', 'approval', 'credit', 'fraud', 'payment', 'address', 'stock', 'compliance') },
      { name: 'reason', label: 'reasonCode', kind: 'text', hint: 'reasonHint', needed: true },
    ],
    request: (o, v) => command('/v1/orders/{id}/holds', [o.id], { kind: v.kind as In<'OrderHoldInput'>['kind'], reason: v.reason! }),
    foresee: (o, v) => ({
      ...o,
      status: o.status === 'approved' ? 'pending' : o.status,
      holds: [...o.holds, { id: '', kind: v.kind as In<'OrderHold'>['kind'], reason: v.reason!, owner: '', created_at: new Date().toISOString() }],
    }),
  },
  { name: 'order.clone', inputs: [], request: (o) => command('/v1/orders/{id}/clone', [o.id], {}) },
  {
    name: 'order.void_payment',
    final: true,
    inputs: [
      {
        name: 'payment',
        label: 'payment',
        kind: 'choice',
        needed: true,
        choices: (o) => voidable(o).map((p) => p.id),
        said: (o, id, { t, locale }) => o.payments.map((p) => (p.id === id ? `${t(`method/${p.method as 'cash'}`)} · ${amount(p.amount, locale)}` : '')).join(''),
        start: (o) => voidable(o)[0]?.id ?? '',
      },
    ],
    request: (o, v) => command('/v1/orders/{id}/payments/{payment_id}/void', [o.id, v.payment!]),
  },
  {
    name: 'order.cancel',
    final: true,
    inputs: [{ name: 'reason', label: 'reason', words: 'reason', ...chosen('customer', 'fraud', 'stock', 'price', 'duplicate', 'other') }],
    request: (o, v) => command('/v1/orders/{id}/cancel', [o.id], { reason: v.reason as In<'OrderCancelInput'>['reason'] }),
  },
  {
    name: 'return.request',
    inputs: [
      { name: 'lines', label: 'quantity', kind: 'quantities', needed: true },
      { name: 'reason', label: 'reason', words: 'reason', ...chosen('no_longer_needed', 'damaged', 'wrong_item', 'not_as_described', 'late', 'other') },
      { name: 'outcome', label: 'outcome', words: 'outcome', ...chosen('refund', 'store_credit', 'exchange', 'repair', 'keep_it') },
    ],
    request: (o, v) =>
      command('/v1/orders/{id}/returns', [o.id], {
        outcome: v.outcome as In<'ReturnRequestInput'>['outcome'],
        lines: returnable(o)
          .filter((l) => Number(v[l.id]) > 0)
          .map((l) => ({ line_id: l.id, quantity: Number(v[l.id]), reason: v.reason as In<'ReturnsRequestLine'>['reason'] })),
      }),
  },
]

export function specOf(name: string): Spec | undefined {
  return specs.find((s) => s.name === name)
}

/** Lines of which something has left and not come back. */
export function returnable(o: Whole) {
  return o.lines.filter((l) => l.kind !== 'bundle' && l.shipped + l.delivered > 0)
}

function voidable(o: Whole) {
  return o.payments.filter((p) => ['authorized', 'pending', 'requires_action'].includes(p.status))
}
