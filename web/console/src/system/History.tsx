import { Stack, Text } from '@mantine/core'
import { useMay } from '../api/me'
import { useWords } from '../language'
import { Card } from '../part/Card'
import { useRecord } from '../record/useRecords'
import { line } from './line'
import { bytes } from './System'
import classes from './system.module.css'

const figures = ['memory_bytes', 'database_bytes', 'log_bytes', 'cpu_ms', 'oldest_job_s', 'oldest_delivery_s', 'consumer_lag'] as const

/** What servers used in the last 30 days, as a line each. */
export function History() {
  const { t, locale } = useWords()
  const may = useMay()('system.history')
  const { data } = useRecord('/v1/system/history', [], { enabled: may })
  const points = data?.points ?? []
  if (!may || !data) return null
  const said = (figure: (typeof figures)[number], n: number) => (figure.endsWith('_bytes') ? bytes(n, locale) : n.toLocaleString(locale))
  return (
    <Card title={t('system/history')}>
      {points.length < 2 ? (
        <Text c="dimmed">{t('system/noHistory')}</Text>
      ) : (
        <Stack gap="md">
          {figures.map((figure) => {
            const values = points.map((p) => p[figure])
            const highest = said(figure, Math.max(...values))
            return (
              <div key={figure}>
                <Text size="sm">{t(`systemFigure/${figure}`)}</Text>
                <svg className={classes.line} viewBox="0 0 100 40" preserveAspectRatio="none" role="img" aria-label={`${t(`systemFigure/${figure}`)}: ${t('system/highest', { value: highest })}`}>
                  <polyline points={line(values)} fill="none" stroke="currentColor" strokeWidth={1.5} vectorEffect="non-scaling-stroke" />
                </svg>
                <Text size="xs" c="dimmed">
                  {t('system/highest', { value: highest })}
                </Text>
              </div>
            )
          })}
        </Stack>
      )}
    </Card>
  )
}
