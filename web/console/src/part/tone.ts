import type { Tone } from '../theme'

/** The tone of each status, by what it is a status of. */
export const toneOf = {
  status: { draft: 'grey', pending: 'amber', approved: 'blue', processing: 'blue', shipped: 'blue', delivered: 'green', canceled: 'grey', returned: 'violet' },
  payment: {
    unpaid: 'grey',
    pending: 'blue',
    authorized: 'blue',
    partially_paid: 'blue',
    paid: 'green',
    overpaid: 'amber',
    partially_refunded: 'violet',
    refunded: 'violet',
    requires_action: 'amber',
    unknown: 'red',
    captured: 'green',
    failed: 'red',
    voided: 'grey',
    granted: 'amber',
    moving: 'blue',
    partially_moved: 'violet',
    moved: 'violet',
  },
  fulfillment: {
    unfulfilled: 'grey',
    partial: 'blue',
    fulfilled: 'blue',
    delivered: 'green',
    planned: 'grey',
    open: 'amber',
    in_progress: 'blue',
    incomplete: 'blue',
    closed: 'green',
    canceled: 'grey',
  },
  shipment: {
    packed: 'grey',
    labeled: 'grey',
    in_transit: 'blue',
    out_for_delivery: 'blue',
    exception: 'red',
    lost: 'red',
    returned_to_sender: 'violet',
    delivered: 'green',
    unpacked: 'grey',
  },
  return: {
    none: 'grey',
    requested: 'amber',
    partial: 'violet',
    full: 'violet',
    approved: 'blue',
    in_transit: 'blue',
    received: 'amber',
    inspected: 'blue',
    completed: 'violet',
    rejected: 'grey',
    canceled: 'grey',
    expired: 'grey',
  },
  mail: { waiting: 'grey', sending: 'blue', sent: 'green', unknown: 'amber', failed: 'red', unsent: 'grey' },
  cancel: { none: 'grey', pending: 'amber', partial: 'grey', full: 'grey' },
} as const satisfies Record<string, Record<string, Tone>>

export type Of = keyof typeof toneOf
export type StatusOf<O extends Of> = keyof (typeof toneOf)[O] & string

/** Where the units of a line can be, in the order of their way, and the tones of that. */
export const ledger = {
  delivered: 'green',
  shipped: 'blue',
  picked: 'blue',
  reserved: 'grey',
  backordered: 'amber',
  open: 'grey',
  returned: 'violet',
  sent_back: 'violet',
  lost: 'red',
  canceled: 'grey',
} as const satisfies Record<string, Tone>

export type Place = keyof typeof ledger
