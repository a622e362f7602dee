import type { Schemas } from '../api/client'

export type Return = Schemas['ReturnsReturn']
export type Line = Schemas['ReturnsLine']

/** The queues of the desk: returns that wait for the same step. */
export const queues = [
  { name: 'toApprove', filter: 'status:requested' },
  { name: 'toReceive', filter: 'status:approved,in_transit -outcome:keep_it' },
  { name: 'toInspect', filter: 'status:received' },
  { name: 'toComplete', filter: '(status:inspected OR (status:approved outcome:keep_it))' },
] as const

export type Step = 'approve' | 'receive' | 'inspect' | 'complete'

/** The step that a return waits for; undefined at its end. */
export function stepOf({ status, outcome }: Pick<Return, 'status' | 'outcome'>): Step | undefined {
  switch (status) {
    case 'requested':
      return 'approve'
    case 'approved':
      return outcome === 'keep_it' ? 'complete' : 'receive'
    case 'in_transit':
      return 'receive'
    case 'received':
      return 'inspect'
    case 'inspected':
      return 'complete'
  }
}

/** The queue of returns that wait for a step. */
export const queueOf: Record<Step, string> = { approve: queues[0].filter, receive: queues[1].filter, inspect: queues[2].filter, complete: queues[3].filter }

/** How much of a line can still come back. */
export const expected = (l: Line) => l.quantity - l.received

/** How much of a line came back and is not decided about. */
export const undecided = (l: Line) => l.received - l.restocked - l.refurbished - l.scrapped - l.sent_on

export const fates = ['restock', 'refurbish', 'scrap', 'send_back'] as const
export type Fate = (typeof fates)[number]

/** What becomes of the units of a line. */
export type Decision = Partial<Record<Fate, number>> & { lot_id?: string }

/** How much of a line a decision leaves open; below zero if it decides about more than came back. */
export function open(l: Line, d: Decision = {}): number {
  return round(fates.reduce((left, fate) => left - (d[fate] ?? 0), undecided(l)))
}

/** What an inspection sends: the lines about which something was decided. */
export function decided(lines: Line[], decisions: Record<string, Decision>) {
  return lines.filter((l) => undecided(l) > 0).map((l) => ({ line_id: l.line_id, ...decisions[l.line_id] }))
}

/** Quantities have three decimals. */
function round(n: number): number {
  return Math.round(n * 1000) / 1000
}
