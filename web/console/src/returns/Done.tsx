import { Button, Text } from '@mantine/core'
import { useState } from 'react'
import { command, type Schemas } from '../api/client'
import { useMay } from '../api/me'
import { useWords } from '../language'
import { Card } from '../part/Card'
import { Money } from '../part/Money'
import { Status } from '../part/Status'
import { RecordForm } from '../record/RecordForm'
import { useRecord } from '../record/useRecords'
import classes from './returns.module.css'
import type { Return } from './steps'

type Refund = Schemas['Order']['refunds'][number]

/** A return at its end, and the money of its refund that has not moved yet. */
export function Done({ of: r }: { of: Return }) {
  const { t } = useWords()
  const may = useMay()
  const order = useRecord('/v1/orders/{id}', ['order', 'refund', 'payment'], { ids: { id: r.order_id }, enabled: r.refund_id !== undefined && may('order.get') }).data
  const refund = order?.refunds.find((f) => f.id === r.refund_id)
  const waits = refund && (refund.status === 'granted' || refund.status === 'partially_moved')
  const [moving, setMoving] = useState<Refund>()
  return (
    <Card title={t('step/done')} aside={refund && <Status of="payment" is={refund.status} />}>
      <div className={classes.task}>
        <Text c="dimmed">{t(waits ? 'step/refundMoved' : 'step/doneText')}</Text>
        {refund && (
          <dl className={classes.sums}>
            <div>
              <dt>{t('back/refund')}</dt>
              <dd>
                <Money of={refund.amount} strong />
              </dd>
            </div>
          </dl>
        )}
        {waits && may('order.move_refund') && (
          <div className={classes.bar}>
            <Button onClick={() => setMoving(refund)}>{t('step/move')}</Button>
          </div>
        )}
      </div>
      {moving && (
        <RecordForm
          title={t('step/moveTitle')}
          lead={
            <>
              {t('step/moveLead')} <Money of={moving.amount} strong />
            </>
          }
          inputs={[]}
          submit={t('step/move')}
          final
          request={() => command('/v1/orders/{id}/refunds/{refund_id}/move', [r.order_id, moving.id], {})}
          says={() => t('step/moved')}
          close={() => setMoving(undefined)}
        />
      )}
    </Card>
  )
}
