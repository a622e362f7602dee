import { Anchor, Button, Text } from '@mantine/core'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { command } from '../api/client'
import { useMay } from '../api/me'
import { useWords } from '../language'
import type { Mail } from '../order/useOrder'
import classes from '../order/order.module.css'
import { Card } from '../part/Card'
import { Copyable } from '../part/Copyable'
import { Moment } from '../part/Moment'
import { Status } from '../part/Status'
import { RecordForm } from '../record/RecordForm'
import { Columns, Facts, RecordPage } from '../record/RecordPage'
import { useRecord } from '../record/useRecords'

/** A mail: its words, what became of it, and sending it again. */
export default function MailPage() {
  const { t, locale } = useWords()
  const { id } = useParams({ from: '/frame/mails/$id' })
  const { data: mail, error, refetch } = useRecord('/v1/mails/{id}', ['mail'], { ids: { id } })
  const may = useMay()
  const go = useNavigate()
  const [again, resend] = useState(false)
  const over = mail && mail.state !== 'waiting' && mail.state !== 'sending'
  return (
    <RecordPage
      title={mail && t(`template/${mail.template}`)}
      up={{ to: '/mails', says: t('nav/mails') }}
      status={mail && <Status of="mail" is={mail.state} />}
      error={error}
      retry={() => void refetch()}
      actions={over && may('mail.resend') && <Button onClick={() => resend(true)}>{t('order/mailResend')}</Button>}
    >
      {mail && (
        <Columns
          aside={
            <Card title={t('people/facts')}>
              <Facts
                of={[
                  [t('order/mailTo'), mail.recipient],
                  [t('mailLog/why'), mail.reason && t(`mailReason/${mail.reason}`)],
                  [t('mailLog/answer'), mail.answer],
                  [t('job/tries'), mail.tries.toLocaleString(locale)],
                  [t('hook/next'), mail.next_at && mail.state === 'waiting' && <Moment key="n" at={mail.next_at} />],
                  [t('job/created'), <Moment key="c" at={mail.created_at} />],
                  [t('hook/ended'), mail.ended_at && <Moment key="e" at={mail.ended_at} />],
                  [t('mailLog/copy'), mail.copy > 0 && mail.copy.toLocaleString(locale)],
                  [t('mailLog/order'), mail.order_id && may('order.get') && <Anchor key="o" size="sm" renderRoot={(props) => <Link {...props} to="/orders/$id" params={{ id: mail.order_id! }} />} children={t('audit/order')} />],
                  [t('mailLog/event'), may('event.list') && <Anchor key="v" size="sm" renderRoot={(props) => <Link {...props} to="/audit/$id" params={{ id: mail.event_id }} />} children={t('people/becameAll')} />],
                  [t('audit/id'), <Copyable key="i" text={mail.id} />],
                ]}
              />
            </Card>
          }
        >
          <Card title={mail.subject ?? t('mailLog/unwritten')}>
            {mail.text ? (
              <Text component="pre" lang={mail.language} dir="auto" className={classes.mail} tabIndex={0}>
                {mail.text}
              </Text>
            ) : (
              <Text c="dimmed">{t('mailLog/noText')}</Text>
            )}
          </Card>
        </Columns>
      )}
      {mail && again && (
        <RecordForm<Mail>
          title={`${t('order/mailResend')} · ${t(`template/${mail.template}`)}`}
          lead={t(mail.state === 'unknown' ? 'order/mailMaybe' : 'order/mailResendLead')}
          inputs={[{ name: 'recipient', label: t('order/mailTo') }]}
          start={{ recipient: mail.recipient ?? '' }}
          submit={t('order/mailResend')}
          request={(v) => command('/v1/mails/{id}/resend', [mail.id], v.recipient && v.recipient !== mail.recipient ? { recipient: v.recipient as string } : {})}
          says={() => t('order/mailResent')}
          done={({ id }) => void go({ to: '/mails/$id', params: { id } })}
          close={() => resend(false)}
        />
      )}
    </RecordPage>
  )
}
