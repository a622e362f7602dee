import { command } from '../api/client'
import { useWords } from '../language'
import { RecordForm } from '../record/RecordForm'
import type { Return } from './steps'

/** Steps beside the way of a return. */
export const sides = ['mark_sent', 'reject', 'cancel'] as const
export type Side = (typeof sides)[number]

const rejections = ['too_late', 'used', 'not_returnable', 'abuse', 'other'] as const

/** The form of a step beside the way. */
export function Aside({ of: r, side, close }: { of: Return; side: Side; close: () => void }) {
  const { t } = useWords()
  switch (side) {
    case 'mark_sent':
      return (
        <RecordForm
          title={t('step/sentTitle')}
          inputs={[
            { name: 'carrier', label: t('back/carrier'), hint: t('input/carrierHint') },
            { name: 'tracking_number', label: t('back/tracking') },
          ]}
          submit={t('step/sent')}
          request={(v) => command('/v1/returns/{id}/mark-sent', [r.id], { ...(v.carrier && { carrier: String(v.carrier) }), ...(v.tracking_number && { tracking_number: String(v.tracking_number) }) })}
          says={() => t('step/sentDone')}
          close={close}
        />
      )
    case 'reject':
      return (
        <RecordForm
          title={t('step/rejectTitle')}
          inputs={[{ name: 'reason', label: t('step/rejectReason'), kind: 'choice', needed: true, options: rejections.map((value) => ({ value, label: t(`rejection/${value}`) })) }]}
          submit={t('step/reject')}
          final
          request={(v) => command('/v1/returns/{id}/reject', [r.id], { reason: v.reason as (typeof rejections)[number] })}
          says={() => t('step/rejected')}
          close={close}
        />
      )
    case 'cancel':
      return (
        <RecordForm
          title={t('step/cancelTitle')}
          lead={t('step/cancelLead')}
          inputs={[]}
          submit={t('step/cancel')}
          final
          request={() => command('/v1/returns/{id}/cancel', [r.id])}
          says={() => t('step/canceled')}
          close={close}
        />
      )
  }
}
