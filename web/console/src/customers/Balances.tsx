import { Text } from '@mantine/core'
import type { Amount, Schemas } from '../api/client'
import { useMay } from '../api/me'
import { useWords } from '../language'
import { Card } from '../part/Card'
import { counted } from '../part/format'
import { Money } from '../part/Money'
import { useRecord } from '../record/useRecords'
import classes from './customers.module.css'

type Balance = Schemas['OrderBalance']

/** What a customer ordered and owes, by currency. */
export function Balances({ customer }: { customer: string }) {
  const { t } = useWords()
  const may = useMay()('order.list')
  const { data } = useRecord('/v1/customers/{id}/balance', ['order', 'payment', 'refund'], { ids: { id: customer }, enabled: may })
  if (!may || !data) return null
  return (
    <Card title={t('customer/money')}>
      {data.items.length === 0 && (
        <Text c="dimmed" size="sm">
          {t('customer/noOrders')}
        </Text>
      )}
      {data.items.map((b) => (
        <Sums key={b.currency} of={b} />
      ))}
    </Card>
  )
}

function Sums({ of: b }: { of: Balance }) {
  const { t, locale } = useWords()
  return (
    <>
      <dl className={classes.sums}>
        <Sum says={`${t('customer/ordered')} · ${t('customer/placed', counted(b.orders, locale))}`} of={b.ordered} />
        {b.owed.amount > 0 && <Sum says={t('customer/owed')} of={b.owed} strong />}
        {b.overdue.amount > 0 && <Sum says={t('customer/overdue')} of={b.overdue} late />}
        {b.credit.amount > 0 && <Sum says={t('customer/credit')} of={b.credit} strong />}
      </dl>
      {b.owed.amount === 0 && b.credit.amount === 0 && (
        <Text size="sm" c="dimmed">
          {t('customer/nothingOwed')}
        </Text>
      )}
    </>
  )
}

function Sum({ says, of, strong, late }: { says: string; of: Amount; strong?: boolean; late?: boolean }) {
  return (
    <div data-late={late || undefined}>
      <dt>{says}</dt>
      <dd>
        <Money of={of} strong={strong} />
      </dd>
    </div>
  )
}
