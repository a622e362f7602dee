import { Button, Group, Skeleton, Table, Tabs, Title, UnstyledButton } from '@mantine/core'
import { useDocumentTitle, useIntersection, useMediaQuery } from '@mantine/hooks'
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react'
import { Link, type LinkProps, useNavigate, useSearch } from '@tanstack/react-router'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { Problem } from '../api/problem'
import { FilterBar } from '../filter/FilterBar'
import type { Field } from '../filter/fields'
import { useKeys } from '../frame/useKeys'
import { useWords } from '../language'
import { Failure, NothingYet } from '../part/Screen'
import classes from './record.module.css'
import type { ListSearch } from './search'
import { type Item, type ListPath, useRecords } from './useRecords'

/** A column of a list. The first one is the link to the record. */
export type Column<T> = {
  id: string
  label: string
  show: (item: T) => ReactNode
  sort?: string // field of the list by which a click sorts
  end?: boolean // figures stand at the end
  narrow?: boolean // also shown on a narrow screen, below the first one
}

type To = Pick<LinkProps, 'to' | 'params' | 'search'>

type Props<P extends ListPath> = {
  path: P
  subjects: string[] // of the events after which the list is read again
  title: string
  columns: Column<Item<P>>[]
  to?: (item: Item<P>) => To
  fields?: Field[] // that the menu of the filter offers
  tabs?: { label: string; filter: string }[] // filters that people come back to
  hint?: string // in the empty filter
  query?: Record<string, string | number | boolean | undefined> // beside filter and sort, such as expand
  ids?: Record<string, string>
  actions?: ReactNode // at the end of the title
  empty: { title: string; text: string; link?: string; href?: string }
}

/** A screen that is a list of records: filtered and sorted by the server, endless. Its address is its state; the route takes listSearch. Keys: / j k Enter. */
export function RecordList<P extends ListPath>({ path, subjects, title, columns, to, fields = [], tabs = [], hint, query, ids, actions, empty }: Props<P>) {
  const { t } = useWords()
  const { filter = '', sort }: ListSearch = useSearch({ strict: false })
  const go = useNavigate()
  const input = useRef<HTMLInputElement>(null)
  const found = useRecords(path, subjects, { ids, query: { ...query, ...(filter && { filter }), ...(sort && { sort }) } })
  const put = (change: ListSearch, replace = false) => void go({ to: '.', search: (s) => ({ ...s, ...change }), replace })
  const setFilter = (next: string, typed = false) => put({ filter: next || undefined }, typed)

  useDocumentTitle(`${title} · ${t('console/title')}`)
  useKeys({ '/': () => input.current?.focus() })

  const misread = found.error instanceof Problem && found.error.faults.some((f) => f.pointer === '/filter') ? found.error : undefined
  return (
    <div className={classes.page}>
      <Group justify="space-between" gap="sm" mih={36} mb="sm">
        <Title>{title}</Title>
        <Group gap="sm">{actions}</Group>
      </Group>
      {tabs.length > 0 && (
        <Tabs value={tabs.find((tab) => tab.filter === filter)?.label ?? null} onChange={(label) => setFilter(tabs.find((tab) => tab.label === label)?.filter ?? '')} mb="sm">
          <Tabs.List className={classes.tabs} aria-label={t('orders/views')}>
            {tabs.map(({ label }) => (
              <Tabs.Tab key={label} value={label}>
                {label}
              </Tabs.Tab>
            ))}
          </Tabs.List>
        </Tabs>
      )}
      <Group mb="sm" wrap="nowrap">
        <FilterBar fields={fields} hint={hint ?? t('record/filterHint')} filter={filter} set={setFilter} problem={misread} busy={found.isFetching && !found.isFetchingNextPage} input={input} />
      </Group>
      {found.isPending ? (
        <Loading />
      ) : misread ? null : found.error && !found.data ? (
        <Failure error={found.error} retry={() => void found.refetch()} />
      ) : found.items.length > 0 ? (
        <RecordTable label={title} items={found.items} columns={columns} to={to} sort={sort} setSort={(next) => put({ sort: next })} more={found} keys />
      ) : filter ? (
        <NothingYet title={t('record/noneTitle')} text={t('record/noneText')} />
      ) : (
        <NothingYet {...empty} />
      )}
    </div>
  )
}

type TableProps<T> = {
  label: string
  items: T[]
  columns: Column<T>[]
  to?: (item: T) => To
  sort?: string
  setSort?: (sort: string) => void
  more?: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => Promise<unknown> }
  keys?: boolean // j, k and Enter walk through it: for the one table of a screen
}

/** Records as a table, as cards on a narrow screen. The next page is read when the end comes into view. */
export function RecordTable<T>({ label, items, columns, to, sort, setSort, more, keys = false }: TableProps<T>) {
  const { t } = useWords()
  const go = useNavigate()
  const narrow = useMediaQuery('(max-width: 48em)', undefined, { getInitialValueInEffect: false })
  const [cursor, setCursor] = useState(-1)
  const body = useRef<HTMLTableSectionElement>(null)
  const move = (by: number) => {
    const next = Math.min(Math.max(cursor + by, 0), items.length - 1)
    setCursor(next)
    body.current?.children[next]?.scrollIntoView({ block: 'nearest' })
  }
  const open = (item: T | undefined) => item && to && void go(to(item))
  useKeys(keys ? { j: () => move(1), k: () => move(-1), Enter: () => open(items[cursor]) } : {})
  const shown = narrow ? columns.filter((c, i) => i === 0 || c.narrow) : columns
  return (
    <>
      <Table.ScrollContainer minWidth={0} type="native" className={classes.box}>
        <Table aria-label={label} highlightOnHover={to !== undefined} className={classes.table}>
          {!narrow && (
            <Table.Thead>
              <Table.Tr>
                {columns.map((c) => (
                  <Heading key={c.id} column={c} sort={sort} setSort={setSort} />
                ))}
              </Table.Tr>
            </Table.Thead>
          )}
          <Table.Tbody ref={body}>
            {items.map((item, i) => (
              <Table.Tr
                key={keyOfItem(item, i)}
                data-current={i === cursor || undefined}
                data-open={to !== undefined || undefined}
                onClick={(e) => {
                  if (!(e.target as HTMLElement).closest('a, button, input, label') && !e.metaKey && !e.ctrlKey) open(item)
                }}
              >
                {shown.map((c, place) => (
                  <Table.Td key={c.id} data-end={c.end || undefined}>
                    {place === 0 && to ? (
                      <Link {...to(item)} className={classes.link}>
                        {c.show(item)}
                      </Link>
                    ) : (
                      c.show(item)
                    )}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {more?.hasNextPage && <More {...more}>{t('record/more')}</More>}
    </>
  )
}

function Heading<T>({ column: { label, sort: by, end }, sort, setSort }: { column: Column<T>; sort?: string; setSort?: (sort: string) => void }) {
  const { t } = useWords()
  if (!by || !setSort) return <Table.Th data-end={end || undefined}>{label}</Table.Th>
  const up = sort === by
  const down = sort === '-' + by
  return (
    <Table.Th data-end={end || undefined} aria-sort={up ? 'ascending' : down ? 'descending' : 'none'}>
      <UnstyledButton className={classes.sort} onClick={() => setSort(up ? '-' + by : by)} aria-label={t('orders/sortBy', { column: label })}>
        {label}
        {down ? <IconArrowDown size={13} /> : <IconArrowUp size={13} opacity={up ? 1 : 0} />}
      </UnstyledButton>
    </Table.Th>
  )
}

/** A button that is pressed by itself when it comes into view. */
function More({ isFetchingNextPage, fetchNextPage, children }: { isFetchingNextPage: boolean; fetchNextPage: () => Promise<unknown>; children: ReactNode }) {
  const { ref, entry } = useIntersection({ rootMargin: '600px' })
  const seen = entry?.isIntersecting ?? false
  useEffect(() => {
    if (seen && !isFetchingNextPage) void fetchNextPage()
  }, [seen, isFetchingNextPage, fetchNextPage])
  return (
    <Button ref={ref} variant="subtle" mt="sm" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
      {children}
    </Button>
  )
}

function Loading() {
  const { t } = useWords()
  return (
    <div role="status" aria-label={t('state/loading')}>
      {Array.from({ length: 10 }, (_, i) => (
        <Skeleton key={i} height={14} my={11} width={`${60 + ((i * 13) % 37)}%`} />
      ))}
    </div>
  )
}

function keyOfItem(item: unknown, index: number): string | number {
  const { id } = item as { id?: string }
  return id ?? index
}
