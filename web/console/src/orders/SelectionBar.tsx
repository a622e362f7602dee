import { Button, CopyButton, Group, Menu, Text } from '@mantine/core'
import { IconChevronUp } from '@tabler/icons-react'
import { lazy, Suspense, useState } from 'react'
import type { Amount, OrderSummary } from '../api/client'
import { useMay } from '../api/me'
import { type BulkSpec, bulkSpecs, type Chosen } from '../bulk/commands'
import { useWords } from '../language'
import { Explained } from '../part/Explained'
import { ExplainedItem } from '../part/ExplainedItem'
import { Money } from '../part/Money'
import { counted, shownCount } from '../part/format'
import { among } from '../filter/filter'
import classes from './OrderList.module.css'
import { mostFiltered, mostNamed } from './selection'

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
export default function SelectionBar({ orders, list, offered, whole, setWhole, setFilter, clear }: Props) {
  const { t, locale } = useWords()
  const [spec, setSpec] = useState<BulkSpec>()
  const may = useMay()
  const specs = may('bulk.begin') ? bulkSpecs.filter((s) => may(s.permission ?? s.name)) : []
  const names = orders.map((o) => o.number ?? o.id)
  const all = { count: list.count, replace: { count: shownCount(list, locale) } }
  const says = whole ? t('orders/wholeSelected', all) : t('orders/selected', counted(orders.length, locale))
  const whyNot = !whole && orders.length > mostNamed ? t('orders/tooMany', { most: mostNamed.toLocaleString(locale) }) : undefined
  const whyNotThese = orders.length > mostFiltered ? t('orders/tooManyToShow', { most: mostFiltered.toLocaleString(locale) }) : undefined
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
      {offered && !whole && specs.length > 0 && (
        <Button variant="subtle" size="compact-sm" onClick={() => setWhole(true)}>
          {t('orders/selectWhole', all)}
        </Button>
      )}
      <Group gap="xs" ms="auto">
        {specs.slice(0, atHand).map((s) => (
          <Explained key={s.name} variant="default" why={whyNot} onClick={() => setSpec(s)}>
            {t(`action/${s.name}`)}
          </Explained>
        ))}
        <Menu position="top-end" width={230}>
          <Menu.Target>
            <Button variant="default" rightSection={<IconChevronUp size={15} />}>
              {t('orders/more')}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {specs.slice(atHand).map((s) => (
              <ExplainedItem key={s.name} label={t(`action/${s.name}`)} why={whyNot} act={() => setSpec(s)} final={s.final} />
            ))}
            {!whole && specs.length > atHand && <Menu.Divider />}
            {!whole && <ExplainedItem label={t('orders/onlyThese')} why={whyNotThese} act={() => setFilter(among(orders.map((o) => o.id)))} />}
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
