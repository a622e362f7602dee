import { Text } from '@mantine/core'
import type { Schemas } from '../api/client'
import { useWords } from '../language'
import { Card } from '../part/Card'
import { Copyable } from '../part/Copyable'
import classes from './order.module.css'
import type { Whole } from './useOrder'

type Address = Schemas['CustomerAddress']

/** Who ordered, where it goes, who gets the bill. */
export function Parties({ order }: { order: Whole }) {
  const { t } = useWords()
  const { contact, customer } = order
  const ships = order.deliveries.flatMap((d) => (d.address ? [d.address] : []))
  const same = ships.length === 1 && JSON.stringify(ships[0]) === JSON.stringify(order.billing_address)
  return (
    <Card title={t('order/customer')}>
      <Text fw={560}>
        <bdi>{contact?.company || contact?.name || customer?.company || customer?.name || t('order/guest')}</bdi>
      </Text>
      <div className={classes.facts}>
        {customer && <Copyable text={customer.number} />}
        {contact?.company && contact.name && <bdi>{contact.name}</bdi>}
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
        <Where key={i} address={address} />
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
            <Where address={order.billing_address} />
          )}
        </>
      )}
    </Card>
  )
}

function Where({ address: a }: { address: Address }) {
  const { locale } = useWords()
  const country = new Intl.DisplayNames(locale, { type: 'region', fallback: 'code' }).of(a.country)
  const lines = [a.company, a.name, a.street, a.street2, [a.postcode, a.city].filter(Boolean).join(' '), a.region, country].filter(Boolean)
  return (
    <address className={classes.address}>
      {lines.map((line, i) => (
        <bdi key={i}>{line}</bdi>
      ))}
    </address>
  )
}
