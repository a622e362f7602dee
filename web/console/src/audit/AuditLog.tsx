import { Anchor, Button } from '@mantine/core'
import { IconRefresh, IconShieldCheck } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { Link, useSearch } from '@tanstack/react-router'
import { useCallback, useState } from 'react'
import { useHappenings } from '../api/live'
import { useMay } from '../api/me'
import { withValues } from '../filter/filter'
import { useWords } from '../language'
import { Moment } from '../part/Moment'
import { type Column, RecordList } from '../record/RecordList'
import type { ListSearch } from '../record/search'
import { useName } from '../order/useName'
import type { Entry } from './changes'

const access = ['user.created', 'user.invited', 'user.updated', 'user.password_set', 'role.created', 'role.updated', 'key.created', 'key.revoked']
const setup = ['setting.updated', 'channel.created', 'channel.updated', 'location.created', 'location.updated', 'tax_rate.set', 'webhook.created', 'webhook.updated']

/** All that happened in the workspace, the last first: who did what to what, and when. */
export default function AuditLog() {
  const { t, locale } = useWords()
  const may = useMay()
  const columns: Column<Entry>[] = [
    { id: 'type', label: t('audit/type'), show: (e) => <Type of={e.type} /> },
    { id: 'actor', label: t('audit/actor'), narrow: true, show: (e) => <Only field="actor" value={e.actor} /> },
    { id: 'subject', label: t('audit/subject'), narrow: true, show: (e) => <Only field="subject" value={e.subject} /> },
    { id: 'position', label: t('audit/position'), end: true, show: (e) => (e.position ? e.position.toLocaleString(locale) : '…') },
    { id: 'at', label: t('audit/when'), end: true, narrow: true, sort: 'time', show: (e) => <Moment at={e.at} /> },
  ]
  return (
    <RecordList
      path="/v1/events"
      subjects={[]}
      title={t('nav/audit')}
      columns={columns}
      to={({ id }) => ({ to: '/audit/$id', params: { id } })}
      tabs={[
        { label: t('audit/all'), filter: '' },
        { label: t('audit/access'), filter: `type:${access.join(',')}` },
        { label: t('audit/setup'), filter: `type:${setup.join(',')}` },
      ]}
      fields={[
        { name: 'actor', label: t('audit/actor'), kind: 'text' },
        { name: 'subject', label: t('audit/subject'), kind: 'text' },
        { name: 'type', label: t('audit/type'), kind: 'text' },
        { name: 'time', label: t('audit/when'), kind: 'time' },
      ]}
      hint={t('audit/hint')}
      actions={
        <>
          <Newer />
          {may('event.verify') && (
            <Button variant="default" leftSection={<IconShieldCheck size={16} stroke={1.6} />} renderRoot={(props) => <Link {...props} to="/audit/verification" />}>
              {t('audit/verify')}
            </Button>
          )}
        </>
      }
      empty={{ title: t('audit/noneTitle'), text: t('audit/noneText') }}
    />
  )
}

/** Type of an event in words, where there are any, and as it is filtered by. */
export function Type({ of }: { of: string }) {
  const { t } = useWords()
  return <bdi>{t(`event/${of}` as 'event/order.placed', { defaultValue: of })}</bdi>
}

/** A value that leads to the events that have it too. */
function Only({ field, value }: { field: 'actor' | 'subject'; value: string }) {
  const { t } = useWords()
  const { filter = '' }: ListSearch = useSearch({ strict: false })
  const name = useName(field === 'actor' ? value : '')
  if (!value) return null
  return (
    <Anchor size="sm" c="inherit" title={t('audit/only', { value })} renderRoot={(props) => <Link {...props} to="/audit" search={{ filter: withValues(filter, field, [value]) }} />}>
      <bdi>{name || value}</bdi>
    </Anchor>
  )
}

/** What happened since the list was read comes by a press: a log that moves can't be read. */
function Newer() {
  const { t, locale } = useWords()
  const client = useQueryClient()
  const [count, setCount] = useState(0)
  useHappenings(useCallback(() => setCount((n) => n + 1), []))
  if (count === 0) return null
  const show = () => {
    setCount(0)
    void client.invalidateQueries({ queryKey: ['record', '/v1/events'] })
  }
  return (
    <Button variant="light" leftSection={<IconRefresh size={16} stroke={1.6} />} onClick={show}>
      {t('audit/newer', { count, replace: { count: count.toLocaleString(locale) } })}
    </Button>
  )
}
