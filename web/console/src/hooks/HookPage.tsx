import { Alert, Anchor, Button, Menu } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useMay } from '../api/me'
import { command } from '../api/client'
import { withValues } from '../filter/filter'
import { useWords } from '../language'
import { Card } from '../part/Card'
import { Copyable } from '../part/Copyable'
import { Explained } from '../part/Explained'
import { Moment } from '../part/Moment'
import { Secret } from '../part/Secret'
import { Columns, Facts, RecordPage } from '../record/RecordPage'
import { useAct } from '../record/useAct'
import { useRecord } from '../record/useRecords'
import { Deliveries } from './Deliveries'
import { HookForm, type Doing } from './HookForm'
import { type Hook, HookState } from './HookList'
import { useScope } from '../people/useScope'

/** An endpoint: its health, what is sent to it, and what can be done. */
export default function HookPage() {
  const { t } = useWords()
  const { id } = useParams({ from: '/frame/webhooks/$id' })
  const { data: hook, error, refetch } = useRecord('/v1/webhooks/{id}', ['webhook'], { ids: { id } })
  const [doing, set] = useState<Doing>()
  const [rotated, setRotated] = useState<Hook>()
  return (
    <RecordPage title={hook?.name} up={{ to: '/webhooks', says: t('nav/webhooks') }} status={hook && <HookState of={hook} />} error={error} retry={() => void refetch()} actions={hook && <Doings hook={hook} set={set} />}>
      {hook && (
        <Columns aside={<About hook={hook} />}>
          <Health hook={hook} />
          <Deliveries hook={hook} />
        </Columns>
      )}
      {hook && doing && <HookForm hook={hook} doing={doing} rotated={setRotated} close={() => set(undefined)} />}
      {rotated && <Secret title={t('hook/secret', { name: rotated.name })} lead={t('hook/secretLead')} text={rotated.secret ?? t('secret/lost')} close={() => setRotated(undefined)} />}
    </RecordPage>
  )
}

/** What can be done to the endpoint; what can't be done now says why. */
function Doings({ hook, set }: { hook: Hook; set: (doing: Doing) => void }) {
  const { t } = useWords()
  const may = useMay()
  const go = useNavigate()
  const trial = useAct<{ id: string }>({
    request: () => command('/v1/webhooks/{id}/trial', [hook.id]),
    failed: t('hook/trialFailed'),
    then: ({ id }) => void go({ to: '/webhooks/$id/deliveries/$delivery', params: { id: hook.id, delivery: id } }),
  })
  const state = (name: string) => hook.actions?.find((a) => a.name === name)
  const open = (name: string) => may(name) && (state(name)?.allowed ?? true)
  const toggle = hook.state === 'paused' ? 'resume' : 'pause'
  if (hook.state === 'deleted') return null
  return (
    <>
      {may('webhook.try') &&
        (open('webhook.try') ? (
          <Button variant="default" loading={trial.isPending} onClick={() => trial.mutate()}>
            {t('hook/try')}
          </Button>
        ) : (
          <Explained why={state('webhook.try')?.reason ?? ''}>{t('hook/try')}</Explained>
        ))}
      {open(`webhook.${toggle}`) && (
        <Button variant="default" onClick={() => set(toggle)}>
          {t(`hook/${toggle}`)}
        </Button>
      )}
      {open('webhook.update') && <Button onClick={() => set('update')}>{t('hook/update')}</Button>}
      {(['replay', 'rotate_secret', 'delete'] as const).some((name) => open(`webhook.${name}`)) && (
        <Menu position="bottom-end">
          <Menu.Target>
            <Button variant="default" px="xs" aria-label={t('hook/more')}>
              <IconDots size={16} />
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {open('webhook.replay') && <Menu.Item onClick={() => set('replay')}>{t('hook/replay')}</Menu.Item>}
            {open('webhook.rotate_secret') && <Menu.Item onClick={() => set('rotate')}>{t('hook/rotate')}</Menu.Item>}
            {open('webhook.delete') && (
              <Menu.Item color="red" onClick={() => set('delete')}>
                {t('hook/delete')}
              </Menu.Item>
            )}
          </Menu.Dropdown>
        </Menu>
      )}
    </>
  )
}

/** What is wrong with the endpoint, and how far it has come. */
function Health({ hook }: { hook: Hook }) {
  const { t, locale } = useWords()
  const wrong = hook.state !== 'deleted' && (hook.failures > 0 || (hook.state === 'paused' && hook.paused_for !== 'request'))
  return (
    <Card title={t('hook/health')}>
      {wrong && (
        <Alert color="red" variant="light" mb="md" title={hook.state === 'paused' ? t(`hookPaused/${hook.paused_for ?? 'request'}`) : t('hook/failsSince')}>
          <bdi>{hook.last_error}</bdi>
        </Alert>
      )}
      <Facts
        of={[
          [t('hook/behind'), hook.behind.toLocaleString(locale)],
          [t('hook/waiting'), hook.waiting.toLocaleString(locale)],
          [t('hook/failures'), hook.failures.toLocaleString(locale)],
          [t('hook/since'), hook.failing_since && <Moment key="f" at={hook.failing_since} />],
          [t('hook/rest'), hook.rest_until && <Moment key="r" at={hook.rest_until} />],
          [t('hook/success'), hook.last_success_at && <Moment key="s" at={hook.last_success_at} />],
          [t('hook/failure'), hook.last_failure_at && <Moment key="l" at={hook.last_failure_at} />],
          [t('hook/replaying'), hook.replaying && t('hook/goesOn')],
        ]}
      />
    </Card>
  )
}

function About({ hook }: { hook: Hook }) {
  const { t, locale } = useWords()
  const may = useMay()
  const scope = useScope()
  return (
    <Card title={t('people/facts')}>
      <Facts
        of={[
          [t('hook/url'), <Copyable key="u" text={hook.url} />],
          [t('hook/types'), hook.types.join(', ')],
          [t('hook/filter'), hook.filter],
          [t('people/scope'), scope.says(hook)],
          [t('hook/customer'), hook.customer_id],
          [t('hook/parallel'), hook.parallel?.toLocaleString(locale)],
          [t('hook/generation'), hook.secret_generation.toLocaleString(locale)],
          [t('hook/previous'), hook.previous_secret_until && new Date(hook.previous_secret_until) > new Date() && <Moment key="p" at={hook.previous_secret_until} />],
          [t('people/since'), <Moment key="c" at={hook.created_at} />],
          [t('nav/audit'), may('event.list') && <Anchor key="a" size="sm" renderRoot={(props) => <Link {...props} to="/audit" search={{ filter: withValues('', 'subject', [hook.id]) }} />} children={t('people/becameAll')} />],
          [t('audit/id'), <Copyable key="i" text={hook.id} />],
        ]}
      />
    </Card>
  )
}
