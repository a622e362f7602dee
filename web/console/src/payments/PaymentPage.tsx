import { Alert, Button, Stack, Text } from '@mantine/core'
import { IconHelpCircle } from '@tabler/icons-react'
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import type { Schemas } from '../api/client'
import { useMay } from '../api/me'
import { useWords } from '../language'
import { Card } from '../part/Card'
import { Copyable } from '../part/Copyable'
import { counted, exact } from '../part/format'
import { Moment } from '../part/Moment'
import { Money } from '../part/Money'
import { Badge, Status } from '../part/Status'
import { RecordTable } from '../record/RecordList'
import { Columns, Facts, RecordPage } from '../record/RecordPage'
import { useRecord, useRecords } from '../record/useRecords'
import classes from './payments.module.css'
import { RecordResult } from './RecordResult'
import { toneOfAttempt } from './tone'

type Payment = Schemas['Payment']
export type Attempt = Schemas['PaymentAttempt']
type Unclear = Schemas['PaymentUnclear']

/** A payment: what its gateway was asked, what came of it, and why it may not be known. */
export default function PaymentPage() {
  const { t } = useWords()
  const may = useMay()
  const { id } = useParams({ from: '/frame/payments/$id' })
  const found = useRecord('/v1/payments/{id}', ['payment'], { ids: { id } })
  const unclear = useRecords('/v1/payments/unclear', ['payment'], { query: { filter: `payment:${id}` }, enabled: may('payment.list') })
  const [recording, setRecording] = useState<Attempt>()
  const payment = found.data
  const open = payment?.attempts?.filter((a) => a.state === 'unknown') ?? []
  const order = useRecord('/v1/orders/{id}', ['order'], { ids: { id: payment?.order_id ?? '' }, enabled: payment !== undefined && may('order.get') }).data
  return (
    <RecordPage
      title={payment && (order?.number ? t('paid/of', { order: order.number }) : t('paid/one'))}
      up={{ to: '/payments', says: t('nav/payments') }}
      error={found.error}
      retry={() => void found.refetch()}
      status={payment && <Status of="payment" is={payment.status} />}
      actions={
        payment &&
        may('order.get') && (
          <Button variant="default" renderRoot={(props) => <Link {...props} to="/orders/$id" params={{ id: payment.order_id }} />}>
            {t('paid/toOrder')}
          </Button>
        )
      }
    >
      {payment && (
        <Columns aside={<About payment={payment} />}>
          {open.map((a) => (
            <Why key={a.id} attempt={a} asked={unclear.items.find((u) => u.id === a.id)} record={may('payment.record_result') ? () => setRecording(a) : undefined} />
          ))}
          <Attempts payment={payment} record={may('payment.record_result') ? setRecording : undefined} />
        </Columns>
      )}
      {payment && recording && <RecordResult payment={payment} attempt={recording} close={() => setRecording(undefined)} />}
    </RecordPage>
  )
}

/** Why an outcome is not known, what is being done about it, and what somebody can do. */
function Why({ attempt, asked, record }: { attempt: Attempt; asked?: Unclear; record?: () => void }) {
  const { t, locale } = useWords()
  return (
    <Alert className={classes.why} icon={<IconHelpCircle size={20} />} title={`${t('paid/why')}: ${t(`attempt/${attempt.kind}`)}`}>
      <Stack gap="sm" align="start">
        <Text size="sm">{t('paid/whyText')}</Text>
        {asked && (
          <Text size="sm">
            {t('paid/whyAsked', { times: t('unclear/times', counted(asked.asked, locale)), first: exact(new Date(attempt.created_at), locale) })}{' '}
            {asked.next_at && t('paid/whyNext', { next: exact(new Date(asked.next_at), locale) })}
          </Text>
        )}
        <Text size="sm">{t('paid/whatToDo')}</Text>
        {attempt.key && (
          <Text size="sm" component="div">
            {t('paid/key')} <Copyable text={attempt.key} />
          </Text>
        )}
        {record && <Button onClick={record}>{t('paid/record')}</Button>}
      </Stack>
    </Alert>
  )
}

function About({ payment: p }: { payment: Payment }) {
  const { t } = useWords()
  const sum = (of: Payment['amount']) => (of.amount !== 0 ? <Money of={of} /> : undefined)
  return (
    <Card title={t('paid/facts')}>
      <Facts
        of={[
          [t('unclear/method'), t(`method/${p.method}`)],
          [t('paid/amount'), <Money key="amount" of={p.amount} strong />],
          [t('paid/authorized'), sum(p.authorized)],
          [t('paid/captured'), sum(p.captured)],
          [t('paid/inFlight'), sum(p.in_flight)],
          [t('paid/refunded'), sum(p.refunded)],
          [t('paid/disputed'), sum(p.disputed)],
          [t('paid/reference'), p.reference && <Copyable text={p.reference} />],
          [t('paid/created'), <Moment key="at" at={p.created_at} />],
        ]}
      />
    </Card>
  )
}

/** What the gateway was asked, in its order. */
function Attempts({ payment, record }: { payment: Payment; record?: (a: Attempt) => void }) {
  const { t } = useWords()
  const attempts = payment.attempts ?? []
  return (
    <Card title={t('paid/attempts')}>
      {attempts.length === 0 ? (
        <Text c="dimmed" size="sm">
          {t('paid/noAttempts')}
        </Text>
      ) : (
        <RecordTable
          label={t('paid/attempts')}
          items={attempts}
          columns={[
            { id: 'kind', label: t('unclear/asked'), show: (a) => t(`attempt/${a.kind}`) },
            { id: 'amount', label: t('paid/amount'), end: true, narrow: true, show: (a) => <Money of={a.amount} /> },
            {
              id: 'state',
              label: t('paid/outcome'),
              narrow: true,
              show: (a) => (
                <div>
                  <Badge tone={toneOfAttempt[a.state]} plain>
                    {t(`attemptState/${a.state}`)}
                  </Badge>
                  {a.error && (
                    <Text size="xs" c="dimmed">
                      <bdi>{t('paid/error', { code: a.error })}</bdi>
                    </Text>
                  )}
                </div>
              ),
            },
            { id: 'reference', label: t('paid/evidence'), narrow: true, show: (a) => a.gateway_reference && <Copyable text={a.gateway_reference} /> },
            { id: 'since', label: t('unclear/since'), narrow: true, show: (a) => <Moment at={a.created_at} /> },
            ...(record && attempts.some((a) => a.state === 'pending')
              ? [
                  {
                    id: 'record',
                    label: t('paid/record'),
                    end: true,
                    narrow: true,
                    show: (a: Attempt) =>
                      a.state === 'pending' && (
                        <Button variant="subtle" size="compact-sm" onClick={() => record(a)}>
                          {t('paid/record')}
                        </Button>
                      ),
                  },
                ]
              : []),
          ]}
        />
      )}
    </Card>
  )
}
