import { Button, CopyButton, Group, Text } from '@mantine/core'
import type { Amount, OrderSummary } from '../api/client'
import { useWords } from '../language'
import { Money } from '../part/Money'
import classes from './OrderList.module.css'

type Props = { orders: OrderSummary[]; setFilter: (filter: string) => void; clear: () => void }

/** What is selected, what it sums up to, and what can be done with it. */
export function SelectionBar({ orders, setFilter, clear }: Props) {
  const { t } = useWords()
  const names = orders.map((o) => o.number ?? o.id)
  return (
    <div className={classes.selection} role="region" aria-label={t('orders/selected', { count: orders.length })}>
      <Text size="sm" fw={560} role="status">
        {t('orders/selected', { count: orders.length })}
      </Text>
      <Group gap="md">
        {sums(orders).map((sum) => (
          <Money key={sum.currency} of={sum} />
        ))}
      </Group>
      <Group gap="xs" ms="auto">
        <Button
          variant="default"
          onClick={() => {
            setFilter(`id:${orders.map((o) => o.id).join(',')}`)
          }}
        >
          {t('orders/onlyThese')}
        </Button>
        <CopyButton value={names.join('\n')}>
          {({ copied, copy }) => (
            <Button variant="default" onClick={copy}>
              {copied ? t('orders/copied') : t('orders/copyNumbers')}
            </Button>
          )}
        </CopyButton>
        <Button variant="subtle" onClick={clear}>
          {t('orders/clear')}
        </Button>
      </Group>
    </div>
  )
}

/** One sum per currency. */
function sums(orders: OrderSummary[]): Amount[] {
  const all = new Map<string, number>()
  for (const { total } of orders) all.set(total.currency, (all.get(total.currency) ?? 0) + total.amount)
  return [...all].map(([currency, amount]) => ({ currency, amount }))
}
