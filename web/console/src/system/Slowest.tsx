import { Skeleton, Text, Tooltip } from '@mantine/core'
import type { Schemas } from '../api/client'
import { useMay } from '../api/me'
import { useWords } from '../language'
import { Card } from '../part/Card'
import { Moment } from '../part/Moment'
import { type Column, RecordTable } from '../record/RecordList'
import { useRecords } from '../record/useRecords'
import classes from './system.module.css'

/** The requests that took longest, with the statement that took most of it. */
export function Slowest() {
  const { t, locale } = useWords()
  const may = useMay()('system.slowest')
  const found = useRecords('/v1/system/slowest', [], { query: { sort: '-took', limit: 20 }, enabled: may })
  if (!may || found.error) return null
  const columns: Column<Schemas['SystemSlow']>[] = [
    { id: 'operation', label: t('system/operation'), show: (s) => <bdi>{s.operation}</bdi> },
    { id: 'took', label: t('system/took'), end: true, narrow: true, show: (s) => t('hook/took', { ms: s.took_ms.toLocaleString(locale) }) },
    { id: 'waited', label: t('system/waited'), end: true, show: (s) => t('hook/took', { ms: s.waited_ms.toLocaleString(locale) }) },
    {
      id: 'statement',
      label: t('system/statement'),
      show: (s) =>
        s.statement && (
          <Tooltip label={s.statement} multiline maw={560}>
            <code className={classes.statement} dir="ltr" tabIndex={0}>
              {s.statement}
            </code>
          </Tooltip>
        ),
    },
    { id: 'at', label: t('audit/when'), end: true, narrow: true, show: (s) => <Moment at={s.at} /> },
  ]
  return (
    <Card title={t('system/slowest')}>
      {found.isPending ? (
        <Skeleton height={80} role="status" aria-label={t('state/loading')} />
      ) : found.items.length === 0 ? (
        <Text c="dimmed">{t('system/noSlowest')}</Text>
      ) : (
        <RecordTable label={t('system/slowest')} items={found.items} columns={columns} />
      )}
    </Card>
  )
}
