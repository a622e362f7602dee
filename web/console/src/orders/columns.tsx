import type { ReactNode } from 'react'
import type { OrderSummary } from '../api/client'
import type { useWords } from '../language'
import type { Words } from '../language/en'
import { Moment } from '../part/Moment'
import { Money } from '../part/Money'
import { Badge, Status } from '../part/Status'
import { TagCell } from './TagCell'

type Translate = ReturnType<typeof useWords>['t']

/** A column of the list; sort is the field that the server can sort by. */
export type Column = { id: keyof Words['column']; width: string; least: number; sort?: string; end?: boolean; cell: (o: OrderSummary, t: Translate) => ReactNode }

export function customer(o: OrderSummary, t: Translate): string {
  return o.company || o.customer_name || t('orders/guest')
}

export const columns: Column[] = [
  { id: 'number', width: '150px', least: 150, sort: 'number', cell: (o, t) => o.number ?? t('orders/draft') },
  { id: 'placed', width: '110px', least: 110, sort: 'placed', cell: (o) => <Moment at={o.placed_at ?? o.created_at} /> },
  {
    id: 'customer',
    width: 'minmax(160px, 2fr)',
    least: 160,
    cell: (o, t) => (
      <>
        <bdi>{customer(o, t)}</bdi>
        {o.customer_type === 'vip' && <Badge tone="amber">{t('customer_type/vip')}</Badge>}
      </>
    ),
  },
  { id: 'status', width: 'minmax(120px, 1fr)', least: 120, cell: (o) => <Status of="status" is={o.status} /> },
  { id: 'payment', width: 'minmax(130px, 1fr)', least: 130, cell: (o) => <Status of="payment" is={o.payment_status} plain /> },
  { id: 'fulfillment', width: 'minmax(120px, 1fr)', least: 120, cell: (o) => <Status of="fulfillment" is={o.fulfillment_status} plain /> },
  { id: 'returned', width: 'minmax(110px, 1fr)', least: 110, cell: (o) => o.return_status !== 'none' && <Status of="return" is={o.return_status} plain /> },
  { id: 'reference', width: 'minmax(120px, 1fr)', least: 120, cell: (o) => <bdi>{o.reference}</bdi> },
  { id: 'tags', width: 'minmax(140px, 1fr)', least: 140, cell: (o) => <TagCell tags={o.tags ?? []} /> },
  { id: 'due', width: '110px', least: 110, cell: (o) => o.due_at && <Moment at={o.due_at} /> },
  { id: 'day', width: '110px', least: 110, sort: 'day', cell: (o) => o.business_day },
  { id: 'updated', width: '110px', least: 110, sort: 'updated', cell: (o) => <Moment at={o.updated_at} /> },
  { id: 'total', width: '140px', least: 140, sort: 'total', end: true, cell: (o) => <Money of={o.total} /> },
]

export const usual: Column['id'][] = ['number', 'placed', 'customer', 'status', 'payment', 'fulfillment', 'returned', 'total']
