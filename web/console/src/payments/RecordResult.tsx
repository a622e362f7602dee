import { useMutation } from '@tanstack/react-query'
import { useRef } from 'react'
import { command, newKey, type Schemas, send } from '../api/client'
import { useMay } from '../api/me'
import { useFailed } from '../api/useFailed'
import { useWords } from '../language'
import { RecordForm } from '../record/RecordForm'
import type { Attempt } from './PaymentPage'

type State = 'succeeded' | 'failed'

/** Records what the gateway did, with what shows it: its reference, and as a note on the order how somebody knows it. */
export function RecordResult({ payment, attempt, close }: { payment: Schemas['Payment']; attempt: Attempt; close: () => void }) {
  const { t } = useWords()
  const may = useMay()
  const noted = useNote(payment.order_id)
  const told = useRef('')
  const outcomes = (['succeeded', 'failed'] as const).map((value) => ({ value, label: t(`attemptState/${value}`) }))
  return (
    <RecordForm
      title={t('paid/recordTitle')}
      lead={t('paid/recordLead')}
      inputs={[
        { name: 'state', label: t('paid/outcome'), kind: 'choice', needed: true, options: outcomes },
        { name: 'gateway_reference', label: t('paid/evidence'), hint: t('paid/evidenceHint'), needed: true, shown: (v) => v.state === 'succeeded' },
        { name: 'error', label: t('paid/code'), hint: t('paid/codeHint'), needed: true, shown: (v) => v.state === 'failed' },
        { name: 'note', label: t('paid/note'), hint: t('paid/noteHint'), kind: 'area', needed: true, shown: () => may('order.note') },
      ]}
      start={{ error: 'never_arrived' }}
      submit={t('paid/record')}
      final
      request={(v) => {
        const state = v.state as State
        told.current = v.note ? t('paid/noteText', { kind: t(`attempt/${attempt.kind}`), outcome: t(`attemptState/${state}`), text: String(v.note) }) : ''
        return command('/v1/payments/{id}/results', [payment.id], {
          order_id: payment.order_id,
          attempt_id: attempt.id,
          state,
          ...(state === 'succeeded' ? { gateway_reference: String(v.gateway_reference) } : { error: String(v.error) }),
        })
      }}
      says={() => t('paid/recorded')}
      done={() => told.current && noted.mutate(told.current)}
      close={close}
    />
  )
}

/** Writes a note on an order; that it could not is told, for the outcome stands without it. */
function useNote(order: string) {
  const { t } = useWords()
  const failed = useFailed()
  return useMutation({
    mutationFn: (text: string) => send(command('/v1/orders/{id}/notes', [order], { text }), newKey()),
    onError: (error) => failed(t('paid/notNoted'), error),
  })
}
