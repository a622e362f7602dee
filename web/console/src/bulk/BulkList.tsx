import { Button, Progress, Skeleton, Text, Title } from '@mantine/core'
import { useDocumentTitle } from '@mantine/hooks'
import { Link } from '@tanstack/react-router'
import { useWords } from '../language'
import { counted } from '../part/format'
import { Moment } from '../part/Moment'
import { Failure, NothingYet } from '../part/Screen'
import classes from './bulk.module.css'
import { State, useTitle } from './Title'
import { type Bulk, useBulks } from './useBulk'

/** All commands on many orders that the reader may see, the last first. */
export default function BulkList() {
  const { t } = useWords()
  const found = useBulks()
  const all = found.data?.pages.flatMap((p) => p.items) ?? []
  useDocumentTitle(`${t('nav/bulks')} · ${t('console/title')}`)
  if (found.error && !found.data) return <Failure error={found.error} retry={() => void found.refetch()} />
  return (
    <div className={classes.page}>
      <Title mb="md">{t('nav/bulks')}</Title>
      {found.isPending ? (
        <Skeleton height={160} radius={10} role="status" aria-label={t('state/loading')} />
      ) : all.length === 0 ? (
        <NothingYet title={t('bulk/noneTitle')} text={t('bulk/noneText')} />
      ) : (
        <ul className={classes.list}>
          {all.map((bulk) => (
            <Entry key={bulk.id} bulk={bulk} />
          ))}
        </ul>
      )}
      {found.hasNextPage && (
        <Button variant="subtle" mt="sm" loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
          {t('bulk/more')}
        </Button>
      )}
    </div>
  )
}

function Entry({ bulk }: { bulk: Bulk }) {
  const { t, locale } = useWords()
  const title = useTitle(bulk)
  return (
    <li>
      <Link to="/bulks/$id" params={{ id: bulk.id }} className={classes.link}>
        {title}
      </Link>
      <State of={bulk.state} />
      <Progress.Root size={6} aria-label={t('bulk/progress')}>
        <Progress.Section value={(100 * bulk.succeeded) / bulk.total} color="var(--ordo-green)" aria-label={t('bulk/succeeded', counted(bulk.succeeded, locale))} />
        <Progress.Section value={(100 * bulk.refused) / bulk.total} color="var(--ordo-red)" aria-label={t('bulk/refused', counted(bulk.refused, locale))} />
      </Progress.Root>
      <Text size="sm" c="dimmed" component="div">
        <Moment at={bulk.created_at} />
      </Text>
    </li>
  )
}
