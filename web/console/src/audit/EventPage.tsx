import { Anchor, Stack, Table, Text } from '@mantine/core'
import { Link, useParams } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { withValues } from '../filter/filter'
import { useWords } from '../language'
import { useName } from '../order/useName'
import { Card } from '../part/Card'
import { Copyable } from '../part/Copyable'
import { exact } from '../part/format'
import { Failure, Missing } from '../part/Screen'
import { Columns, Facts, RecordPage } from '../record/RecordPage'
import { useRecords } from '../record/useRecords'
import { Type } from './AuditLog'
import { changesOf, type Entry, written } from './changes'
import classes from './audit.module.css'

const most = 200 // earlier events of a subject in which values before are looked for

/** An event: what it changed from what to what, who did it, and its place in the chain. */
export default function EventPage() {
  const { t } = useWords()
  const { id } = useParams({ from: '/frame/audit/$id' })
  const found = useRecords('/v1/events', [], { query: { filter: `id:${id}` } })
  const e = found.items[0]
  if (found.data && !e) return <Missing />
  return (
    <RecordPage title={e && t(`event/${e.type}` as 'event/order.placed', { defaultValue: e.type })} up={{ to: '/audit', says: t('nav/audit') }} error={found.error} retry={() => void found.refetch()}>
      {e && (
        <Columns aside={<About event={e} />}>
          <Changed event={e} />
        </Columns>
      )}
    </RecordPage>
  )
}

function Changed({ event: e }: { event: Entry }) {
  const { t } = useWords()
  const earlier = useRecords('/v1/events', [], { query: { filter: `${withValues('', 'subject', [e.subject])} time<=${e.at}`, limit: most }, enabled: e.sequence > 1 })
  if (earlier.error) return <Failure error={earlier.error} retry={() => void earlier.refetch()} />
  const changes = changesOf(e, earlier.items.filter((b) => b.sequence < e.sequence))
  return (
    <Card title={t('audit/changes')}>
      {changes.length === 0 ? (
        <Text c="dimmed">{t('audit/nothing')}</Text>
      ) : (
        <Table.ScrollContainer minWidth={0}>
          <Table aria-label={t('audit/changes')} className={classes.changes}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('audit/field')}</Table.Th>
                {e.sequence > 1 && <Table.Th>{t('audit/was')}</Table.Th>}
                <Table.Th>{t('audit/is')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {changes.map((c) => (
                <Table.Tr key={c.path}>
                  <Table.Td>
                    <bdi>{c.path}</bdi>
                  </Table.Td>
                  {e.sequence > 1 && <Table.Td c="dimmed">{c.was === undefined ? t('audit/untold') : <bdi>{written(c.was)}</bdi>}</Table.Td>}
                  <Table.Td>
                    <bdi>{written(c.is)}</bdi>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      <Text size="xs" c="dimmed" mt="sm">
        {t('audit/units')}
      </Text>
    </Card>
  )
}

function About({ event: e }: { event: Entry }) {
  const { t, locale } = useWords()
  const actor = useName(e.actor)
  return (
    <Card title={t('audit/about')}>
      <Stack gap="md">
        <Facts
          of={[
            [t('audit/when'), exact(new Date(e.at), locale)],
            [t('audit/actor'), <More key="a" filter={withValues('', 'actor', [e.actor])} says={actor} />],
            [t('audit/type'), <More key="t" filter={withValues('', 'type', [e.type])} says={<Type of={e.type} />} />],
            [t('audit/subject'), <More key="s" filter={withValues('', 'subject', [e.subject])} says={e.subject} />],
            [t('audit/sequence'), e.sequence.toLocaleString(locale)],
            [t('audit/command'), <More key="c" filter={`${withValues('', 'command', [e.command])} time:${e.at}`} says={e.command} />],
            [t('audit/record'), e.subject.startsWith('ord_') && <Anchor key="o" size="sm" renderRoot={(props) => <Link {...props} to="/orders/$id" params={{ id: e.subject }} />} children={t('audit/order')} />],
            [t('audit/position'), e.position ? e.position.toLocaleString(locale) : t('order/unsealed')],
            [t('audit/hash'), e.hash && <Copyable key="h" text={e.hash} />],
            [t('audit/id'), <Copyable key="i" text={e.id} />],
          ]}
        />
      </Stack>
    </Card>
  )
}

/** Leads to the events that have this in common. */
function More({ filter, says }: { filter: string; says: ReactNode }) {
  return (
    <Anchor size="sm" renderRoot={(props) => <Link {...props} to="/audit" search={{ filter }} />}>
      <bdi>{says}</bdi>
    </Anchor>
  )
}
