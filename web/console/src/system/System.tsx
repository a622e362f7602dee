import { Alert, SimpleGrid, Skeleton, Text, Title } from '@mantine/core'
import { useDocumentTitle } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { api, type Schemas } from '../api/client'
import { useMay } from '../api/me'
import { useWords } from '../language'
import { Card } from '../part/Card'
import { percent } from '../part/format'
import { Failure } from '../part/Screen'
import { Badge } from '../part/Status'
import record from '../record/record.module.css'
import { type Column, RecordTable } from '../record/RecordList'
import { Columns } from '../record/RecordPage'
import { History } from './History'
import { Slowest } from './Slowest'
import classes from './system.module.css'

type Metrics = Schemas['SystemMetrics']

const again = 5000 // milliseconds

/** What a server uses, how long its queues are, and how long it takes to answer. */
export default function System() {
  const { t } = useWords()
  const { data, error, refetch } = useQuery({
    queryKey: ['system'],
    refetchInterval: again,
    queryFn: async ({ signal }) => (await api.GET('/v1/system/metrics', { signal })).data!,
  })
  useDocumentTitle(`${t('nav/system')} · ${t('console/title')}`)
  if (error && !data) return <Failure error={error} retry={() => void refetch()} />
  return (
    <div className={record.page}>
      <Title mb="md">{t('nav/system')}</Title>
      {!data ? (
        <Skeleton height={200} radius={10} role="status" aria-label={t('state/loading')} />
      ) : (
        <>
          {(data.writes_refused || data.disk_used_percent >= 80) && (
            <Alert role="alert" color="red" variant="light" mb="md" title={t(data.writes_refused ? 'system/refused' : 'system/fills')}>
              {t('system/diskHelp')}
            </Alert>
          )}
          <Figures of={data} />
          <Columns aside={<History />}>
            <Operations of={data} />
            <Slowest />
          </Columns>
        </>
      )}
    </div>
  )
}

function Figures({ of }: { of: Metrics }) {
  const { t, locale } = useWords()
  const may = useMay()
  const number = (n: number) => n.toLocaleString(locale)
  const seconds = (n: number) => (n === 0 ? t('system/none') : t('system/seconds', { seconds: number(n) }))
  const all: [name: string, value: string, note?: string, at?: { to: '/jobs' | '/webhooks' | '/audit'; needs: string }][] = [
    [t('system/memory'), bytes(of.memory_bytes, locale)],
    [t('system/database'), bytes(of.database_bytes, locale), of.log_bytes > 0 ? t('system/log', { size: bytes(of.log_bytes, locale) }) : undefined],
    [t('system/disk'), of.disk_total_bytes > 0 ? percent(String(of.disk_used_percent / 100), locale) : '–', of.disk_total_bytes > 0 ? t('system/free', { size: bytes(of.disk_free_bytes, locale) }) : t('system/elsewhere')],
    [t('system/handles'), number(of.open_handles), t('system/of', { most: number(of.handle_limit) })],
    [t('system/writers'), number(of.writers_waiting), t('system/busy', { busy: number(of.writers_busy), started: number(of.writers_started) })],
    [t('system/readers'), number(of.readers_waiting), t('system/busy', { busy: number(of.readers_busy), started: number(of.readers_started) })],
    [t('system/jobs'), seconds(of.oldest_job_s), undefined, { to: '/jobs', needs: 'job.list' }],
    [t('system/effects'), seconds(of.oldest_effect_s)],
    [t('system/deliveries'), seconds(of.oldest_delivery_s), undefined, { to: '/webhooks', needs: 'webhook.list' }],
    [t('system/lag'), number(of.consumer_lag)],
    [t('system/unsealed'), number(of.unsealed_events), undefined, { to: '/audit', needs: 'event.list' }],
    [t('system/goroutines'), number(of.goroutines)],
  ]
  return (
    <SimpleGrid cols={{ base: 2, sm: 3, lg: 6 }} spacing="sm" mb="md" component="dl" m={0}>
      {all.map(([name, value, note, at]) => (
        <div key={name} className={classes.figure}>
          <dt>{at && may(at.needs) ? <Link to={at.to}>{name}</Link> : name}</dt>
          <dd>
            {value}
            {note && (
              <Text size="xs" c="dimmed" component="div">
                {note}
              </Text>
            )}
          </dd>
        </div>
      ))}
    </SimpleGrid>
  )
}

/** Bytes as people say them. */
export function bytes(n: number, locale: string): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte']
  const step = n < 1 ? 0 : Math.min(Math.floor(Math.log10(n) / 3), units.length - 1)
  return new Intl.NumberFormat(locale, { style: 'unit', unit: units[step], unitDisplay: 'short', maximumSignificantDigits: 3 }).format(n / 1000 ** step)
}

function Operations({ of }: { of: Metrics }) {
  const { t, locale } = useWords()
  const number = (n: number) => n.toLocaleString(locale)
  const columns: Column<Schemas['SystemOperation']>[] = [
    { id: 'operation', label: t('system/operation'), show: (o) => <bdi>{o.operation}</bdi> },
    { id: 'requests', label: t('system/requests'), end: true, narrow: true, show: (o) => number(o.requests) },
    { id: 'p95', label: t('system/p95'), end: true, narrow: true, show: (o) => t('hook/took', { ms: number(o.p95_ms) }) },
    { id: 'mean', label: t('system/mean'), end: true, show: (o) => t('hook/took', { ms: number(o.mean_ms) }) },
    { id: 'slow', label: t('system/slow'), end: true, show: (o) => (o.target_met ? number(o.slow) : <Badge tone="red">{number(o.slow)}</Badge>) },
    { id: 'errors', label: t('system/errors'), end: true, show: (o) => (o.server_errors > 0 ? <Badge tone="red">{number(o.server_errors)}</Badge> : '0') },
  ]
  const busiest = [...(of.operations ?? [])].sort((a, b) => b.requests - a.requests)
  return (
    <Card title={t('system/operations')}>
      {busiest.length === 0 ? <Text c="dimmed">{t('system/quiet')}</Text> : <RecordTable label={t('system/operations')} items={busiest} columns={columns} />}
    </Card>
  )
}
