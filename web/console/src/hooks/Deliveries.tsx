import { SegmentedControl, Skeleton, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { Schemas } from '../api/client'
import { useMay } from '../api/me'
import { useWords } from '../language'
import { Card } from '../part/Card'
import { Moment } from '../part/Moment'
import { Failure } from '../part/Screen'
import { Badge } from '../part/Status'
import { type Column, RecordTable } from '../record/RecordList'
import { useRecords } from '../record/useRecords'
import type { Hook } from './HookList'

export type Delivery = Schemas['WebhookDelivery']

const states = ['', 'failed', 'waiting', 'delivered'] as const
const again = 3000 // milliseconds, while one waits

/** What was sent to an endpoint, or waits to be. */
export function Deliveries({ hook }: { hook: Hook }) {
  const { t, locale } = useWords()
  const may = useMay()('webhook.deliveries')
  const [state, setState] = useState<(typeof states)[number]>('')
  const found = useRecords('/v1/webhooks/{id}/deliveries', ['webhook'], { ids: { id: hook.id }, query: { ...(state && { filter: `state:${state}` }) }, enabled: may })
  useAgain(found.items.some((d) => d.state === 'waiting') && hook.state === 'active')
  if (!may) return null
  const columns: Column<Delivery>[] = [
    { id: 'type', label: t('audit/type'), show: (d) => <bdi>{d.type}</bdi> },
    { id: 'subject', label: t('audit/subject'), show: (d) => <bdi>{d.subject}</bdi> },
    { id: 'state', label: t('people/state'), narrow: true, show: (d) => <DeliveryState of={d} /> },
    { id: 'status', label: t('hook/status'), end: true, show: (d) => d.status ?? '–' },
    { id: 'attempts', label: t('hook/attempts'), end: true, show: (d) => d.attempts.toLocaleString(locale) },
    { id: 'at', label: t('audit/when'), end: true, narrow: true, show: (d) => <Moment at={d.created_at} /> },
  ]
  return (
    <Card
      title={t('hook/deliveries')}
      aside={<SegmentedControl size="xs" value={state} onChange={(value) => setState(value as typeof state)} data={states.map((value) => ({ value, label: t(`delivery/${value || 'all'}`) }))} aria-label={t('people/state')} />}
    >
      {found.error && !found.data ? (
        <Failure error={found.error} retry={() => void found.refetch()} />
      ) : found.isPending ? (
        <Skeleton height={80} role="status" aria-label={t('state/loading')} />
      ) : found.items.length === 0 ? (
        <Text c="dimmed">{t('hook/noDeliveries')}</Text>
      ) : (
        <RecordTable label={t('hook/deliveries')} items={found.items} columns={columns} to={(d) => ({ to: '/webhooks/$id/deliveries/$delivery', params: { id: hook.id, delivery: d.id } })} more={found} keys />
      )}
    </Card>
  )
}

export function DeliveryState({ of }: { of: Delivery }) {
  const { t } = useWords()
  return <Badge tone={({ waiting: 'blue', delivered: 'green', failed: 'red' } as const)[of.state]}>{t(`delivery/${of.state}`)}</Badge>
}

/** Reads webhooks again and again: no event tells that a delivery arrived. */
export function useAgain(waits: boolean) {
  const client = useQueryClient()
  useEffect(() => {
    if (!waits) return
    const timer = setInterval(() => void client.invalidateQueries({ predicate: ({ queryKey: [of, path] }) => of === 'record' && String(path).startsWith('/v1/webhooks/') }), again)
    return () => clearInterval(timer)
  }, [waits, client])
}
