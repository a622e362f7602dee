import { Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useMay } from '../api/me'
import { useWords } from '../language'
import { AddressBlock } from '../part/AddressBlock'
import { Card } from '../part/Card'
import { Copyable } from '../part/Copyable'
import classes from './order.module.css'
import type { Whole } from './useOrder'

/** Who ordered, where it goes, who gets the bill. */
export function Parties({ order }: { order: Whole }) {
  const { t } = useWords()
  const may = useMay()
  const { contact, customer } = order
  const name = contact?.company || contact?.name || customer?.company || customer?.name || t('order/guest')
  const ships = order.deliveries.flatMap((d) => (d.address ? [d.address] : []))
  const same = ships.length === 1 && JSON.stringify(ships[0]) === JSON.stringify(order.billing_address)
  return (
    <Card title={t('order/customer')}>
      <Text fw={560}>
        {order.customer_id && may('customer.get') ? (
          <Link to="/customers/$id" params={{ id: order.customer_id }}>
            <bdi>{name}</bdi>
          </Link>
        ) : (
          <bdi>{name}</bdi>
        )}
      </Text>
      <div className={classes.facts}>
        {customer && <Copyable text={customer.number} />}
        {contact?.company && contact.name && (
          <span>
            <bdi>{contact.name}</bdi>
          </span>
        )}
        {contact?.email && <Copyable text={contact.email} />}
        {contact?.phone && <Copyable text={contact.phone} />}
      </div>
      <Text size="sm" fw={600} mt="md" mb={2}>
        {t('order/shipTo')}
      </Text>
      {ships.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('order/nobody')}
        </Text>
      )}
      {ships.map((address, i) => (
        <AddressBlock key={i} of={address} />
      ))}
      {order.billing_address && (
        <>
          <Text size="sm" fw={600} mt="md" mb={2}>
            {t('order/billTo')}
          </Text>
          {same ? (
            <Text size="sm" c="dimmed">
              {t('order/sameAddress')}
            </Text>
          ) : (
            <AddressBlock of={order.billing_address} />
          )}
        </>
      )}
    </Card>
  )
}
