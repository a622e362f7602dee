import { Button, Group, Progress as Bar, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { IconCircleCheck, IconShieldX } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { api } from '../api/client'
import { Problem } from '../api/problem'
import { useWords } from '../language'
import { Card } from '../part/Card'
import { Copyable } from '../part/Copyable'
import { counted } from '../part/format'
import { Refusal } from '../part/Refusal'
import { Columns, Facts, RecordPage } from '../record/RecordPage'
import classes from './audit.module.css'
import { type Part, type Progress, verifyAll } from './verify'

const atOnce = 5000 // events of a part

/** Proves that nobody changed the log since it was written: the whole, or what one kept of it. */
export default function Verification() {
  const { t } = useWords()
  return (
    <RecordPage title={t('verify/title')} up={{ to: '/audit', says: t('nav/audit') }}>
      <Columns aside={<Kept />}>
        <Whole />
      </Columns>
    </RecordPage>
  )
}

async function ask(query: { after?: number; hash?: string; limit: number }): Promise<Part> {
  return (await api.GET('/v1/events/verification', { params: { query } })).data!
}

function Whole() {
  const { t, locale } = useWords()
  const [progress, setProgress] = useState<Progress>()
  const stop = useRef<AbortController>(null)
  useEffect(() => () => stop.current?.abort(), [])
  const run = useMutation({
    mutationFn: () => {
      stop.current = new AbortController()
      setProgress(undefined)
      return verifyAll((from) => ask({ ...from, limit: atOnce }), setProgress, stop.current.signal)
    },
  })
  const part = progress?.part
  const whole = part?.done && !part.fault
  return (
    <Card title={t('verify/whole')}>
      <Stack gap="md">
        <Text c="dimmed">{t('verify/lead')}</Text>
        <Group gap="sm">
          <Button onClick={() => run.mutate()} loading={run.isPending} data-autofocus>
            {t(part ? 'verify/again' : 'verify/begin')}
          </Button>
          {run.isPending && (
            <Button variant="default" onClick={() => stop.current?.abort()}>
              {t('verify/stop')}
            </Button>
          )}
        </Group>
        <Refusal error={run.error} />
        {progress && (
          <>
            <Bar value={progress.last === 0 ? 100 : (100 * progress.part.to) / progress.last} aria-label={t('verify/progress')} color={part?.fault ? 'var(--ordo-red)' : undefined} />
            <div role="status" className={classes.outcome}>
              {part?.fault ? <IconShieldX size={22} color="var(--ordo-red)" /> : whole && <IconCircleCheck size={22} color="var(--ordo-green)" />}
              <div>
                <Text fw={560}>{part?.fault ? t('verify/broken') : whole ? t('verify/fits') : t(run.isPending ? 'verify/running' : 'verify/stopped')}</Text>
                {part?.fault && <bdi>{part.fault}</bdi>}
                <Text size="sm" c="dimmed">
                  {t('verify/checked', counted(progress.checked, locale))} · {t('verify/signed', counted(progress.checkpoints, locale))}
                </Text>
                {part?.fault && <Text size="sm">{t('verify/brokenHelp')}</Text>}
              </div>
            </div>
            {whole && part.hash && (
              <>
                <Facts
                  of={[
                    [t('audit/position'), part.to.toLocaleString(locale)],
                    [t('audit/hash'), <Copyable key="h" text={part.hash} />],
                    [t('verify/key'), <Copyable key="k" text={part.public_key} />],
                  ]}
                />
                <Text size="sm" c="dimmed">
                  {t('verify/keep')}
                </Text>
              </>
            )}
          </>
        )}
      </Stack>
    </Card>
  )
}

/** Whether the log still has the hash that somebody kept elsewhere. */
function Kept() {
  const { t } = useWords()
  const form = useForm({ initialValues: { after: '', hash: '' }, validate: (v) => ({ after: /^[1-9]\d*$/.test(v.after.trim()) ? null : t('input/needed'), hash: v.hash.trim() ? null : t('input/needed') }) })
  const look = useMutation({
    mutationFn: (v: { after: string; hash: string }) => ask({ after: Number(v.after.trim()), hash: v.hash.trim().toLowerCase(), limit: 1 }),
    onError: (error) => error instanceof Problem && form.setErrors(Object.fromEntries(error.faults.map((f) => [f.pointer?.slice(1) ?? '', f.detail]))),
  })
  const fault = look.data && look.data.checked === 0 ? look.data.fault : ''
  return (
    <Card title={t('verify/kept')}>
      <form noValidate onSubmit={form.onSubmit((values) => look.mutate(values))}>
        <Stack gap="md">
          <Text c="dimmed">{t('verify/keptLead')}</Text>
          <Refusal error={look.error} atInput={(f) => ['/after', '/hash'].includes(f.pointer ?? '')} />
          <TextInput label={t('audit/position')} inputMode="numeric" dir="ltr" {...form.getInputProps('after')} />
          <TextInput label={t('audit/hash')} dir="ltr" {...form.getInputProps('hash')} />
          <Button type="submit" variant="default" loading={look.isPending}>
            {t('verify/compare')}
          </Button>
          {look.data && (
            <div role="status" className={classes.outcome}>
              {fault ? <IconShieldX size={22} color="var(--ordo-red)" /> : <IconCircleCheck size={22} color="var(--ordo-green)" />}
              {fault ? <bdi>{fault}</bdi> : <Text>{t('verify/same')}</Text>}
            </div>
          )}
        </Stack>
      </form>
    </Card>
  )
}
