import { Button, Stack, Text } from '@mantine/core'
import { useParams } from '@tanstack/react-router'
import { command } from '../api/client'
import { useMay } from '../api/me'
import { useWords } from '../language'
import { Card } from '../part/Card'
import { Copyable } from '../part/Copyable'
import { Explained } from '../part/Explained'
import { Moment } from '../part/Moment'
import part from '../part/part.module.css'
import { Badge } from '../part/Status'
import { Columns, Facts, RecordPage } from '../record/RecordPage'
import { useAct } from '../record/useAct'
import { useRecord } from '../record/useRecords'
import { DeliveryState, type Delivery, useAgain } from './Deliveries'

/** A delivery: what is sent, and what the receiver answered each time. */
export default function DeliveryPage() {
  const { t, locale } = useWords()
  const { id, delivery } = useParams({ from: '/frame/webhooks/$id/deliveries/$delivery' })
  const { data: d, error, refetch } = useRecord('/v1/webhooks/{id}/deliveries/{delivery_id}', ['webhook'], { ids: { id, delivery_id: delivery } })
  useAgain(d?.state === 'waiting')
  return (
    <RecordPage title={d?.type} up={{ to: '/webhooks/$id', params: { id }, says: t('hook/endpoint') }} status={d && <DeliveryState of={d} />} error={error} retry={() => void refetch()} actions={d && <Again delivery={d} />}>
      {d && (
        <Columns
          aside={
            <Card title={t('people/facts')}>
              <Facts
                of={[
                  [t('audit/subject'), d.subject],
                  [t('hook/message'), <Copyable key="m" text={d.message_id} />],
                  [t('hook/attempts'), d.attempts.toLocaleString(locale)],
                  [t('hook/replays'), d.replays > 0 && d.replays.toLocaleString(locale)],
                  [t('hook/taken'), <Moment key="t" at={d.created_at} />],
                  [t('hook/next'), d.next_at && d.state === 'waiting' && <Moment key="n" at={d.next_at} />],
                  [t('hook/ended'), d.ended_at && <Moment key="e" at={d.ended_at} />],
                  [t('hook/error'), d.error],
                ]}
              />
            </Card>
          }
        >
          <Card title={t('hook/requests')}>
            {d.requests?.length ? (
              <Stack gap="md">
                {d.requests.map((r) => (
                  <div key={r.number}>
                    <Text component="div" size="sm">
                      {t('hook/request', { number: r.number })} · <Moment at={r.at} /> · {t('hook/took', { ms: r.took_ms.toLocaleString(locale) })}{' '}
                      <Badge tone={r.error ? 'red' : 'green'} plain>
                        {r.status ? String(r.status) : t('hook/noAnswer')}
                      </Badge>
                    </Text>
                    {r.error && (
                      <Text size="sm" c="var(--ordo-red)">
                        <bdi>{r.error}</bdi>
                      </Text>
                    )}
                    {r.answer && (
                      <pre className={part.curl} tabIndex={0} dir="ltr" aria-label={t('hook/answer')}>
                        {r.answer}
                      </pre>
                    )}
                  </div>
                ))}
              </Stack>
            ) : (
              <Text c="dimmed">{t('hook/noRequests')}</Text>
            )}
          </Card>
          <Card title={t('hook/body')}>
            <pre className={part.curl} tabIndex={0} dir="ltr">
              {JSON.stringify(d.body, null, 2)}
            </pre>
          </Card>
        </Columns>
      )}
    </RecordPage>
  )
}

/** Sends the delivery again, with the same id. */
function Again({ delivery: d }: { delivery: Delivery }) {
  const { t } = useWords()
  const may = useMay()
  const act = useAct({ request: () => command('/v1/webhooks/{id}/deliveries/{delivery_id}/replay', [d.webhook_id, d.id]), says: () => t('hook/redeliverDone'), failed: t('hook/redeliverFailed') })
  const action = d.actions?.find((a) => a.name === 'webhook.redeliver')
  if (!may('webhook.redeliver')) return null
  if (action && !action.allowed) return <Explained why={action.reason ?? ''}>{t('hook/redeliver')}</Explained>
  return (
    <Button loading={act.isPending} onClick={() => act.mutate()}>
      {t('hook/redeliver')}
    </Button>
  )
}
