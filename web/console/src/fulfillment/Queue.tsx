import { Button, Checkbox, Group, Select, Skeleton, Text, Title } from '@mantine/core'
import { IconCircleCheck, IconFlame, IconPrinter } from '@tabler/icons-react'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { Schemas } from '../api/client'
import { useWords } from '../language'
import { counted, shownCount } from '../part/format'
import { Moment } from '../part/Moment'
import { Blank, Failure, NothingYet } from '../part/Screen'
import { Status } from '../part/Status'
import classes from './desk.module.css'
import { mostPrinted, pickList } from './papers'
import { match } from './scan'
import { ScanField, type Verdict } from './ScanField'
import type { useQueue } from './useWork'
import { goods, left, owed, type Work } from './work'

type Location = Schemas['Location']
type Props = {
  locations: Location[]
  location?: Location
  move: (to: string) => void
  queue: ReturnType<typeof useQueue>
  open?: string // the work beside it
  known: boolean // whether the locations are
}

/** What a location has to do, whose turn it is first. */
export function Queue({ locations, location, move, queue, open, known }: Props) {
  const { t, locale } = useWords()
  const go = useNavigate()
  const { works } = queue
  const [chosen, choose] = useState<ReadonlySet<string>>(new Set())
  const some = works.filter((w) => chosen.has(w.id))
  const printed = (some.length > 0 ? some : works).slice(0, mostPrinted).map((w) => w.id)

  function select(id: string) {
    const next = new Set(chosen)
    if (!next.delete(id)) next.add(id)
    choose(next)
  }

  /** A code opens work: the number of its order, or the first that goods are wanted for. */
  function scanned(code: string): Verdict {
    const work = works.find((w) => w.order_number.toUpperCase() === code.toUpperCase()) ?? works.find((w) => match(code, goods(w, (l) => owed(l) - l.shipped)).is === 'right')
    if (!work) return { right: false, text: t('desk/notHere', { code }) }
    void go({ to: '/fulfillment/$id', params: { id: work.id } })
    return { right: true, text: work.order_number }
  }

  return (
    <section className={classes.queue} aria-label={t('desk/queue')}>
      <Group justify="space-between" wrap="nowrap" gap="sm" mb="sm">
        <Title>{t('nav/desk')}</Title>
        <Text c="dimmed">{location && queue.data && t('desk/waiting', { count: queue.count.count, replace: { count: shownCount(queue.count, locale) } })}</Text>
      </Group>
      <Select
        size="md"
        aria-label={t('desk/location')}
        data={locations.map((l) => ({ value: l.id, label: l.name }))}
        value={location?.id ?? null}
        onChange={(to) => to && move(to)}
        searchable={locations.length > 8}
        comboboxProps={{ transitionProps: { duration: 80 } }}
        mb="sm"
      />
      {!open && location && <ScanField label={t('desk/scanQueue')} scanned={scanned} />}
      {queue.error && !queue.data ? (
        <Failure error={queue.error} retry={() => void queue.refetch()} />
      ) : known && !location ? (
        <NothingYet title={t('desk/noLocationTitle')} text={t('desk/noLocationText')} />
      ) : !queue.data ? (
        <div role="status" aria-label={t('state/loading')}>
          {Array.from({ length: 5 }, (_, i) => (
            <Skeleton key={i} height={64} mb="sm" radius={10} />
          ))}
        </div>
      ) : works.length === 0 ? (
        <Blank icon={<IconCircleCheck size={36} stroke={1.3} />} title={t('desk/emptyTitle')} order={2}>
          {t('desk/emptyText')}
        </Blank>
      ) : (
        <>
          <Button component="a" href={pickList(printed)} target="_blank" size="sm" variant="default" fullWidth mb="sm" leftSection={<IconPrinter size={16} stroke={1.6} />}>
            {t('desk/pickList', counted(printed.length, locale))}
          </Button>
          <ol className={classes.works}>
            {works.map((work) => (
              <Row key={work.id} work={work} open={work.id === open} chosen={chosen.has(work.id)} select={() => select(work.id)} />
            ))}
          </ol>
          {queue.hasNextPage && (
            <Button variant="subtle" loading={queue.isFetchingNextPage} onClick={() => void queue.fetchNextPage()}>
              {t('record/more')}
            </Button>
          )}
        </>
      )}
    </section>
  )
}

function Row({ work, open, chosen, select }: { work: Work; open: boolean; chosen: boolean; select: () => void }) {
  const { t, locale } = useWords()
  const units = work.lines.reduce((q, l) => q + owed(l) - l.shipped, 0)
  return (
    <li className={classes.work} data-open={open || undefined}>
      <Checkbox size="md" checked={chosen} onChange={select} aria-label={t('desk/select', { number: work.order_number })} />
      <Link to="/fulfillment/$id" params={{ id: work.id }} className={classes.workLink} aria-current={open || undefined}>
        <span className={classes.workHead}>
          <bdi className={classes.workNumber}>{work.order_number}</bdi>
          <Status of="fulfillment" is={work.status} plain />
        </span>
        <span className={classes.workFacts}>
          {work.priority ? (
            <span className={classes.priority}>
              <IconFlame size={14} aria-hidden /> {t('desk/priority', { priority: work.priority })}
            </span>
          ) : null}
          <span>{t('desk/lines', { count: work.lines.filter((l) => owed(l) > l.shipped).length })}</span>
          <span>{t('desk/units', { count: units, replace: { count: units.toLocaleString(locale) } })}</span>
          {left(work, 'pick') === 0 && <span>{t('desk/allPicked')}</span>}
          <Moment at={work.released_at ?? work.created_at} />
        </span>
      </Link>
    </li>
  )
}
