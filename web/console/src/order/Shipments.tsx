import { Group, Skeleton, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { Problem } from '../api/problem'
import { useWords } from '../language'
import { Card } from '../part/Card'
import { Copyable } from '../part/Copyable'
import { Moment } from '../part/Moment'
import { Failure } from '../part/Screen'
import { Status } from '../part/Status'
import classes from './order.module.css'
import { type Shipment, useExecution, type Whole } from './useOrder'

/** The work that locations have with the order, and what has left them; nothing for who may not see it. */
export function Shipments({ order }: { order: Whole }) {
  const { t } = useWords()
  const { data, error, refetch } = useExecution(order.id)
  if (error instanceof Problem && error.status === 403) return null
  return (
    <Card title={t('order/shipments')}>
      {error ? (
        <Failure error={error} retry={() => void refetch()} />
      ) : !data ? (
        <Skeleton height={44} />
      ) : (
        <ul className={classes.rows}>
          {data.work
            .filter((w) => w.status !== 'closed')
            .map((w) => (
              <li key={w.id}>
                <Link to="/fulfillment/$id" params={{ id: w.id }} className={classes.toWork}>{t('order/work', { location: w.location?.name ?? w.location_id })}</Link>
                <Status of="fulfillment" is={w.status} plain />
              </li>
            ))}
          {data.shipments.map((shipment) => (
            <ShipmentRow key={shipment.id} shipment={shipment} />
          ))}
          {data.shipments.length === 0 && data.work.length === 0 && (
            <Text component="li" c="dimmed" size="sm">
              {t('order/noShipments')}
            </Text>
          )}
        </ul>
      )}
    </Card>
  )
}

function ShipmentRow({ shipment }: { shipment: Shipment }) {
  const { t, locale } = useWords()
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 3 })
  const at = shipment.delivered_at ?? shipment.shipped_at ?? shipment.created_at
  return (
    <li>
      <div>
        <Group gap="sm">
          <Text fw={560}>{shipment.number}</Text>
          <Text size="sm" c="dimmed">
            <Moment at={at} />
          </Text>
        </Group>
        <div className={classes.facts}>
          {shipment.carrier && (
            <span>
              <bdi>{shipment.carrier}</bdi>
            </span>
          )}
          {shipment.tracking_number && <Copyable text={shipment.tracking_number} />}
          <span>{t('order/packages', { count: shipment.packages?.length ?? 0 })}</span>
          {shipment.packages?.flatMap((p) => 
            (p.lines ?? []).map((l) => (
              <span key={p.id + l.line_id}>
                <bdi>{`${number.format(l.quantity)} × ${l.sku}`}</bdi>
              </span>
            )),
          )}
        </div>
      </div>
      <Status of="shipment" is={shipment.status} />
    </li>
  )
}
