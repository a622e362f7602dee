import { Button, Group, Text, Title } from '@mantine/core'
import { useDocumentTitle, useMediaQuery } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import { IconArrowUp, IconBookmarkOff, IconPlus } from '@tabler/icons-react'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useCallback, useRef, useState } from 'react'
import { newKey } from '../api/client'
import { useMay } from '../api/me'
import { Problem } from '../api/problem'
import { useFailed } from '../api/useFailed'
import { useKeys } from '../frame/useKeys'
import { useWords, worded } from '../language'
import { shownCount } from '../part/format'
import { Blank, Failure, NothingYet } from '../part/Screen'
import { ColumnMenu } from './ColumnMenu'
import { ExportMenu } from './ExportMenu'
import { FilterBar } from '../filter/FilterBar'
import { useOrderFields, views as usualViews } from './fields'
import classes from './OrderList.module.css'
import { OrderTable } from './OrderTable'
import { addressed, factsOf, type Shown, shownOf } from './shown'
import { TableSkeleton } from './TableSkeleton'
import { useCounts } from './useCounts'
import { useLayout } from './useLayout'
import { useOrders } from './useOrders'
import { useViewCommand, useViews, type View, type ViewFacts } from './useViews'
import type { Question } from './ViewDialog'
import { ViewMenu } from './ViewMenu'
import { ViewTabs } from './ViewTabs'

const ViewDialog = lazy(worded(() => import('./ViewDialog')))

const mostCounts = 20 // tabs that tell what they find

/** All orders: found by filter, sorted by the server, endless. Its address is its state. */
export default function OrderList() {
  const { t, locale } = useWords()
  const search = useSearch({ from: '/frame/orders' })
  const go = useNavigate({ from: '/orders' })
  const may = useMay()
  const saved = useViews()
  const views = saved.data ?? []
  const view = views.find((v) => v.id === search.view)
  const shown = shownOf(search, view)
  const { filter, sort } = shown
  const put = useCallback(
    (change: (now: Shown) => Parameters<typeof addressed>[2], replace = false) => void go({ search: (s) => addressed(s, view, change(shownOf(s, view))), replace }),
    [go, view],
  )
  const fields = useOrderFields()
  const layout = useLayout(
    shown.columns && { shown: shown.columns, choose: (next) => put((now) => ({ columns: next(now.columns!) })), reset: () => put(() => ({ columns: shownOf({}, view).columns })) },
  )
  const narrow = useMediaQuery('(max-width: 48em)', undefined, { getInitialValueInEffect: false })
  const input = useRef<HTMLInputElement>(null)
  const found = useOrders(filter, sort, !search.view || view !== undefined)
  const texts = [...usualViews.map(([, text]) => text), ...views.map((v) => v.filter)].slice(0, mostCounts)
  const counts = useCounts([...new Set([...texts, filter])], found.isSuccess)
  const all = counts.get(filter)
  const setFilter = useCallback((next: string, typed = false) => put(() => ({ filter: next }), typed), [put])
  const setSort = useCallback((next: string) => put(() => ({ sort: next })), [put])
  const [question, ask] = useState<Question>()
  const keep = useKeep()
  const add = () => ask({ about: 'save', facts: factsOf('', shown, layout.shown.map((c) => c.id)) })

  useDocumentTitle(`${view?.name ?? t('orders/title')} · ${t('console/title')}`)
  useKeys({
    '/': () => input.current?.focus(),
    v: add,
  })

  if (search.view && saved.isLoadingError) return <Failure error={saved.error} retry={() => void saved.refetch()} />
  if (search.view && saved.isSuccess && !view) return <NoView />
  const misread = found.error instanceof Problem && found.error.faults.some((f) => f.pointer === '/filter') ? found.error : undefined
  return (
    <div className={classes.page}>
      <div className={classes.head}>
        <Group gap="sm" mih={30}>
          <Title>{t('orders/title')}</Title>
          {may('order.draft') && (
            <Button renderRoot={(props) => <Link {...props} to="/orders/new" />} size="compact-sm" leftSection={<IconPlus size={15} />}>
              {t('nav/newOrder')}
            </Button>
          )}
          <Text ms="auto" size="sm" c="dimmed" role="status">
            {all && t('orders/found', { count: all.count, replace: { count: shownCount(all, locale) } })}
          </Text>
        </Group>
        <div className={classes.viewRow}>
          <ViewTabs views={views} view={view} filter={filter} changed={shown.changed} counts={counts} open={(to) => void go({ search: (s) => ('view' in to ? to : addressed(s.view ? {} : s, undefined, to)) })} />
          <ViewMenu
            view={view}
            changed={shown.changed}
            add={add}
            ask={(about) => view && ask({ about, view })}
            keep={() => view && keep(view, factsOf(view.name, shown, shown.columns ?? []))}
            discard={() => view && void go({ search: { view: view.id } })}
          />
        </div>
        <div className={classes.tools}>
          <FilterBar fields={fields} hint={t('orders/filterHint')} filter={filter} set={setFilter} problem={misread} busy={found.isFetching && !found.isFetchingNextPage} input={input} />
          {!narrow && <ColumnMenu layout={layout} lead={t(view ? 'view/columnsLead' : 'orders/columnsLead')} />}
          <ExportMenu filter={filter} sort={sort} shown={layout.shown} />
        </div>
      </div>
      {found.arrived > 0 && (
        <Button className={classes.arrived} leftSection={<IconArrowUp size={15} />} radius="xl" onClick={found.refresh}>
          {t('orders/arrived', { count: found.arrived })}
        </Button>
      )}
      {found.isPending || !layout.ready ? (
        <TableSkeleton layout={layout} narrow={narrow === true} />
      ) : misread ? null : found.error && !found.data ? (
        <Failure error={found.error} retry={() => void found.refetch()} />
      ) : found.orders.length > 0 ? (
        <OrderTable key={`${filter}\n${sort}`} list={`${filter}\n${sort}`} found={found} all={all} filter={filter} sort={sort} setSort={setSort} setFilter={setFilter} layout={layout} narrow={narrow === true} />
      ) : filter ? (
        <NothingYet title={t('orders/noneTitle')} text={t('orders/noneText')} />
      ) : (
        <NothingYet title={t('orders/emptyTitle')} text={t('orders/emptyText')} link={t('orders/emptyLink')} href="/docs" />
      )}
      <Suspense>
        {question && (
          <ViewDialog
            question={question}
            close={() => ask(undefined)}
            done={(about, done) => {
              if (about === 'save') void go({ search: { view: done.id } })
              if (about === 'remove') void go({ search: {} })
            }}
          />
        )}
      </Suspense>
    </div>
  )
}

/** Saves what differs into the view, whose address then says nothing more. */
function useKeep() {
  const { t } = useWords()
  const go = useNavigate({ from: '/orders' })
  const { mutate } = useViewCommand()
  const failed = useFailed()
  return (view: View, facts: ViewFacts) =>
    mutate(
      { command: { do: 'change', view, facts }, key: newKey() },
      {
        onSuccess: () => {
          notifications.show({ message: t('view/keepDone', { name: view.name }), color: 'accent' })
          void go({ search: { view: view.id } })
        },
        onError: (error) => failed(t('state/notKept'), error),
      },
    )
}

/** Instead of a view that was removed, or is somebody else's. */
function NoView() {
  const { t } = useWords()
  return (
    <Blank
      icon={<IconBookmarkOff size={36} stroke={1.3} />}
      title={t('view/noneTitle')}
      action={
        <Button component={Link} to="/orders" variant="default">
          {t('state/missingBack')}
        </Button>
      }
    >
      {t('view/noneText')}
    </Blank>
  )
}
