import { Progress } from '@mantine/core'
import { useWords } from '../language'
import { counted } from '../part/format'
import { Moment } from '../part/Moment'
import { type Column, RecordList } from '../record/RecordList'
import { State, titleOf } from './Title'
import type { Bulk } from './useBulk'

/** All commands on many orders that the reader may see, the last first. */
export default function BulkList() {
  const say = useWords()
  const { t, locale } = say
  const columns: Column<Bulk>[] = [
    { id: 'title', label: t('bulk/title'), show: (bulk) => titleOf(bulk, say) },
    { id: 'state', label: t('bulk/state'), narrow: true, show: (bulk) => <State of={bulk.state} /> },
    {
      id: 'progress',
      label: t('bulk/progress'),
      show: (bulk) => (
        <Progress.Root size={6} miw={120} aria-label={t('bulk/progress')}>
          <Progress.Section value={(100 * bulk.succeeded) / bulk.total} color="var(--ordo-green)" aria-label={t('bulk/succeeded', counted(bulk.succeeded, locale))} />
          <Progress.Section value={(100 * bulk.refused) / bulk.total} color="var(--ordo-red)" aria-label={t('bulk/refused', counted(bulk.refused, locale))} />
        </Progress.Root>
      ),
    },
    { id: 'begun', label: t('bulk/when'), end: true, narrow: true, sort: 'created', show: (bulk) => <Moment at={bulk.created_at} /> },
  ]
  const states = (['running', 'stopping', 'stopped', 'done'] as const).map((value) => ({ value, label: t(value === 'done' ? 'bulk/ended' : `bulk/${value}`) }))
  return (
    <RecordList
      path="/v1/bulks"
      subjects={['bulk']}
      title={t('nav/bulks')}
      columns={columns}
      to={({ id }) => ({ to: '/bulks/$id', params: { id } })}
      fields={[{ name: 'state', label: t('bulk/state'), kind: 'choice', values: states }]}
      hint={t('bulk/filterHint')}
      empty={{ title: t('bulk/noneTitle'), text: t('bulk/noneText') }}
    />
  )
}
