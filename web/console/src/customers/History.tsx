import { Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useMay } from '../api/me'
import { useWords } from '../language'
import { Card } from '../part/Card'
import { Moment } from '../part/Moment'
import { Money } from '../part/Money'
import { Status } from '../part/Status'
import { RecordTable } from '../record/RecordList'
import { useRecords } from '../record/useRecords'

const shown = 10

/** What the customer ordered, the newest first. */
export function Orders({ customer }: { customer: string }) {
  const { t } = useWords()
  const may = useMay()('order.list')
  const filter = `customer:${customer}`
  const found = useRecords('/v1/orders', ['order', 'payment', 'shipment', 'return'], { query: { filter, sort: '-placed', limit: shown }, enabled: may })
  if (!may) return null
  const orders = found.data?.pages[0]?.items ?? []
  return (
    <Card title={t('customer/orders')} aside={found.hasNextPage && <Link to="/orders" search={{ filter }} children={t('customer/allOrders')} />}>
      {orders.length > 0 ? (
        <RecordTable
          label={t('customer/orders')}
          items={orders}
          to={(o) => ({ to: '/orders/$id', params: { id: o.id } })}
          columns={[
            { id: 'number', label: t('column/number'), show: (o) => <bdi>{o.number ?? t('orders/draft')}</bdi> },
            { id: 'placed', label: t('column/placed'), narrow: true, show: (o) => <Moment at={o.placed_at ?? o.created_at} /> },
            { id: 'status', label: t('column/status'), narrow: true, show: (o) => <Status of="status" is={o.status} plain /> },
            { id: 'payment', label: t('column/payment'), narrow: true, show: (o) => <Status of="payment" is={o.payment_status} plain /> },
            { id: 'total', label: t('column/total'), end: true, narrow: true, show: (o) => <Money of={o.total} /> },
          ]}
          keys
        />
      ) : (
        <Text c="dimmed" size="sm">
          {found.isPending ? t('state/loading') : t('customer/noOrders')}
        </Text>
      )}
    </Card>
  )
}

/** What the customer sent back, or wants to. */
export function Returns({ customer }: { customer: string }) {
  const { t } = useWords()
  const found = useRecords('/v1/returns', ['return'], { query: { filter: `customer:${customer}`, limit: shown }, enabled: useMay()('return.list') })
  const returns = found.data?.pages[0]?.items ?? []
  if (returns.length === 0) return null
  return (
    <Card title={t('customer/returns')}>
      <RecordTable
        label={t('customer/returns')}
        items={returns}
        to={(r) => ({ to: '/returns/$id', params: { id: r.id } })}
        columns={[
          { id: 'number', label: t('column/number'), show: (r) => <bdi>{r.number}</bdi> },
          { id: 'order', label: t('back/order'), narrow: true, show: (r) => <bdi>{r.order_number}</bdi> },
          { id: 'at', label: t('back/requested'), narrow: true, show: (r) => <Moment at={r.created_at} /> },
          { id: 'status', label: t('column/status'), narrow: true, show: (r) => <Status of="return" is={r.status} plain /> },
          { id: 'value', label: t('back/value'), end: true, narrow: true, show: (r) => r.value.amount > 0 && <Money of={r.value} /> },
        ]}
      />
    </Card>
  )
}
