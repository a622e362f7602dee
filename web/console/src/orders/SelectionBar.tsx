import { Button, CopyButton, Group, Menu, Text } from '@mantine/core'
import { IconChevronUp } from '@tabler/icons-react'
import { lazy, Suspense, useState } from 'react'
import type { Amount, OrderSummary } from '../api/client'
import { type BulkSpec, bulkSpecs, type Chosen } from '../bulk/commands'
import { useWords } from '../language'
import { Money } from '../part/Money'
import { shownCount } from '../part/format'
import classes from './OrderList.module.css'

const BulkForm = lazy(() => import('../bulk/BulkForm').then((m) => ({ default: m.BulkForm })))

type Props = {
  orders: OrderSummary[]
  list: Exclude<Chosen, { ids: string[] }> // what the filter finds
  offered: boolean // all of it can be selected
  whole: boolean // all of it is
  setWhole: (whole: boolean) => void
  setFilter: (filter: string) => void
  clear: () => void
}

const atHand = 2 // buttons; what else there is stands in the menu

/** What is selected, what it sums up to, and what can be done with it. */
export function SelectionBar({ orders, list, offered, whole, setWhole, setFilter, clear }: Props) {
  const { t, locale } = useWords()
  const [spec, setSpec] = useState<BulkSpec>()
  const names = orders.map((o) => o.number ?? o.id)
  const all = { count: list.count, replace: { count: shownCount(list, locale) } }
  const says = whole ? t('orders/wholeSelected', all) : t('orders/selected', { count: orders.length })
  return (
    <div className={classes.selection} role="region" aria-label={says}>
      <Text size="sm" fw={560} role="status">
        {says}
      </Text>
      {!whole && (
        <Group gap="md">
          {sums(orders).map((sum) => (
            <Money key={sum.currency} of={sum} />
          ))}
        </Group>
      )}
      {offered && !whole && (
        <Button variant="subtle" size="compact-sm" onClick={() => setWhole(true)}>
          {t('orders/selectWhole', all)}
        </Button>
      )}
      <Group gap="xs" ms="auto">
        {bulkSpecs.slice(0, atHand).map((s) => (
          <Button key={s.name} variant="default" onClick={() => setSpec(s)}>
            {t(`action/${s.name}`)}
          </Button>
        ))}
        <Menu position="top-end" width={230}>
          <Menu.Target>
            <Button variant="default" rightSection={<IconChevronUp size={15} />}>
              {t('orders/more')}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {bulkSpecs.slice(atHand).map((s) => (
              <Menu.Item key={s.name} c={s.final ? 'var(--ordo-red)' : undefined} onClick={() => setSpec(s)}>
                {t(`action/${s.name}`)}
              </Menu.Item>
            ))}
            {!whole && <Menu.Divider />}
            {!whole && (
              <Menu.Item
                onClick={() => {
                  setFilter(`id:${orders.map((o) => o.id).join(',')}`)
                }}
              >
                {t('orders/onlyThese')}
              </Menu.Item>
            )}
            {!whole && (
              <CopyButton value={names.join('\n')}>
                {({ copied, copy }) => (
                  <Menu.Item closeMenuOnClick={false} onClick={copy}>
                    {copied ? t('orders/copied') : t('orders/copyNumbers')}
                  </Menu.Item>
                )}
              </CopyButton>
            )}
          </Menu.Dropdown>
        </Menu>
        <Button variant="subtle" onClick={clear}>
          {t('orders/clear')}
        </Button>
      </Group>
      <Suspense>{spec && <BulkForm spec={spec} chosen={whole ? list : { ids: orders.map((o) => o.id) }} close={() => setSpec(undefined)} />}</Suspense>
    </div>
  )
}

/** One sum per currency. */
function sums(orders: OrderSummary[]): Amount[] {
  const all = new Map<string, number>()
  for (const { total } of orders) all.set(total.currency, (all.get(total.currency) ?? 0) + total.amount)
  return [...all].map(([currency, amount]) => ({ currency, amount }))
}
