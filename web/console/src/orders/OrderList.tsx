import { Button, Group, Tabs, Text, Title } from '@mantine/core'
import { useDocumentTitle, useMediaQuery } from '@mantine/hooks'
import { IconArrowUp } from '@tabler/icons-react'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback, useRef } from 'react'
import { Problem } from '../api/problem'
import { useKeys } from '../frame/useKeys'
import { useWords } from '../language'
import { shownCount } from '../part/format'
import { Failure, NothingYet } from '../part/Screen'
import { ColumnMenu } from './ColumnMenu'
import { ExportMenu } from './ExportMenu'
import { FilterBar } from './FilterBar'
import { views } from './fields'
import classes from './OrderList.module.css'
import { OrderTable } from './OrderTable'
import { TableSkeleton } from './TableSkeleton'
import { useCounts } from './useCounts'
import { useLayout } from './useLayout'
import { defaultSort, useOrders } from './useOrders'

/** All orders: found by filter, sorted by the server, endless. Its address is its state. */
export default function OrderList() {
  const { t, locale } = useWords()
  const { filter = '', sort = defaultSort } = useSearch({ from: '/frame/orders' })
  const go = useNavigate({ from: '/orders' })
  const layout = useLayout()
  const narrow = useMediaQuery('(max-width: 48em)', undefined, { getInitialValueInEffect: false })
  const input = useRef<HTMLInputElement>(null)
  const found = useOrders(filter, sort)
  const counts = useCounts([...new Set([...views.map(([, text]) => text), filter])], found.isSuccess)
  const all = counts.get(filter)
  const setFilter = useCallback((next: string) => void go({ search: (s) => ({ ...s, filter: next || undefined }) }), [go])
  const setSort = useCallback((next: string) => void go({ search: (s) => ({ ...s, sort: next === defaultSort ? undefined : next }) }), [go])

  useDocumentTitle(`${t('orders/title')} · ${t('console/title')}`)
  useKeys({
    '/': () => input.current?.focus(),
    'g o': () => setFilter(''),
  })

  const misread = found.error instanceof Problem && found.error.faults.some((f) => f.pointer === '/filter') ? found.error : undefined
  return (
    <div className={classes.page}>
      <div className={classes.head}>
        <Group justify="space-between" gap="sm" mih={28}>
          <Title>{t('orders/title')}</Title>
          <Text size="sm" c="dimmed" role="status">
            {all && t('orders/found', { count: all.count, replace: { count: shownCount(all, locale) } })}
          </Text>
        </Group>
        <Tabs value={views.find(([, text]) => text === filter)?.[0] ?? null} onChange={(name) => setFilter(views.find(([view]) => view === name)?.[1] ?? '')}>
          <Tabs.List className={classes.views} aria-label={t('orders/views')}>
            {views.map(([name, text]) => (
              <Tabs.Tab key={name} value={name}>
                {t(`orders/${name}`)}
                {text && counts.get(text)?.count ? <span className={classes.count}> {shownCount(counts.get(text)!, locale)}</span> : null}
              </Tabs.Tab>
            ))}
          </Tabs.List>
        </Tabs>
        <div className={classes.tools}>
          <FilterBar filter={filter} set={setFilter} problem={misread} busy={found.isFetching && !found.isFetchingNextPage} input={input} />
          {!narrow && <ColumnMenu layout={layout} />}
          <ExportMenu filter={filter} sort={sort} shown={layout.shown} />
        </div>
      </div>
      {found.arrived > 0 && (
        <Button className={classes.arrived} leftSection={<IconArrowUp size={15} />} radius="xl" onClick={found.refresh}>
          {t('orders/arrived', { count: found.arrived })}
        </Button>
      )}
      {found.isPending ? (
        <TableSkeleton layout={layout} narrow={narrow === true} />
      ) : misread ? null : found.error && !found.data ? (
        <Failure error={found.error} retry={() => void found.refetch()} />
      ) : found.orders.length > 0 ? (
        <OrderTable key={`${filter}\n${sort}\n${narrow}${layout.dense}`} list={`${filter}\n${sort}`} found={found} all={all} filter={filter} sort={sort} setSort={setSort} setFilter={setFilter} layout={layout} narrow={narrow === true} />
      ) : filter ? (
        <NothingYet title={t('orders/noneTitle')} text={t('orders/noneText')} />
      ) : (
        <NothingYet title={t('orders/emptyTitle')} text={t('orders/emptyText')} link={t('orders/emptyLink')} href="/docs" />
      )}
    </div>
  )
}
