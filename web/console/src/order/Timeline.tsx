import { Button, SegmentedControl, Skeleton, Text } from '@mantine/core'
import { useMemo, useRef, useState } from 'react'
import { useMay } from '../api/me'
import { useKeys } from '../frame/useKeys'
import { useWords } from '../language'
import { Card } from '../part/Card'
import { Failure } from '../part/Screen'
import { Composer } from './Composer'
import { Entry, Title } from './Entry'
import type { Kind } from './happening'
import { NoteText } from './NoteText'
import classes from './order.module.css'
import { pending, useNotes, useWriteNote } from './useNotes'
import { useTimeline, type Whole } from './useOrder'

const kinds = ['all', 'state', 'money', 'stock', 'notes'] as const

/** All that happened to the order and to what belongs to it, newest first; and where notes are written. */
export function Timeline({ order }: { order: Whole }) {
  const { t } = useWords()
  const [kind, setKind] = useState<'all' | Kind>('all')
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useTimeline(order.id, kind === 'all' ? undefined : kind)
  const notes = useNotes(order.id).data
  const byId = useMemo(() => new Map((notes ?? []).map((n) => [n.id, n])), [notes])
  const write = useWriteNote(order)
  const may = useMay()
  const field = useRef<HTMLTextAreaElement>(null)
  useKeys({
    n: () => {
      field.current?.focus()
      field.current?.scrollIntoView({ block: 'center' }) // people to mention are listed beside it
    },
  })

  const shown = data?.pages.flatMap((p) => p.items) ?? []
  const under = kind === 'all' || kind === 'notes' ? (notes ?? []).filter((n) => n.id.startsWith(pending)) : []
  const label = { all: t('order/filterAll'), state: t('order/filterState'), money: t('order/filterMoney'), stock: t('order/filterStock'), notes: t('order/filterNotes') }
  return (
    <Card title={t('order/timeline')}>
      {may('order.note') && <Composer order={order} ref={field} send={(written, back) => void write.mutateAsync(written).catch(back)} />}
      <div className={classes.kinds}>
        <SegmentedControl size="xs" value={kind} onChange={(v) => setKind(v as Kind)} data={kinds.map((value) => ({ value, label: label[value] }))} aria-label={t('order/timeline')} />
      </div>
      {error ? (
        <Failure error={error} retry={() => void refetch()} />
      ) : !data ? (
        <Skeleton height={120} />
      ) : shown.length + under.length === 0 ? (
        <Text c="dimmed" size="sm">
          {t('order/noEvents')}
        </Text>
      ) : (
        <ol className={classes.timeline}>
          {under.map((note) => (
            <li key={note.id} data-kind="notes">
              <Title says={t('event/order.noted')} at={note.created_at} />
              <NoteText order={order} note={note} />
            </li>
          ))}
          {shown.map((e) => (
            <Entry key={e.id} happening={e} order={order} notes={byId} />
          ))}
        </ol>
      )}
      {hasNextPage && (
        <Button variant="default" size="compact-sm" mt="sm" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t('order/earlier')}
        </Button>
      )}
    </Card>
  )
}
