import type { Schemas } from '../api/client'
import { useWords } from '../language'
import { Moment } from '../part/Moment'
import { Badge } from '../part/Status'
import { type Column, RecordList } from '../record/RecordList'

export type Job = Schemas['BacklogJob']

const states = ['dead', 'waiting', 'running', 'done'] as const

/** Work that the server does by itself, and that which it gave up. */
export default function JobList() {
  const { t, locale } = useWords()
  const columns: Column<Job>[] = [
    { id: 'kind', label: t('job/kind'), show: (j) => <bdi>{j.kind}</bdi> },
    { id: 'state', label: t('people/state'), narrow: true, show: (j) => <JobState of={j} /> },
    { id: 'error', label: t('job/error'), narrow: true, show: (j) => j.error && <bdi>{j.error}</bdi> },
    { id: 'tries', label: t('job/tries'), end: true, show: (j) => t('job/triesOf', { tries: j.tries.toLocaleString(locale), most: j.max_tries.toLocaleString(locale) }) },
    { id: 'run', label: t('job/runAt'), end: true, show: (j) => <Moment at={j.run_at} /> },
    { id: 'created', label: t('job/created'), end: true, sort: 'created', show: (j) => <Moment at={j.created_at} /> },
  ]
  return (
    <RecordList
      path="/v1/jobs"
      subjects={['job']}
      title={t('nav/jobs')}
      columns={columns}
      to={({ id }) => ({ to: '/jobs/$id', params: { id } })}
      tabs={[{ label: t('people/all'), filter: '' }, ...states.map((state) => ({ label: t(`jobState/${state}`), filter: `state:${state}` }))]}
      fields={[
        { name: 'kind', label: t('job/kind'), kind: 'text' },
        { name: 'created', label: t('job/created'), kind: 'time' },
      ]}
      hint={t('job/hint')}
      empty={{ title: t('job/noneTitle'), text: t('job/noneText') }}
    />
  )
}

export function JobState({ of }: { of: Job }) {
  const { t } = useWords()
  return <Badge tone={({ waiting: 'grey', running: 'blue', done: 'green', dead: 'red' } as const)[of.state]}>{t(`jobState/${of.state}`)}</Badge>
}
