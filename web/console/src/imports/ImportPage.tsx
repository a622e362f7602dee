import { Alert, Button, Group, Progress, Stack, Text } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { command } from '../api/client'
import { useMay } from '../api/me'
import { useWords } from '../language'
import { Card } from '../part/Card'
import { counted } from '../part/format'
import { Moment } from '../part/Moment'
import part from '../part/part.module.css'
import { Badge } from '../part/Status'
import { useDownload } from '../part/useDownload'
import { RecordForm } from '../record/RecordForm'
import { RecordPage } from '../record/RecordPage'
import { useAct } from '../record/useAct'
import { useRecord } from '../record/useRecords'
import { ColumnsCard } from './ColumnsCard'
import classes from './imports.module.css'
import { RowsCard } from './RowsCard'
import { stageOf, stages, type TableImport } from './table'

/** An import: what its columns are, what would become of its rows, how far it is, what came of it, and its undo. */
export default function ImportPage() {
  const { t } = useWords()
  const { id } = useParams({ from: '/frame/imports/$id' })
  const { data: i, error, refetch } = useRecord('/v1/imports/{id}', ['import'], { ids: { id } })
  return (
    <RecordPage
      key={id}
      title={i?.name}
      up={{ to: '/imports', says: t('nav/imports') }}
      status={i && <Badge tone={stages[stageOf(i)]}>{t(`importStage/${stageOf(i)}`)}</Badge>}
      actions={i && <Steps i={i} />}
      error={error}
      retry={() => void refetch()}
    >
      {i && (
        <Stack gap="lg">
          <What i={i} />
          {i.phase !== 'upload' && i.phase !== 'read' && <How i={i} />}
          {(i.phase === 'check' || (i.phase === 'read' && i.state === 'done')) && i.state !== 'working' && i.state !== 'stopping' && <ColumnsCard key={i.phase} i={i} />}
          {i.phase !== 'upload' && i.phase !== 'read' && <RowsCard i={i} />}
        </Stack>
      )}
    </RecordPage>
  )
}

/** The steps that are open, but for those of its columns. */
function Steps({ i }: { i: TableImport }) {
  const { t, locale } = useWords()
  const may = useMay()
  const [asking, setAsking] = useState(false)
  const failed = t('imports/failed')
  const run = useAct({ request: () => command('/v1/imports/{id}/run', [i.id]), failed })
  const stop = useAct({ request: () => command('/v1/imports/{id}/stop', [i.id]), failed })
  const resume = useAct({ request: () => command('/v1/imports/{id}/resume', [i.id]), failed })
  const open = (step: string) => may('import.upload') && i.actions?.some((a) => a.name === `import.${step}` && a.allowed)
  return (
    <>
      {open('undo') && (
        <Button variant="default" onClick={() => setAsking(true)}>
          {t('imports/undo')}
        </Button>
      )}
      {open('stop') && (
        <Button variant="default" loading={stop.isPending} onClick={() => stop.mutate()}>
          {t('imports/stop')}
        </Button>
      )}
      {open('resume') && (
        <Button loading={resume.isPending} onClick={() => resume.mutate()}>
          {t('imports/resume')}
        </Button>
      )}
      {open('run') && (
        <Button loading={run.isPending} onClick={() => run.mutate()}>
          {t('imports/run', counted(i.created + i.updated, locale))}
        </Button>
      )}
      {asking && (
        <RecordForm
          title={t('imports/undoTitle')}
          lead={t('imports/undoText', counted(i.created + i.updated - i.undone, locale))}
          inputs={[]}
          submit={t('imports/undo')}
          request={() => command('/v1/imports/{id}/undo', [i.id])}
          close={() => setAsking(false)}
        />
      )}
    </>
  )
}

/** What the file is, or why nothing can be done with it. */
function What({ i }: { i: TableImport }) {
  const { t, locale } = useWords()
  const size = new Intl.NumberFormat(locale, { style: 'unit', unit: 'kilobyte', maximumFractionDigits: 1 }).format(i.size / 1000)
  const facts = [t(`importFormat/${i.format}`), i.rows > 0 && t('imports/of', counted(i.rows, locale)), size].filter(Boolean)
  return (
    <div>
      <Text c="dimmed" size="sm" component="div">
        {facts.join(' · ')} · {i.encoding && <bdi>{i.encoding} · </bdi>}
        <Moment at={i.created_at} />
      </Text>
      {i.problem && (
        <Alert role="alert" className={part.refusal} mt="md" title={<bdi>{i.problem.detail}</bdi>}>
          <bdi>{i.problem.remedy}</bdi>
        </Alert>
      )}
      {i.phase === 'upload' && <Text mt="md">{t('imports/lost')}</Text>}
      {i.phase === 'read' && i.state === 'working' && (
        <Text mt="md" role="status">
          {t('imports/reading')}
        </Text>
      )}
    </div>
  )
}

const outcomes = { created: 'var(--ordo-green)', updated: 'var(--ordo-blue)', unchanged: 'var(--ordo-grey)', refused: 'var(--ordo-red)' } as const
const undoing = { undone: 'var(--ordo-violet)', kept: 'var(--ordo-amber)' } as const

/** How far the phase is, and what comes of it. */
function How({ i }: { i: TableImport }) {
  const { t, locale } = useWords()
  const file = useDownload()
  const undo = i.phase === 'undo'
  const share = (n: number) => (100 * n) / Math.max(undo ? i.created + i.updated : i.rows, 1)
  const told = [
    ...(['created', 'updated', 'unchanged', 'refused'] as const).map((o) => t(`imports/${o}`, counted(i[o], locale))),
    ...(undo ? (['undone', 'kept'] as const).map((o) => t(`imports/${o}`, counted(i[o], locale))) : []),
  ]
  return (
    <Card title={t('imports/progress')}>
      <Progress.Root size={10} aria-label={t('imports/progress')}>
        {Object.entries(undo ? undoing : outcomes).map(([o, color]) => (
          <Progress.Section key={o} value={share(i[o as 'created'])} color={color} aria-label={t(`imports/${o as 'created'}`, counted(i[o as 'created'], locale))} />
        ))}
      </Progress.Root>
      <Group justify="space-between" mt="sm" gap="sm">
        <Text role="status" className={classes.figure}>
          {[t('imports/done', { done: i.done.toLocaleString(locale), total: i.total.toLocaleString(locale) }), ...told].join(' · ')}
        </Text>
        {i.refused > 0 && (
          <Button variant="default" leftSection={<IconDownload size={15} />} loading={file.isPending} onClick={() => file.mutate(`/v1/imports/${i.id}/rows.csv?filter=outcome:refused`)}>
            {t('imports/fileOf')}
          </Button>
        )}
      </Group>
    </Card>
  )
}
