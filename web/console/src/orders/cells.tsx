import type { ReactNode } from 'react'
import type { OrderSummary } from '../api/client'
import type { useWords } from '../language'
import { Moment } from '../part/Moment'
import { Money } from '../part/Money'
import { Badge, Status } from '../part/Status'
import type { Column } from './columns'
import { TagCell } from './TagCell'

type Translate = ReturnType<typeof useWords>['t']

export function customer(o: OrderSummary, t: Translate): string {
  return o.company || o.customer_name || t('orders/guest')
}

/** What a column shows of an order. */
export const cells: Record<Column['id'], (o: OrderSummary, t: Translate) => ReactNode> = {
  number: (o, t) => o.number ?? t('orders/draft'),
  placed: (o) => <Moment at={o.placed_at ?? o.created_at} />,
  customer: (o, t) => (
    <>
      <bdi>{customer(o, t)}</bdi>
      {o.customer_type === 'vip' && <Badge tone="amber">{t('customer_type/vip')}</Badge>}
    </>
  ),
  status: (o) => <Status of="status" is={o.status} />,
  payment: (o) => <Status of="payment" is={o.payment_status} plain />,
  fulfillment: (o) => <Status of="fulfillment" is={o.fulfillment_status} plain />,
  returned: (o) => o.return_status !== 'none' && <Status of="return" is={o.return_status} plain />,
  reference: (o) => <bdi>{o.reference}</bdi>,
  tags: (o) => <TagCell tags={o.tags ?? []} />,
  due: (o) => o.due_at && <Moment at={o.due_at} />,
  day: (o) => o.business_day,
  updated: (o) => <Moment at={o.updated_at} />,
  total: (o) => <Money of={o.total} />,
}
