import { Button } from '@mantine/core'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useMay } from '../api/me'
import { useWords } from '../language'
import { Card } from '../part/Card'
import { Copyable } from '../part/Copyable'
import { Columns, Facts, RecordPage } from '../record/RecordPage'
import { useRecord, useRecords } from '../record/useRecords'
import { Active } from './Active'
import { ChannelForm } from './ChannelForm'
import classes from './settings.module.css'

/** A channel: what it sells from, in which currency, and the numbers that its next orders get. */
export default function ChannelPage() {
  const { t } = useWords()
  const { id } = useParams({ from: '/frame/settings/channels/$id' })
  const { data: channel, error, refetch } = useRecord('/v1/channels/{id}', ['channel'], { ids: { id } })
  const may = useMay()
  const [changing, change] = useState(false)
  const locations = useRecords('/v1/locations', ['location'], { enabled: may('location.list') }).items
  const lists = useRecords('/v1/price-lists', ['price_list'], { enabled: may('price_list.list') }).items
  const named = (of: { id: string; name: string }[], id: string) => of.find((o) => o.id === id)?.name ?? id
  const places = [...(channel?.locations ?? [])].sort((a, b) => a.rank - b.rank).map((l) => named(locations, l.location_id))
  return (
    <RecordPage
      title={channel?.name}
      up={{ to: '/settings/channels', says: t('settings/channels') }}
      status={channel && <Active is={channel.active} />}
      error={error}
      retry={() => void refetch()}
      actions={may('channel.update') && <Button onClick={() => change(true)}>{t('people/change')}</Button>}
    >
      {channel && (
        <Columns aside={<Numbers id={channel.id} />}>
          <Card title={t('people/facts')}>
            <Facts
              of={[
                [t('settings/code'), channel.code],
                [t('settings/kind'), t(`channelKind/${channel.kind}`)],
                [t('settings/currency'), channel.currency],
                [t('settings/prices'), named(lists, channel.price_list_id)],
                [t('settings/pattern'), <bdi key="p" dir="ltr" children={channel.number_pattern} />],
                [t('settings/zone'), channel.time_zone],
                [t('settings/taxCountry'), channel.tax_country],
                [t('settings/methods'), channel.payment_methods?.map((m) => t(`method/${m}`)).join(', ')],
                [t('settings/assortment'), t(`assortment/${channel.assortment}`)],
                [t('settings/locations'), places.join(', ')],
                [t('audit/id'), <Copyable key="i" text={channel.id} />],
              ]}
            />
          </Card>
        </Columns>
      )}
      {channel && changing && <ChannelForm channel={channel} close={() => change(false)} />}
    </RecordPage>
  )
}

/** What the pattern makes of the next numbers. */
function Numbers({ id }: { id: string }) {
  const { t } = useWords()
  const may = useMay()('channel.numbers')
  const { data } = useRecord('/v1/channels/{id}/numbers', ['channel', 'order'], { ids: { id }, enabled: may })
  if (!data?.numbers) return null
  return (
    <Card title={t('settings/next')}>
      <div className={classes.numbers}>
        {data.numbers.map((n) => (
          <bdi key={n}>{n}</bdi>
        ))}
      </div>
    </Card>
  )
}
