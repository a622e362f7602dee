import { Button, Group, SegmentedControl, Skeleton, Text, Title } from '@mantine/core'
import { IconChevronLeft, IconCloudUpload } from '@tabler/icons-react'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { Schemas } from '../api/client'
import { useMay } from '../api/me'
import { useWords } from '../language'
import { Along } from '../part/Along'
import { counted } from '../part/format'
import { Failure } from '../part/Screen'
import { Status } from '../part/Status'
import classes from './desk.module.css'
import { Bar } from './Bar'
import { Done } from './Done'
import { More } from './More'
import { Pack } from './Pack'
import { Pick } from './Pick'
import { Ship } from './Ship'
import { useOutbox } from './useOutbox'
import { useWork } from './useWork'
import { left, nextStep, type Step, steps, withScans, type Work } from './work'

type Props = { id: string; next?: string; locations: Schemas['Location'][] }

/** One piece of work: its steps, one at a time. What was scanned counts at once, whether the server heard of it or not. */
export function Task({ id, next, locations }: Props) {
  const { t } = useWords()
  const { data, error, refetch } = useWork(id)
  if (error && !data) return <Failure error={error} retry={() => void refetch()} />
  if (!data)
    return (
      <div role="status" aria-label={t('state/loading')}>
        <Skeleton height={28} width="50%" mb="md" />
        <Skeleton height={48} mb="md" />
        <Skeleton height={180} radius={10} />
      </div>
    )
  return <Loaded work={data} next={next} locations={locations} />
}

function Loaded({ work: read, next, locations }: { work: Work; next?: string; locations: Props['locations'] }) {
  const { t, locale } = useWords()
  const may = useMay()
  const go = useNavigate()
  const { scans, stuck, add } = useOutbox()
  const [passed, setPassed] = useState<ReadonlySet<string>>(new Set())
  const [chosen, choose] = useState<Step>()
  const work = withScans(read, scans)
  const waiting = scans.filter((s) => s.work === work.id).length
  const step = chosen && left(work, chosen) > 0 ? chosen : nextStep(work, passed)
  const location = locations.find((l) => l.id === work.location_id)
  const forward = next ? () => void go({ to: '/fulfillment/$id', params: { id: next } }) : undefined
  return (
    <article className={classes.one}>
      <Link to="/fulfillment" className={classes.back}>
        <Along icon={IconChevronLeft} size={16} /> {t('nav/desk')}
      </Link>
      <Group justify="space-between" wrap="nowrap" gap="sm" mih={36}>
        <Group gap="sm">
          <Title>{may('order.get') ? <Link to="/orders/$id" params={{ id: work.order_id }} className={classes.order}><bdi>{work.order_number}</bdi></Link> : <bdi>{work.order_number}</bdi>}</Title>
          <Status of="fulfillment" is={work.status} />
        </Group>
        <More work={work} location={location} locations={locations} />
      </Group>
      {stuck && scans.length > 0 && (
        <div role="status" className={classes.stuck}>
          <IconCloudUpload size={20} />
          <span>{t('desk/stuck', counted(scans.length, locale))}</span>
        </div>
      )}
      {step && (
        <SegmentedControl
          fullWidth
          size="md"
          className={classes.steps}
          aria-label={t('desk/steps')}
          value={step}
          onChange={(to) => {
            setPassed(new Set())
            choose(to as Step)
          }}
          data={steps.map((s) => ({ value: s, label: label(s), disabled: left(work, s) === 0 }))}
        />
      )}
      {step === 'pick' && <Pick work={work} passed={passed} pass={(line) => setPassed((now) => new Set(now).add(line))} add={add} location={location} />}
      {step === 'pack' && <Pack work={work} waiting={waiting > 0} picked={() => choose(undefined)} />}
      {step === 'ship' && <Ship work={work} />}
      {!step && (work.status === 'planned' ? <Text my="lg">{t('desk/planned')}</Text> : <Done work={work} passed={passed} again={() => setPassed(new Set())} />)}
      {!step && (
        <Bar>
          {forward ? (
            <Button size="lg" fz="lg" onClick={forward} autoFocus>
              {t('desk/next')}
            </Button>
          ) : (
            <Button size="lg" fz="lg" component={Link} to="/fulfillment" autoFocus>
              {t('desk/back')}
            </Button>
          )}
        </Bar>
      )}
    </article>
  )

  function label(s: Step): string {
    const count = left(work, s)
    return count > 0 ? `${t(`desk/${s}`)} ${count.toLocaleString(locale)}` : t(`desk/${s}`)
  }
}
