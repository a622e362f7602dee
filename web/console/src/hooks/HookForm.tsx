import { useNavigate } from '@tanstack/react-router'
import { command, request } from '../api/client'
import { useWords } from '../language'
import { scopeValues } from '../people/useScope'
import { RecordForm } from '../record/RecordForm'
import type { Hook } from './HookList'
import { days } from './days'
import { useFacts } from './useFacts'

export type Doing = 'update' | 'pause' | 'resume' | 'replay' | 'rotate' | 'delete'

/** What can be done to an endpoint, each with what it does in a sentence. */
export function HookForm({ hook, doing, rotated, close }: { hook: Hook; doing: Doing; rotated: (hook: Hook) => void; close: () => void }) {
  const { t } = useWords()
  const go = useNavigate()
  const facts = useFacts()
  const common = { close, title: `${t(`hook/${doing}`)} · ${hook.name}`, lead: t(`hook/${doing}Lead`), submit: t(`hook/${doing}`), inputs: [], says: () => t(`hook/${doing}Done`, { name: hook.name }) }
  switch (doing) {
    case 'update':
      return (
        <RecordForm
          {...common}
          inputs={facts.inputs}
          start={{ name: hook.name, url: hook.url, types: hook.types, filter: hook.filter ?? '', parallel: String(hook.parallel ?? ''), ...scopeValues(hook) }}
          request={(v) => request('put', '/v1/webhooks/{id}', [hook.id], { ...facts.of(v), ...(hook.customer_id && { customer_id: hook.customer_id }) }, hook.version)}
        />
      )
    case 'pause':
      return <RecordForm {...common} request={() => command('/v1/webhooks/{id}/pause', [hook.id])} />
    case 'resume':
      return <RecordForm {...common} request={() => command('/v1/webhooks/{id}/resume', [hook.id])} />
    case 'delete':
      return <RecordForm {...common} final request={() => request('delete', '/v1/webhooks/{id}', [hook.id])} done={() => void go({ to: '/webhooks' })} />
    case 'rotate':
      return (
        <RecordForm<Hook>
          {...common}
          inputs={[{ name: 'previous_hours', label: t('hook/hours'), hint: t('hook/hoursHint'), kind: 'number', needed: true }]}
          start={{ previous_hours: '24' }}
          request={(v) => command('/v1/webhooks/{id}/rotate-secret', [hook.id], { previous_hours: Number(v.previous_hours) })}
          done={rotated}
        />
      )
    case 'replay':
      return (
        <RecordForm
          {...common}
          inputs={[
            { name: 'from', label: t('hook/from'), kind: 'date', needed: true },
            { name: 'to', label: t('hook/to'), hint: t('hook/toHint'), kind: 'date', needed: true },
          ]}
          start={days.today()}
          request={(v) => command('/v1/webhooks/{id}/replay', [hook.id], days.range(v.from as string, v.to as string, new Date()))}
        />
      )
  }
}
