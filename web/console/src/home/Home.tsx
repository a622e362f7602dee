import { Button, Skeleton, Text, Title } from '@mantine/core'
import { useDocumentTitle } from '@mantine/hooks'
import { IconCircleCheck } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { Problem } from '../api/problem'
import { useWords } from '../language'
import { shownCount } from '../part/format'
import { Moment } from '../part/Moment'
import { Money } from '../part/Money'
import { Blank } from '../part/Screen'
import classes from './Home.module.css'
import { useWaits } from './useWaits'
import type { Waiting } from './waits'

type Seen = NonNullable<ReturnType<typeof useWaits>>[number]

/** What waits for somebody: how much, since when, and the oldest of it. */
export default function Home() {
  const { t } = useWords()
  const waits = useWaits()
  useDocumentTitle(`${t('home/title')} · ${t('console/title')}`)
  const quiet = waits?.filter((w) => w.data?.count.count === 0) ?? []
  const loud = waits?.filter((w) => !quiet.includes(w)) ?? []
  return (
    <div className={classes.page}>
      <Title>{t('home/title')}</Title>
      <Text c="dimmed" mb="lg">
        {t('home/lead')}
      </Text>
      {!waits ? (
        <Skeleton height={320} radius={10} role="status" aria-label={t('state/loading')} />
      ) : waits.length === 0 ? (
        <Text>{t('home/nothingToSee')}</Text>
      ) : loud.length === 0 ? (
        <Blank icon={<IconCircleCheck size={36} stroke={1.3} />} title={t('home/doneTitle')} order={2}>
          {t('home/doneText')}
        </Blank>
      ) : (
        <ul className={classes.list}>
          {loud.map((seen) => (
            <Waits key={seen.wait.name} seen={seen} />
          ))}
        </ul>
      )}
      {quiet.length > 0 && (
        <Text size="sm" c="dimmed" mt="lg">
          {t('home/quiet', { what: quiet.map((w) => t(`wait/${w.wait.name}`)).join(' · ') })}
        </Text>
      )}
    </div>
  )
}

function Label({ of }: { of: Waiting['label'] }) {
  return typeof of === 'string' ? <bdi>{of}</bdi> : <Money of={of} />
}

function Waits({ seen: { wait, data, error, refetch } }: { seen: Seen }) {
  const { t, locale } = useWords()
  const name = t(`wait/${wait.name}`)
  return (
    <li className={classes.row}>
      <span className={classes.count}>{data ? shownCount(data.count, locale) : error ? '–' : <Skeleton height={20} width={32} />}</span>
      <div className={classes.what}>
        {wait.to ? (
          <Link to={wait.to} search={wait.filter ? { filter: wait.filter } : {}} className={classes.name}>
            {name}
          </Link>
        ) : (
          <span className={classes.name}>{name}</span>
        )}
        <Text size="sm" c="dimmed">
          {error ? (error instanceof Problem ? error.message : t('state/unreachable')) : t(`waitLead/${wait.name}`)}
        </Text>
      </div>
      {error && (
        <Button variant="default" size="compact-sm" onClick={() => void refetch()}>
          {t('state/retry')}
        </Button>
      )}
      <ul className={classes.oldest} aria-label={t('home/oldest')}>
        {data?.oldest.map((w) => (
          <li key={w.id}>
            {w.to && w.page ? (
              <Link to={w.to} params={{ id: w.page }} className={classes.item}>
                <Label of={w.label} />
              </Link>
            ) : (
              <span className={classes.item}>
                <Label of={w.label} />
              </span>
            )}{' '}
            <Text span size="sm" c="dimmed">
              <Moment at={w.since} />
            </Text>
          </li>
        ))}
      </ul>
    </li>
  )
}
