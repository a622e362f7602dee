import { type Amount, api } from '../api/client'
import type { Words } from '../language/en'
import type { Count } from '../part/format'

/** Something that waits for somebody: what it is called, since when it waits, and the page that it is dealt with on. */
export type Waiting = { id: string; label: string | Amount; since: string; to?: '/orders/$id' | '/payments/$id' | '/returns/$id' | '/webhooks/$id' | '/jobs/$id'; page?: string }

/** A kind of work: what has to be permitted to see it, the events that change it, and where all of it is listed. */
export type Wait = {
  name: keyof Words['wait']
  permission: string
  changes: string[] // beginnings of types of events
  to?: '/orders' | '/payments' | '/returns' | '/webhooks' | '/jobs'
  filter?: string
  read: (signal: AbortSignal) => Promise<{ count: Count; oldest: Waiting[] }>
}

/** Endpoints that fail, or that were paused because they did; also a tab of their list. */
export const failing = '(failures>0 OR paused_for:failing,gone)'

const first = 3 // that are named, the oldest

type Page<T> = { items: T[]; count?: number; more?: boolean }

function found<T>(page: Page<T>, waiting: (item: T) => Waiting) {
  return { count: { count: page.count ?? 0, more: page.more ?? false }, oldest: page.items.map(waiting) }
}

function orders(name: Wait['name'], filter: string): Wait {
  return {
    name,
    permission: 'order.list',
    changes: ['order.'],
    to: '/orders',
    filter,
    read: async (signal) => {
      const { data } = await api.GET('/v1/orders', { params: { query: { filter, sort: 'placed', limit: first, count: true } }, signal })
      return found(data!, (o) => ({ id: o.id, label: o.number ?? o.id, since: o.placed_at ?? o.created_at, to: '/orders/$id', page: o.id }))
    },
  }
}

/** All that may wait for somebody, the most pressing first. */
export const waits: Wait[] = [
  {
    name: 'unknown',
    permission: 'payment.list',
    changes: ['payment.'],
    to: '/payments',
    read: async (signal) => {
      const { data } = await api.GET('/v1/payments/unclear', { params: { query: { limit: first, count: true } }, signal })
      return found(data!, (u) => ({ id: u.id, label: u.amount, since: u.created_at, to: '/payments/$id', page: u.payment_id }))
    },
  },
  orders('held', 'hold:*'),
  orders('release', 'status:approved'),
  orders('backordered', 'backordered:true'),
  {
    name: 'inspect',
    permission: 'return.list',
    changes: ['return.', 'order.return'],
    to: '/returns',
    filter: 'status:received',
    read: async (signal) => {
      const { data } = await api.GET('/v1/returns', { params: { query: { filter: 'status:received', sort: 'created', limit: first, count: true } }, signal })
      return found(data!, (r) => ({ id: r.id, label: r.number, since: r.received_at ?? r.created_at, to: '/returns/$id', page: r.id }))
    },
  },
  {
    name: 'webhooks',
    permission: 'webhook.list',
    changes: ['webhook.'],
    to: '/webhooks',
    filter: failing,
    read: async (signal) => {
      const { data } = await api.GET('/v1/webhooks', { params: { query: { filter: failing, sort: '-failures', limit: first, count: true } }, signal })
      return found(data!, (w) => ({ id: w.id, label: w.name, since: w.failing_since ?? w.last_failure_at ?? w.created_at, to: '/webhooks/$id', page: w.id }))
    },
  },
  {
    name: 'jobs',
    permission: 'job.list',
    changes: ['job.'],
    to: '/jobs',
    filter: 'state:dead',
    read: async (signal) => {
      const { data } = await api.GET('/v1/jobs', { params: { query: { filter: 'state:dead', sort: 'created', limit: first, count: true } }, signal })
      return found(data!, (j) => ({ id: j.id, label: j.kind, since: j.ended_at ?? j.created_at, to: '/jobs/$id', page: j.id }))
    },
  },
]
