import { Alert, Button, Group, Modal, Progress, Skeleton, Stack, Text, Title } from '@mantine/core'
import { useDocumentTitle } from '@mantine/hooks'
import { IconDownload } from '@tabler/icons-react'
import { Link, useNavigate, useParams, useRouter } from '@tanstack/react-router'
import { useState } from 'react'
import { useKeys } from '../frame/useKeys'
import { useWords } from '../language'
import { counted } from '../part/format'
import { Moment } from '../part/Moment'
import part from '../part/part.module.css'
import { Failure } from '../part/Screen'
import { useDownload } from '../part/useDownload'
import classes from './bulk.module.css'
import { Refused } from './Refused'
import { State, titleOf } from './Title'
import { type Bulk, type Step, useBulk, useStep } from './useBulk'

/** A command on many orders: how far it is, what came of it, and what can be done about that. */
export default function BulkPage() {
  const { t } = useWords()
  const { id } = useParams({ from: '/frame/bulks/$id' })
  const go = useNavigate()
  const router = useRouter()
  const { data: bulk, error, refetch } = useBulk(id)
  useDocumentTitle(`${t('bulk/title')} · ${t('console/title')}`)
  useKeys({
    u: () => (router.history.canGoBack() ? router.history.back() : void go({ to: '/orders' })),
  })
  if (error && !bulk) return <Failure error={error} retry={() => void refetch()} />
  if (!bulk)
    return (
      <div className={classes.page} role="status" aria-label={t('state/loading')}>
        <Skeleton height={28} width="40%" mb="md" />
        <Skeleton height={120} radius={10} />
      </div>
    )
  return (
    <article className={classes.page} key={id}>
      <Stack gap="lg">
        <Head bulk={bulk} />
        <How bulk={bulk} />
        <Refused bulk={bulk} />
      </Stack>
    </article>
  )
}

function Head({ bulk }: { bulk: Bulk }) {
  const say = useWords()
  const { t } = say
  const title = titleOf(bulk, say)
  return (
    <header>
      <Group gap="sm">
        <Title>{title}</Title>
        <State of={bulk.state} />
      </Group>
      <Text c="dimmed" size="sm" mt={4} component="div">
        {t('bulk/begun')} <Moment at={bulk.created_at} />
        {bulk.filter && (
          <>
            {' · '}
            <Link to="/orders" search={{ filter: bulk.filter }}>
              <bdi>{bulk.filter}</bdi>
            </Link>
          </>
        )}
        {(bulk.retry_of ?? bulk.undo_of) && (
          <>
            {' · '}
            <Link to="/bulks/$id" params={{ id: (bulk.retry_of ?? bulk.undo_of)! }}>
              {t(bulk.retry_of ? 'bulk/retryOf' : 'bulk/undoOf')}
            </Link>
          </>
        )}
      </Text>
    </header>
  )
}

/** How far it is, and the steps that are open. */
function How({ bulk }: { bulk: Bulk }) {
  const { t, locale } = useWords()
  const go = useNavigate()
  const step = useStep(bulk, (answer) => {
    if (answer.id !== bulk.id) void go({ to: '/bulks/$id', params: { id: answer.id } })
  })
  const file = useDownload()
  const [asking, setAsking] = useState(false)
  const open = (s: Step) => bulk.actions?.some((a) => a.name === `bulk.${s}` && a.allowed)
  const steps = (['stop', 'resume', 'retry', 'undo'] as const).filter(open)
  const share = (n: number) => (100 * n) / bulk.total
  return (
    <section className={classes.card} aria-label={t('bulk/progress')}>
      <Progress.Root size={10} aria-label={t('bulk/progress')}>
        <Progress.Section value={share(bulk.succeeded)} color="var(--ordo-green)" aria-label={t('bulk/succeeded', counted(bulk.succeeded, locale))} />
        <Progress.Section value={share(bulk.refused)} color="var(--ordo-red)" aria-label={t('bulk/refused', counted(bulk.refused, locale))} />
      </Progress.Root>
      <Group justify="space-between" mt="sm" gap="sm">
        <Text role="status" className={classes.figure}>
          {t('bulk/done', { done: bulk.done.toLocaleString(locale), total: bulk.total.toLocaleString(locale) })} · {t('bulk/succeeded', counted(bulk.succeeded, locale))} · {t('bulk/refused', counted(bulk.refused, locale))}
        </Text>
        <Group gap="sm">
          {steps.map((s, i) => (
            <Button key={s} variant={i === 0 && s !== 'undo' ? 'filled' : 'default'} loading={step.isPending && step.variables === s} onClick={() => (s === 'undo' ? setAsking(true) : step.mutate(s))}>
              {t(`bulk/${s}`)}
            </Button>
          ))}
          <Button variant="default" leftSection={<IconDownload size={15} />} loading={file.isPending} disabled={bulk.done === 0} onClick={() => file.mutate(`/v1/bulks/${bulk.id}/rows.csv`)}>
            {t('bulk/file')}
          </Button>
        </Group>
      </Group>
      {step.error && (
        <Alert role="alert" mt="sm" className={part.refusal} title={t('bulk/failed')}>
          {step.error.message}
        </Alert>
      )}
      <Modal opened={asking} onClose={() => setAsking(false)} title={t('bulk/undoTitle')} closeButtonProps={{ 'aria-label': t('keys/close') }}>
        <Stack>
          <Text>{t('bulk/undoText', counted(bulk.succeeded, locale))}</Text>
          <Group justify="end" gap="sm">
            <Button variant="default" onClick={() => setAsking(false)}>
              {t('input/dismiss')}
            </Button>
            <Button
              data-autofocus
              onClick={() => {
                setAsking(false)
                step.mutate('undo')
              }}
            >
              {t('bulk/undo')}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </section>
  )
}
