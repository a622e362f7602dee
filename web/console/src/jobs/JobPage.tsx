import { Anchor } from '@mantine/core'
import { Link, useParams } from '@tanstack/react-router'
import { command } from '../api/client'
import { useMay } from '../api/me'
import { withValues } from '../filter/filter'
import { useWords } from '../language'
import { Card } from '../part/Card'
import { Copyable } from '../part/Copyable'
import { Explained } from '../part/Explained'
import { Moment } from '../part/Moment'
import part from '../part/part.module.css'
import { Columns, Facts, RecordPage } from '../record/RecordPage'
import { useAct } from '../record/useAct'
import { useRecord } from '../record/useRecords'
import { type Job, JobState } from './JobList'

/** A job: what it is about, what went wrong, and another try. */
export default function JobPage() {
  const { t, locale } = useWords()
  const { id } = useParams({ from: '/frame/jobs/$id' })
  const { data: job, error, refetch } = useRecord('/v1/jobs/{id}', ['job'], { ids: { id } })
  const may = useMay()
  return (
    <RecordPage title={job?.kind} up={{ to: '/jobs', says: t('nav/jobs') }} status={job && <JobState of={job} />} error={error} retry={() => void refetch()} actions={job && <Replay job={job} />}>
      {job && (
        <Columns
          aside={
            <Card title={t('people/facts')}>
              <Facts
                of={[
                  [t('job/tries'), t('job/triesOf', { tries: job.tries.toLocaleString(locale), most: job.max_tries.toLocaleString(locale) })],
                  [t('job/priority'), job.priority.toLocaleString(locale)],
                  [t('job/replays'), job.replays > 0 && job.replays.toLocaleString(locale)],
                  [t('job/runAt'), <Moment key="r" at={job.run_at} />],
                  [t('job/created'), <Moment key="c" at={job.created_at} />],
                  [t('job/ended'), job.ended_at && <Moment key="e" at={job.ended_at} />],
                  [t('nav/audit'), job.replays > 0 && may('event.list') && <Anchor key="a" size="sm" renderRoot={(props) => <Link {...props} to="/audit" search={{ filter: withValues('', 'subject', [job.id]) }} />} children={t('people/becameAll')} />],
                  [t('audit/id'), <Copyable key="i" text={job.id} />],
                ]}
              />
            </Card>
          }
        >
          <Card title={t('job/error')}>{job.error ? <pre className={part.curl} tabIndex={0} dir="ltr" children={job.error} /> : t('job/noError')}</Card>
          <Card title={t('job/args')}>
            {Object.keys(job.args ?? {}).length > 0 ? (
              <pre className={part.curl} tabIndex={0} dir="ltr">
                {JSON.stringify(job.args, null, 2)}
              </pre>
            ) : (
              t('job/noArgs')
            )}
          </Card>
        </Columns>
      )}
    </RecordPage>
  )
}

function Replay({ job }: { job: Job }) {
  const { t } = useWords()
  const may = useMay()
  const act = useAct({ request: () => command('/v1/jobs/{id}/replay', [job.id]), says: () => t('job/replayDone'), failed: t('job/replayFailed') })
  const action = job.actions?.find((a) => a.name === 'job.replay')
  if (!may('job.replay') || !action) return null
  return (
    <Explained why={action.allowed ? undefined : action.reason} loading={act.isPending} onClick={() => act.mutate()}>
      {t('job/replay')}
    </Explained>
  )
}
