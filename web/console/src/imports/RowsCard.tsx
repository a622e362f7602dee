import { SegmentedControl, Skeleton, Text } from '@mantine/core'
import { useState } from 'react'
import { useWords } from '../language'
import type { Words } from '../language/en'
import { Becomes } from '../part/Becomes'
import { Card } from '../part/Card'
import { Failure } from '../part/Screen'
import { Badge } from '../part/Status'
import { type Column, RecordTable } from '../record/RecordList'
import { useRecords } from '../record/useRecords'
import type { Tone } from '../theme'
import classes from './imports.module.css'
import { shown, type TableImport, type TableRow } from './table'

const tones = { created: 'green', updated: 'blue', unchanged: 'grey', refused: 'red', undone: 'violet', kept: 'amber' } as const satisfies Record<string, Tone>

type Kind = keyof typeof tones

/** What becomes of each row: by kind, the refused first. */
export function RowsCard({ i }: { i: TableImport }) {
  const { t } = useWords()
  const kinds: Kind[] = ['refused', 'created', 'updated', 'unchanged', ...(i.phase === 'undo' ? (['kept'] as const) : [])]
  const first = i.kept > 0 && i.phase === 'undo' ? 'kept' : i.refused > 0 ? 'refused' : 'all'
  const [chosen, choose] = useState<Kind | 'all'>()
  const kind = chosen ?? first
  const found = useRecords('/v1/imports/{id}/rows', ['import'], { ids: { id: i.id }, query: kind === 'all' ? {} : { filter: kind === 'kept' ? 'undone:kept' : `outcome:${kind}` } })
  const columns: Column<TableRow>[] = [
    { id: 'row', label: t('imports/row'), show: (r) => <span className={classes.figure}>{r.row}</span> },
    { id: 'outcome', label: t('imports/outcome'), narrow: true, show: (r) => <Badge tone={tones[r.undone ?? r.outcome]}>{t(`importOutcome/${r.undone ?? r.outcome}`)}</Badge> },
    { id: 'says', label: t('imports/says'), narrow: true, show: (r) => <Says row={r} /> },
  ]
  return (
    <Card
      title={t('imports/result')}
      aside={
        <div className={classes.kinds}>
          <SegmentedControl
            size="xs"
            aria-label={t('imports/show')}
            value={kind}
            onChange={(value) => choose(value as Kind | 'all')}
            data={[{ value: 'all', label: t('imports/all') }, ...kinds.map((value) => ({ value, label: t(`importOutcome/${value}`) }))]}
          />
        </div>
      }
    >
      {found.isPending ? (
        <Skeleton height={80} role="status" aria-label={t('state/loading')} />
      ) : found.error && found.items.length === 0 ? (
        <Failure error={found.error} retry={() => void found.refetch()} />
      ) : found.items.length === 0 ? (
        <Text c="dimmed">{t('imports/noRows')}</Text>
      ) : (
        <RecordTable label={t('imports/result')} items={found.items} columns={columns} more={found} />
      )}
    </Card>
  )
}

/** The cells that change, or what is wrong and what helps. */
function Says({ row }: { row: TableRow }) {
  const { t } = useWords()
  const field = (name: string) => t(`importField/${name as keyof Words['importField']}`)
  const faults = [...row.faults, ...(row.kept ? [row.kept] : [])]
  return (
    <ul className={classes.says}>
      {faults.map((f) => (
        <li key={f.column + f.code}>
          {f.column && <b>{field(f.column)}: </b>}
          <bdi>{f.sentence}</bdi>
          <Text size="sm" c="dimmed">
            <bdi>{f.remedy}</bdi>
          </Text>
        </li>
      ))}
      {faults.length === 0 && (
        <li>
          {row.cells.map((c, n) => (
            <span key={c.column}>
              {n > 0 && ' · '}
              {field(c.column)} {c.old === undefined ? <bdi>{shown(c.new)}</bdi> : <Becomes before={shown(c.old)} after={shown(c.new)} />}
            </span>
          ))}
        </li>
      )}
    </ul>
  )
}
