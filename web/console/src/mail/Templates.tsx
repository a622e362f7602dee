import { Alert, Badge, Button, Code, Group, Modal, Select, SegmentedControl, Stack, Text, Textarea, TextInput, Title } from '@mantine/core'
import { useDebouncedValue, useDocumentTitle } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useMemo, useState } from 'react'
import { api, type Happening, type Schemas } from '../api/client'
import { useHappenings } from '../api/live'
import { Problem } from '../api/problem'
import { languages, useWords } from '../language'
import classes from '../order/order.module.css'
import { Card } from '../part/Card'
import part from '../part/part.module.css'
import { Failure } from '../part/Screen'
import { type Draft, drafted, overtaken, type Phrases, unsaved, type Wording } from './drafts'

type Of = { template: Schemas['Mail']['template']; language: 'en' | 'de' } // those that mails are written in

const key = ['mail templates']

/** What mails say, in each language: as Ordo has it, or in the workspace's own words. */
export default function Templates() {
  const { t } = useWords()
  const [of, choose] = useState<Of>({ template: 'order_confirmation', language: 'en' })
  const [drafts, setDrafts] = useState<Partial<Record<string, Draft>>>({}) // by id of their wordings
  const { data, error, refetch } = useWordings()
  useDocumentTitle(`${t('nav/templates')} · ${t('console/title')}`)
  if (error && !data) return <Failure error={error} retry={() => void refetch()} />
  const wording = data?.find((w) => w.template === of.template && w.language === of.language)
  const templates = [...new Set(data?.map((w) => w.template as Of['template']))]
  return (
    <article className={classes.page}>
      <Title mb="xs">{t('nav/templates')}</Title>
      <Text c="dimmed" mb="md">
        {t('wording/lead')}
      </Text>
      <Group mb="md" align="end">
        <Select
          label={t('wording/template')}
          allowDeselect={false}
          data={templates.map((value) => ({ value, label: t(`template/${value}`) }))}
          value={of.template}
          onChange={(template) => template && choose({ ...of, template: template as Of['template'] })}
        />
        <SegmentedControl
          aria-label={t('language/title')}
          data={(['en', 'de'] as const).map((value) => ({ value, label: <span lang={value}>{languages[value].name}</span> }))}
          value={of.language}
          onChange={(language) => choose({ ...of, language: language as Of['language'] })}
        />
      </Group>
      {wording && (
        <Editor
          key={wording.id}
          wording={wording}
          of={of}
          draft={drafts[wording.id]}
          change={(next) => setDrafts((now) => ({ ...now, [wording.id]: next(now[wording.id]) }))}
        />
      )}
    </article>
  )
}

/** All wordings, read again when somebody changes one. */
function useWordings() {
  const client = useQueryClient()
  useHappenings(
    useCallback(
      (e: Happening) => {
        if (e.type.startsWith('mail_template.')) void client.invalidateQueries({ queryKey: key })
      },
      [client],
    ),
  )
  return useQuery({ queryKey: key, queryFn: async ({ signal }) => (await api.GET('/v1/mail-templates', { signal })).data!.items })
}

type EditorProps = { wording: Wording; of: Of; draft?: Draft; change: (next: (draft: Draft | undefined) => Draft | undefined) => void }

function Editor({ wording, of, draft, change }: EditorProps) {
  const { t } = useWords()
  const client = useQueryClient()
  const { subject, body } = draft ?? wording
  const words = useMemo(() => ({ subject, body }), [subject, body])
  const [asking, setAsking] = useState(false)
  const [settled] = useDebouncedValue(words, 300)
  const shown = useQuery({
    queryKey: ['mail preview', of, settled],
    queryFn: async () => (await api.POST('/v1/mail-templates/{template}/{language}/preview', { params: { path: of }, body: settled })).data!,
    placeholderData: keepPreviousData,
    retry: false,
  })
  const done = (answer: Wording, message: string, left: (draft: Draft | undefined) => Draft | undefined) => {
    client.setQueryData<Wording[]>(key, (all) => all?.map((w) => (w.id === answer.id ? answer : w)))
    change(left)
    notifications.show({ message, color: 'accent' })
    return client.invalidateQueries({ queryKey: key })
  }
  const save = useMutation({
    mutationFn: async (sent: Phrases) => (await api.PUT('/v1/mail-templates/{template}/{language}', { params: { path: of }, body: sent })).data!,
    onSuccess: (answer, sent) => done(answer, t('wording/saved'), (now) => unsaved(now, sent, answer)),
  })
  const reset = useMutation({
    mutationFn: async () => (await api.DELETE('/v1/mail-templates/{template}/{language}', { params: { path: of } })).data!,
    onSuccess: (answer) => done(answer, t('wording/wasReset'), () => undefined),
  })

  const error = save.error ?? reset.error ?? shown.error
  const faults = error instanceof Problem ? error.faults : []
  const at = (pointer: string) => faults.filter((f) => f.pointer === pointer).map((f) => f.detail).join(' · ') || undefined
  const rest = faults.filter((f) => f.pointer !== '/subject' && f.pointer !== '/body')
  const write = (some: Partial<Phrases>) => {
    if (save.isError) save.reset()
    change((now) => drafted(wording, now, some))
  }
  return (
    <div className={classes.columns}>
      <Card title={t('wording/words')} aside={<Badge variant="light">{t(wording.own ? 'wording/own' : 'wording/builtIn')}</Badge>}>
        <form
          noValidate
          onSubmit={(e) => {
            e.preventDefault()
            save.mutate(words)
          }}
        >
          <Stack gap="md">
            {error && !(error instanceof Problem) && <Text role="alert">{t('state/unreachable')}</Text>}
            {overtaken(draft, wording) && !save.isPending && (
              <Alert role="alert" className={part.refusal} title={t('wording/changedTitle')}>
                {t('wording/changedText')}
                <Button variant="default" size="compact-sm" mt="xs" display="block" onClick={() => change(() => undefined)}>
                  {t('wording/take')}
                </Button>
              </Alert>
            )}
            {rest.map((f) => (
              <Text role="alert" key={f.code}>
                <bdi>{f.detail}</bdi>
              </Text>
            ))}
            <TextInput label={t('wording/subject')} value={words.subject} onChange={(e) => write({ subject: e.currentTarget.value })} error={at('/subject')} lang={of.language} dir="auto" />
            <Textarea label={t('wording/body')} autosize minRows={12} value={words.body} onChange={(e) => write({ body: e.currentTarget.value })} error={at('/body')} lang={of.language} dir="auto" />
            <Group gap="xs">
              <Text size="sm" c="dimmed">
                {t('wording/names')}
              </Text>
              {wording.placeholders.map((name) => (
                <Code key={name}>{`{${name}}`}</Code>
              ))}
            </Group>
            <Group justify="flex-end" gap="sm">
              {wording.own && (
                <Button variant="default" onClick={() => setAsking(true)} loading={reset.isPending}>
                  {t('wording/reset')}
                </Button>
              )}
              <Button type="submit" loading={save.isPending} disabled={!draft}>
                {t('wording/save')}
              </Button>
            </Group>
          </Stack>
        </form>
        <Modal opened={asking} onClose={() => setAsking(false)} title={t('wording/resetTitle')} closeButtonProps={{ 'aria-label': t('keys/close') }}>
          <Stack>
            <Text>{t('wording/resetText')}</Text>
            <Group justify="end" gap="sm">
              <Button variant="default" onClick={() => setAsking(false)}>
                {t('input/dismiss')}
              </Button>
              <Button
                color="red"
                className={part.final}
                data-autofocus
                onClick={() => {
                  setAsking(false)
                  reset.mutate()
                }}
              >
                {t('wording/resetYes')}
              </Button>
            </Group>
          </Stack>
        </Modal>
      </Card>
      <Card title={t('wording/preview')}>
        <Text fw={560} mb="sm">
          <bdi>{shown.data?.subject}</bdi>
        </Text>
        <Text component="pre" lang={of.language} dir="auto" className={classes.mail} tabIndex={0}>
          {shown.data?.text}
        </Text>
      </Card>
    </div>
  )
}
