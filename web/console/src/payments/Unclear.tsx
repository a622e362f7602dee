import { useWords } from '../language'
import { counted } from '../part/format'
import { Moment } from '../part/Moment'
import { Money } from '../part/Money'
import { RecordList } from '../record/RecordList'
import { useChoices } from '../record/useChoices'

const kinds = ['authorize', 'capture', 'void', 'refund', 'cancel'] as const

/** What gateways were asked and did not answer, the oldest first. */
export default function Unclear() {
  const { t, locale } = useWords()
  const { options } = useChoices('/v1/channels')
  return (
    <RecordList
      path="/v1/payments/unclear"
      subjects={['payment']}
      title={t('nav/payments')}
      columns={[
        { id: 'asked', label: t('unclear/asked'), show: (u) => t(`attempt/${u.kind}`) },
        { id: 'amount', label: t('paid/amount'), end: true, narrow: true, show: (u) => <Money of={u.amount} strong /> },
        { id: 'order', label: t('unclear/order'), narrow: true, show: (u) => <bdi>{u.order_number}</bdi> },
        { id: 'method', label: t('unclear/method'), show: (u) => t(`method/${u.method}`) },
        { id: 'since', label: t('unclear/since'), sort: 'created', narrow: true, show: (u) => <Moment at={u.created_at} /> },
        { id: 'tries', label: t('unclear/tries'), end: true, show: (u) => t('unclear/times', counted(u.asked, locale)) },
        { id: 'next', label: t('unclear/next'), show: (u) => u.next_at && <Moment at={u.next_at} /> },
      ]}
      to={(u) => ({ to: '/payments/$id', params: { id: u.payment_id } })}
      fields={[
        { name: 'kind', label: t('unclear/asked'), kind: 'choice', values: kinds.map((value) => ({ value, label: t(`attempt/${value}`) })) },
        { name: 'channel', label: t('unclear/channel'), kind: 'choice', values: options },
        { name: 'number', label: t('unclear/order'), kind: 'text' },
        { name: 'created', label: t('unclear/since'), kind: 'time' },
      ]}
      hint={t('unclear/hint')}
      empty={{ title: t('unclear/noneTitle'), text: t('unclear/noneText') }}
    />
  )
}
