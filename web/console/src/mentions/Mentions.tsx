import { Anchor, Button, Group, Skeleton, Text, Title } from '@mantine/core'
import { useDocumentTitle } from '@mantine/hooks'
import { Link } from '@tanstack/react-router'
import { useWords } from '../language'
import { NoteBody } from '../order/NoteText'
import order from '../order/order.module.css'
import type { Note } from '../order/useNotes'
import { Card } from '../part/Card'
import { Moment } from '../part/Moment'
import { Failure, NothingYet } from '../part/Screen'
import classes from './Mentions.module.css'
import { useMentions } from './useMentions'

/** The notes on orders that mention the reader, newest first. */
export default function Mentions() {
  const { t } = useWords()
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useMentions()
  useDocumentTitle(`${t('mentions/title')} · ${t('console/title')}`)
  const notes = data?.pages.flatMap((p) => p.items)
  if (error && !data) return <Failure error={error} retry={() => void refetch()} />
  return (
    <div className={order.page}>
      <Title mb="md">{t('mentions/title')}</Title>
      {!notes ? (
        <Skeleton height={120} radius={10} role="status" aria-label={t('state/loading')} />
      ) : notes.length === 0 ? (
        <NothingYet title={t('mentions/noneTitle')} text={t('mentions/noneText')} />
      ) : (
        <Card title={t('mentions/lead')}>
          <ul className={classes.list}>
            {notes.map((note) => (
              <Mention key={note.id} note={note} />
            ))}
          </ul>
          {hasNextPage && (
            <Button variant="default" size="compact-sm" mt="sm" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
              {t('order/earlier')}
            </Button>
          )}
        </Card>
      )}
    </div>
  )
}

function Mention({ note }: { note: Note }) {
  const { t } = useWords()
  return (
    <li>
      <Group gap="xs" justify="space-between" wrap="nowrap" align="start">
        <Group gap="xs">
          <Anchor fw={560} renderRoot={(props) => <Link {...props} to="/orders/$id" params={{ id: note.order_id }} />}>
            {note.order_number ?? t('order/draftTitle')}
          </Anchor>
          <Text size="sm" c="dimmed">
            {t('order/actor', { actor: note.author_name || note.author })}
          </Text>
        </Group>
        <Text size="xs" c="dimmed" className={order.when}>
          <Moment at={note.created_at} />
        </Text>
      </Group>
      <blockquote className={order.note} dir="auto">
        <NoteBody note={note} />
      </blockquote>
    </li>
  )
}
