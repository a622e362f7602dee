import { Button } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { command, type Schemas } from '../api/client'
import { useMay } from '../api/me'
import { failing } from '../home/waits'
import { useWords } from '../language'
import { Moment } from '../part/Moment'
import { Secret } from '../part/Secret'
import { Badge } from '../part/Status'
import { RecordForm } from '../record/RecordForm'
import { type Column, RecordList } from '../record/RecordList'
import { useFacts } from './useFacts'

export type Hook = Schemas['WebhookEndpoint']

/** Where events are sent to, and how that goes. */
export default function HookList() {
  const { t, locale } = useWords()
  const may = useMay()
  const go = useNavigate()
  const facts = useFacts()
  const [adding, add] = useState(false)
  const [made, setMade] = useState<Hook>()
  const columns: Column<Hook>[] = [
    { id: 'name', label: t('hook/name'), show: (h) => <bdi>{h.name}</bdi> },
    { id: 'url', label: t('hook/url'), show: (h) => <bdi dir="ltr">{h.url}</bdi> },
    { id: 'state', label: t('people/state'), narrow: true, show: (h) => <HookState of={h} /> },
    { id: 'failures', label: t('hook/failures'), end: true, sort: 'failures', show: (h) => h.failures.toLocaleString(locale) },
    { id: 'behind', label: t('hook/behind'), end: true, show: (h) => h.behind.toLocaleString(locale) },
    { id: 'success', label: t('hook/success'), end: true, narrow: true, show: (h) => (h.last_success_at ? <Moment at={h.last_success_at} /> : '–') },
  ]
  return (
    <>
      <RecordList
        path="/v1/webhooks"
        subjects={['webhook']}
        title={t('nav/webhooks')}
        columns={columns}
        to={({ id }) => ({ to: '/webhooks/$id', params: { id } })}
        tabs={[
          { label: t('people/all'), filter: '' },
          { label: t('hook/failing'), filter: failing },
          { label: t('hook/paused'), filter: 'state:paused' },
        ]}
        fields={[{ name: 'state', label: t('people/state'), kind: 'choice', values: (['active', 'paused'] as const).map((value) => ({ value, label: t(`hookState/${value}`) })) }]}
        hint={t('hook/hint')}
        actions={may('webhook.create') && <Button onClick={() => add(true)}>{t('hook/add')}</Button>}
        empty={{ title: t('hook/noneTitle'), text: t('hook/noneText') }}
      />
      {adding && (
        <RecordForm<Hook>
          title={t('hook/add')}
          lead={t('hook/addLead')}
          inputs={facts.inputs}
          start={{ parallel: '4' }}
          submit={t('hook/add')}
          request={(v) => command('/v1/webhooks', [], facts.of(v))}
          done={setMade}
          close={() => add(false)}
        />
      )}
      {made && (
        <Secret
          title={t('hook/secret', { name: made.name })}
          lead={t('hook/secretLead')}
          text={made.secret ?? t('secret/lost')}
          close={() => {
            setMade(undefined)
            void go({ to: '/webhooks/$id', params: { id: made.id } })
          }}
        />
      )}
    </>
  )
}

/** Whether an endpoint is sent to, and whether that works. */
export function HookState({ of }: { of: Hook }) {
  const { t } = useWords()
  if (of.state === 'deleted') return <Badge tone="grey">{t('hookState/deleted')}</Badge>
  if (of.state === 'paused') return <Badge tone={of.paused_for === 'request' ? 'grey' : 'red'}>{t(`hookPaused/${of.paused_for ?? 'request'}`)}</Badge>
  if (of.failures > 0) return <Badge tone="red">{t('hookState/failing')}</Badge>
  return <Badge tone="green">{t('hookState/active')}</Badge>
}
