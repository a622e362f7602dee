import { Button, Group, SegmentedControl, Skeleton, Text, Tooltip } from '@mantine/core'
import { IconLink } from '@tabler/icons-react'
import { useState } from 'react'
import type { Happening } from '../api/client'
import { useWords } from '../language'
import { Card } from '../part/Card'
import { Failure } from '../part/Screen'
import { Moment } from '../part/Moment'
import { Money } from '../part/Money'
import { Status } from '../part/Status'
import { CommandForm } from './CommandForm'
import { specOf } from './commands'
import { type Kind, kindOf, told } from './happening'
import classes from './order.module.css'
import { useName } from './useName'
import { type Note, useNotes, useTimeline, type Whole } from './useOrder'

const kinds = ['all', 'state', 'money', 'stock', 'notes'] as const

/** All that happened to the order, newest first. */
export function Timeline({ order }: { order: Whole }) {
  const { t } = useWords()
  const { data, error, refetch } = useTimeline(order.id)
  const notes = useNotes(order.id).data ?? []
  const [kind, setKind] = useState<'all' | Kind>('all')
  const [writing, setWriting] = useState(false)
  const shown = (data ?? []).filter((e) => kind === 'all' || kindOf(e) === kind).toReversed()
  const label = { all: t('order/filterAll'), state: t('order/filterState'), money: t('order/filterMoney'), stock: t('order/filterStock'), notes: t('order/filterNotes') }
  return (
    <Card
      title={t('order/timeline')}
      aside={
        <Button variant="default" size="compact-sm" onClick={() => setWriting(true)}>
          {t('action/order.note')}
        </Button>
      }
    >
      <div className={classes.kinds}>
        <SegmentedControl size="xs" value={kind} onChange={(v) => setKind(v as Kind)} data={kinds.map((value) => ({ value, label: label[value] }))} aria-label={t('order/timeline')} />
      </div>
      {error ? (
        <Failure error={error} retry={() => void refetch()} />
      ) : !data ? (
        <Skeleton height={120} />
      ) : shown.length === 0 ? (
        <Text c="dimmed" size="sm">
          {t('order/noEvents')}
        </Text>
      ) : (
        <ol className={classes.timeline}>
          {shown.map((e) => (
            <Entry key={e.id} happening={e} order={order} notes={notes} />
          ))}
        </ol>
      )}
      {writing && <CommandForm order={order} spec={specOf('order.note')!} close={() => setWriting(false)} />}
    </Card>
  )
}

function Entry({ happening: e, order, notes }: { happening: Happening; order: Whole; notes: Note[] }) {
  const { t, locale } = useWords()
  const actor = useName(e.actor)
  const { statuses, money, lines, holds, notes: written } = told(e, order)
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 3 })
  return (
    <li data-kind={kindOf(e)}>
      <Group gap="xs" justify="space-between" wrap="nowrap" align="start">
        <Text fw={520}>{t(`event/${e.type}` as 'event/order.placed', { defaultValue: e.type })}</Text>
        <Text size="xs" c="dimmed" className={classes.when}>
          <Moment at={e.at} />
        </Text>
      </Group>
      <div className={classes.told}>
        {actor && <span>{t('order/actor', { actor })}</span>}
        {holds.map((h, i) => (
          <bdi key={i}>{[h.kind && t(`hold/${h.kind}`), h.reason].filter(Boolean).join(': ')}</bdi>
        ))}
        {statuses.map(({ of, is }) => (
          <Group key={of} gap={6}>
            {t('order/becomes', { name: t(`field/${of}` as 'field/status') })} <Status of={of} is={is as never} plain />
          </Group>
        ))}
        {money.map(({ of, amount }) => (
          <span key={of}>
            {t(`order/${of}`)} <Money of={{ amount, currency: order.currency }} />
          </span>
        ))}
        {lines.map((l) => (
          <bdi key={l.sku}>{`${l.sku}: ${l.places.map(([place, n]) => `${number.format(n)} ${t(`ledger/${place}`)}`).join(', ')}`}</bdi>
        ))}
        <Tooltip label={e.position ? t('order/position', { position: e.position.toLocaleString(locale) }) : t('order/unsealed')}>
          <span className={classes.chain}>
            <IconLink size={12} /> {e.position ? e.position.toLocaleString(locale) : '…'}
          </span>
        </Tooltip>
      </div>
      {written.map((id) => (
        <blockquote key={id} className={classes.note} dir="auto">
          {notes.find((n) => n.id === id)?.text}
        </blockquote>
      ))}
    </li>
  )
}
