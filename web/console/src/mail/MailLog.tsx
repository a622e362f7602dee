import type { Mail } from '../order/useOrder'
import { useWords } from '../language'
import { Moment } from '../part/Moment'
import { Status } from '../part/Status'
import { toneOf } from '../part/tone'
import { type Column, RecordList } from '../record/RecordList'

const templates = ['order_confirmation', 'shipment', 'refund', 'cancellation', 'invitation', 'password_reset'] as const

/** What was sent by mail, to customers and users, and what became of each. */
export default function MailLog() {
  const { t } = useWords()
  const states = Object.keys(toneOf.mail) as (keyof typeof toneOf.mail)[]
  const columns: Column<Mail>[] = [
    { id: 'template', label: t('mailLog/says'), show: (m) => t(`template/${m.template}`) },
    { id: 'recipient', label: t('mailLog/to'), narrow: true, show: (m) => m.recipient && <bdi>{m.recipient}</bdi> },
    { id: 'state', label: t('people/state'), narrow: true, show: (m) => <Status of="mail" is={m.state} /> },
    { id: 'reason', label: t('mailLog/why'), show: (m) => (m.reason ? t(`mailReason/${m.reason}`) : m.state !== 'sent' && m.answer ? <bdi>{m.answer}</bdi> : null) },
    { id: 'at', label: t('audit/when'), end: true, narrow: true, sort: 'created', show: (m) => <Moment at={m.ended_at ?? m.created_at} /> },
  ]
  return (
    <RecordList
      path="/v1/mails"
      subjects={['mail']}
      title={t('nav/mails')}
      columns={columns}
      to={({ id }) => ({ to: '/mails/$id', params: { id } })}
      tabs={[
        { label: t('people/all'), filter: '' },
        { label: t('mailLog/wrong'), filter: 'state:unknown,failed,unsent' },
        { label: t('mail/waiting'), filter: 'state:waiting,sending' },
      ]}
      fields={[
        { name: 'state', label: t('people/state'), kind: 'choice', values: states.map((value) => ({ value, label: t(`mail/${value}`) })) },
        { name: 'template', label: t('mailLog/says'), kind: 'choice', values: templates.map((value) => ({ value, label: t(`template/${value}`) })) },
        { name: 'created', label: t('audit/when'), kind: 'time' },
      ]}
      hint={t('mailLog/hint')}
      empty={{ title: t('mailLog/noneTitle'), text: t('mailLog/noneText') }}
    />
  )
}
