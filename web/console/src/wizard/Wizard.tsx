import { Skeleton, Title } from '@mantine/core'
import { useDocumentTitle } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { Navigate, useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { usePreference } from '../api/preferences'
import { useWords } from '../language'
import { Blank, Failure } from '../part/Screen'
import { IconBuildingStore } from '@tabler/icons-react'
import { Desk } from './Desk'
import { useChannels } from './facts'
import { readDraft } from './useDraft'
import classes from './wizard.module.css'
import { workOf } from './work'

const usualChannel = 'order.channel' // preference: in which new orders are counted

/** A new order, or a draft that somebody goes on with: all steps on one page. */
export default function Wizard() {
  const { t } = useWords()
  const go = useNavigate({ from: '/orders/new' })
  const { draft: id, customer } = useSearch({ from: '/frame/orders/new' })
  const [place, setPlace] = useState({ id, count: 0 }) // a draft that was made here goes on; another address is another order
  const [own] = useState<{ id?: string }>({})
  if (id !== place.id) {
    const same = id !== undefined && id === own.id
    if (!same) own.id = undefined
    setPlace({ id, count: place.count + Number(!same) })
  }
  useDocumentTitle(`${t('nav/newOrder')} · ${t('console/title')}`)

  const channels = useChannels()
  const usual = usePreference(usualChannel)
  const draft = useQuery({ queryKey: ['wizard', 'draft', place.count, id], enabled: id !== undefined && id !== own.id, gcTime: 0, staleTime: Infinity, queryFn: ({ signal }) => readDraft(id!, signal) })
  const error = channels.error ?? draft.error
  if (error) return <Failure error={error} retry={() => void (channels.error ? channels : draft).refetch()} />
  if (!channels.data || !usual.ready || (id && id !== own.id && !draft.data)) return <Loading />
  if (channels.data.length === 0)
    return (
      <Blank icon={<IconBuildingStore size={36} stroke={1.3} />} title={t('wizard/noChannel')}>
        {t('wizard/noChannelText')}
      </Blank>
    )
  if (draft.data && !draft.data.agreement) return <Navigate to="/orders/$id" params={{ id: draft.data.id }} replace />
  return (
    <div className={classes.page}>
      <Title mb="md">{t('nav/newOrder')}</Title>
      <Desk
        key={place.count}
        channels={channels.data}
        keepChannel={(id) => usual.set(() => id)}
        start={draft.data ? workOf(draft.data) : { agreement: { channel_id: (channels.data.find((c) => c.id === usual.value) ?? channels.data[0]!).id, source_kind: 'phone' }, lines: [] }}
        draft={draft.data}
        customer={customer}
        made={(made) => {
          own.id = made
          void go({ search: { draft: made }, replace: true })
        }}
      />
    </div>
  )
}

function Loading() {
  const { t } = useWords()
  return (
    <div className={classes.page} role="status" aria-label={t('state/loading')}>
      <Skeleton height={28} width="30%" mb="md" />
      <div className={classes.columns}>
        <div className={classes.column}>
          <Skeleton height={120} radius={10} />
          <Skeleton height={220} radius={10} />
        </div>
        <div className={classes.column}>
          <Skeleton height={260} radius={10} />
        </div>
      </div>
    </div>
  )
}
