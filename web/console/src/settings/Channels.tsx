import { Button } from '@mantine/core'
import { useState } from 'react'
import { useMay } from '../api/me'
import { useWords } from '../language'
import { type Column, RecordList } from '../record/RecordList'
import { Active } from './Active'
import { type Channel, ChannelForm, kinds } from './ChannelForm'

/** Where orders come from. */
export default function Channels() {
  const { t } = useWords()
  const may = useMay()
  const [adding, add] = useState(false)
  const columns: Column<Channel>[] = [
    { id: 'name', label: t('people/name'), sort: 'name', show: (c) => <bdi>{c.name}</bdi> },
    { id: 'code', label: t('settings/code'), sort: 'code', show: (c) => <bdi>{c.code}</bdi> },
    { id: 'kind', label: t('settings/kind'), narrow: true, show: (c) => t(`channelKind/${c.kind}`) },
    { id: 'currency', label: t('settings/currency'), show: (c) => c.currency },
    { id: 'pattern', label: t('settings/pattern'), show: (c) => <bdi dir="ltr">{c.number_pattern}</bdi> },
    { id: 'state', label: t('people/state'), narrow: true, show: (c) => <Active is={c.active} /> },
  ]
  return (
    <>
      <RecordList
        path="/v1/channels"
        subjects={['channel']}
        title={t('settings/channels')}
        columns={columns}
        to={({ id }) => ({ to: '/settings/channels/$id', params: { id } })}
        fields={[{ name: 'kind', label: t('settings/kind'), kind: 'choice', values: kinds.map((value) => ({ value, label: t(`channelKind/${value}`) })) }]}
        actions={may('channel.create') && <Button onClick={() => add(true)}>{t('settings/addChannel')}</Button>}
        empty={{ title: t('settings/noChannels'), text: t('settings/noChannelsText') }}
      />
      {adding && <ChannelForm close={() => add(false)} />}
    </>
  )
}
