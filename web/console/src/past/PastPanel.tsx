import { Alert, Group, Loader, Slider, Stack, Text } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, type Amount, type Order } from '../api/client'
import { useWords } from '../language'
import { en, type Words } from '../language/en'
import { keyOf, type Whole } from '../order/useOrder'
import { Becomes } from '../part/Becomes'
import { amount, exact } from '../part/format'
import { Money } from '../part/Money'
import { Status } from '../part/Status'
import { SidePanel } from '../part/SidePanel'
import classes from './past.module.css'

/** The order as it was at any of its versions, and what is not like that any more. */
export function PastPanel({ order, close }: { order: Whole; close: () => void }) {
  const { t } = useWords()
  return (
    <SidePanel title={t('past/title', { order: order.number ?? t('order/draftTitle') })} close={close}>
      <Body order={order} />
    </SidePanel>
  )
}

function Body({ order }: { order: Whole }) {
  const { t, locale } = useWords()
  const [version, setVersion] = useState(Math.max(1, order.version - 1))
  const [asked] = useDebouncedValue(version, 80)
  const past = useQuery({
    queryKey: [...keyOf(order.id), 'version', asked],
    queryFn: async ({ signal }) => (await api.GET('/v1/orders/{id}/versions/{version}', { params: { path: { id: order.id, version: asked } }, signal })).data!.order,
    staleTime: Infinity, // what was stays
    placeholderData: keepPreviousData,
  })
  const since = useQuery({
    queryKey: [...keyOf(order.id), 'versions', asked, order.version],
    queryFn: async ({ signal }) =>
      (await api.GET('/v1/orders/{id}/versions/{from}/to/{to}', { params: { path: { id: order.id, from: asked, to: order.version } }, signal })).data!.items,
    staleTime: Infinity,
    placeholderData: keepPreviousData,
  })
  const which = t('past/version', { version: version.toLocaleString(locale), of: order.version.toLocaleString(locale) })
  const failed = past.error ?? since.error
  const [said, shown] = useSaid(order, past.data)
  return (
    <Stack gap="lg">
      <div>
        <Text size="sm" fw={600} mb="xs">
          {which}
        </Text>
        <Slider mx="xs" min={1} max={order.version} value={version} onChange={setVersion} label={null} thumbLabel={t('past/slider')} thumbProps={{ 'aria-valuetext': which }} />
      </div>
      {failed && <Alert role="alert">{failed.message}</Alert>}
      {!past.data ? <Loader aria-label={t('state/loading')} /> : <Was order={past.data} />}
      <section aria-label={t('past/since')}>
        <h3 className={classes.title}>{t('past/since')}</h3>
        {since.data?.length === 0 && <Text c="dimmed">{t('past/same')}</Text>}
        <ul className={classes.list}>
          {since.data?.map((c) => (
            <li key={c.pointer}>
              <bdi className={classes.name}>{said(c.pointer)}</bdi>
              <Becomes before={shown(c.pointer, c.before)} after={shown(c.pointer, c.after)} />
            </li>
          ))}
        </ul>
      </section>
    </Stack>
  )
}

/** What was agreed then, in short. */
function Was({ order }: { order: Order }) {
  const { locale } = useWords()
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 3 })
  return (
    <section>
      <Group gap="xs" mb="xs">
        <Status of="status" is={order.status} />
        <Status of="payment" is={order.payment_status} />
        <Status of="fulfillment" is={order.fulfillment_status} />
        <Text size="sm" c="dimmed">
          <time dateTime={order.updated_at}>{exact(new Date(order.updated_at), locale)}</time>
        </Text>
      </Group>
      <ul className={classes.list}>
        {order.lines
          .filter((l) => !l.parent_id)
          .map((l) => (
            <li key={l.id}>
              <bdi>{`${number.format(l.quantity)} × ${l.title}`}</bdi>
              <Money of={l.gross} />
            </li>
          ))}
        <li>
          <span />
          <Money of={order.total} strong />
        </li>
      </ul>
    </section>
  )
}

/** Where a value stands, in words: the row that it is of, and its name; and the value itself. */
function useSaid(order: Whole, past?: Order) {
  const { t, locale } = useWords()
  const sku = (id: string) => [order, past].flatMap((o) => o?.lines ?? []).find((l) => l.id === id)?.sku
  const name = (field: string) => (field in en.was ? t(`was/${field as keyof Words['was']}`) : field.replaceAll('_', ' '))
  const said = (pointer: string) => {
    const [list, row, ...rest] = pointer.split('/').slice(1)
    if (row === undefined) return name(list!)
    return [list === 'lines' ? (sku(row) ?? row) : name(list!), ...rest.map(name)].join(' · ')
  }
  const shown = (pointer: string, value: unknown): string => {
    const of = statuses[pointer]
    if (value === undefined || value === null) return '–'
    if (of) return t(`${of}/${String(value)}` as 'status/draft')
    if (typeof value === 'number') return new Intl.NumberFormat(locale, { maximumFractionDigits: 6 }).format(value)
    if (typeof value === 'object' && 'amount' in value) return amount(value as Amount, locale)
    if (typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value)) return exact(new Date(value), locale)
    return String(value)
  }
  return [said, shown] as const
}

const statuses: Record<string, string> = { '/status': 'status', '/payment_status': 'payment', '/fulfillment_status': 'fulfillment', '/return_status': 'return', '/cancel_status': 'cancel' }
