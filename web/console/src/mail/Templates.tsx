import { Badge, Button, Code, Group, Select, SegmentedControl, Stack, Text, Textarea, TextInput, Title } from '@mantine/core'
import { useDebouncedValue, useDocumentTitle } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, type Schemas } from '../api/client'
import { Problem } from '../api/problem'
import { type Language, languages, useWords } from '../language'
import classes from '../order/order.module.css'
import { Card } from '../part/Card'
import { Failure } from '../part/Screen'

type Wording = Schemas['MailWording']
type Of = { template: Schemas['Mail']['template']; language: Language }

const key = ['mail templates']

/** What mails say, in each language: as Ordo has it, or in the workspace's own words. */
export default function Templates() {
  const { t } = useWords()
  const [of, choose] = useState<Of>({ template: 'order_confirmation', language: 'en' })
  const { data, error, refetch } = useQuery({ queryKey: key, queryFn: async ({ signal }) => (await api.GET('/v1/mail-templates', { signal })).data!.items })
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
          data={Object.entries(languages).map(([value, { name }]) => ({ value, label: name }))}
          value={of.language}
          onChange={(language) => choose({ ...of, language: language as Language })}
        />
      </Group>
      {wording && <Editor key={`${wording.id} ${wording.version}`} wording={wording} of={of} />}
    </article>
  )
}

function Editor({ wording, of }: { wording: Wording; of: Of }) {
  const { t } = useWords()
  const client = useQueryClient()
  const [words, write] = useState({ subject: wording.subject, body: wording.body })
  const [settled] = useDebouncedValue(words, 300)
  const shown = useQuery({
    queryKey: ['mail preview', of, settled],
    queryFn: async () => (await api.POST('/v1/mail-templates/{template}/{language}/preview', { params: { path: of }, body: settled })).data!,
    placeholderData: keepPreviousData,
    retry: false,
  })
  const done = (message: string) => {
    notifications.show({ message, color: 'accent' })
    return client.invalidateQueries({ queryKey: key })
  }
  const save = useMutation({ mutationFn: () => api.PUT('/v1/mail-templates/{template}/{language}', { params: { path: of }, body: words }), onSuccess: () => done(t('wording/saved')) })
  const reset = useMutation({ mutationFn: () => api.DELETE('/v1/mail-templates/{template}/{language}', { params: { path: of } }), onSuccess: () => done(t('wording/wasReset')) })

  const error = save.error ?? reset.error ?? shown.error
  const faults = error instanceof Problem ? error.faults : []
  const at = (pointer: string) => faults.filter((f) => f.pointer === pointer).map((f) => f.detail).join(' · ') || undefined
  const rest = faults.filter((f) => f.pointer !== '/subject' && f.pointer !== '/body')
  const change = (part: Partial<typeof words>) => {
    save.reset()
    write({ ...words, ...part })
  }
  return (
    <div className={classes.columns}>
      <Card title={t('wording/words')} aside={<Badge variant="light">{t(wording.own ? 'wording/own' : 'wording/builtIn')}</Badge>}>
        <form
          noValidate
          onSubmit={(e) => {
            e.preventDefault()
            save.mutate()
          }}
        >
          <Stack gap="md">
            {error && !(error instanceof Problem) && <Text role="alert">{t('state/unreachable')}</Text>}
            {rest.map((f) => (
              <Text role="alert" key={f.code}>
                {f.detail}
              </Text>
            ))}
            <TextInput label={t('wording/subject')} value={words.subject} onChange={(e) => change({ subject: e.currentTarget.value })} error={at('/subject')} />
            <Textarea label={t('wording/body')} autosize minRows={12} value={words.body} onChange={(e) => change({ body: e.currentTarget.value })} error={at('/body')} />
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
                <Button variant="default" onClick={() => reset.mutate()} loading={reset.isPending}>
                  {t('wording/reset')}
                </Button>
              )}
              <Button type="submit" loading={save.isPending} disabled={words.subject === wording.subject && words.body === wording.body}>
                {t('wording/save')}
              </Button>
            </Group>
          </Stack>
        </form>
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
