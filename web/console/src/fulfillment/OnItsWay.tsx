import { Button, Group } from '@mantine/core'
import { useState } from 'react'
import { command, type Schemas } from '../api/client'
import { useMay } from '../api/me'
import { useWords } from '../language'
import { RecordForm } from '../record/RecordForm'
import { useAct } from '../record/useAct'
import type { Shipment } from './work'

type Code = Schemas['FulfillmentTrackingIn']['code']
const codes: Code[] = ['in_transit', 'out_for_delivery', 'delivered', 'exception', 'lost', 'returned_to_sender']

/** What is heard of a shipment that has left, noted by hand. */
export function OnItsWay({ shipment }: { shipment: Shipment }) {
  const { t } = useWords()
  const may = useMay()
  const [asking, ask] = useState(false)
  const arrives = shipment.status !== 'delivered' && may('shipment.deliver')
  const arrived = useAct({ request: () => command('/v1/shipments/{id}/deliver', [shipment.id], {}), says: () => t('desk/noted'), failed: t('desk/notNoted') })
  if (!shipment.shipped_at) return null
  return (
    <Group gap="sm">
      {arrives && (
        <Button size="md" variant="default" onClick={() => arrived.mutate()} loading={arrived.isPending}>
          {t('desk/arrived')}
        </Button>
      )}
      {may('shipment.track') && (
        <Button size="md" variant="default" onClick={() => ask(true)}>
          {t('desk/carrierSays')}
        </Button>
      )}
      {asking && (
        <RecordForm
          title={t('desk/carrierSays')}
          lead={t('desk/carrierSaysText', { number: shipment.number })}
          inputs={[
            { name: 'code', label: t('desk/news'), kind: 'choice', needed: true, options: codes.map((value) => ({ value, label: t(`shipment/${value}`) })) },
            { name: 'place', label: t('desk/place') },
          ]}
          submit={t('desk/note')}
          request={({ code, place }) => command('/v1/shipments/{id}/tracking', [shipment.id], { events: [{ code: code as Code, at: new Date().toISOString(), ...(place && { place: String(place) }) }] })}
          says={() => t('desk/noted')}
          close={() => ask(false)}
        />
      )}
    </Group>
  )
}
