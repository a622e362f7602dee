import { Alert, Button, Group, Modal, Select, Stack, TagsInput, Text, Textarea, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { command, newKey, send } from '../api/client'
import { pointsTo, Problem } from '../api/problem'
import { useTagsInUse } from '../filter/useTagsInUse'
import { useWords } from '../language'
import { counted, shownCount } from '../part/format'
import part from '../part/part.module.css'
import { type BulkInput, type BulkSpec, type Chosen, inputOf, startOf, tagsOf, type Values, which, whole } from './commands'
import { Outlook } from './Outlook'
import { type Bulk, usePreview } from './useBulk'

type Props = { spec: BulkSpec; chosen: Chosen; close: () => void }

const calm = 300 // milliseconds after the last key before a preview is asked for

/** A command on many orders: its input, what would come of it, and the button that begins it. */
export function BulkForm({ spec, chosen, close }: Props) {
  const { t, locale } = useWords()
  const count = 'ids' in chosen ? chosen.ids.length.toLocaleString(locale) : shownCount(chosen, locale)
  return (
    <Modal opened onClose={close} title={`${t(`action/${spec.name}`)} · ${t('bulk/orders', { count: 'ids' in chosen ? chosen.ids.length : chosen.count, replace: { count } })}`} closeButtonProps={{ 'aria-label': t('keys/close') }}>
      <Body spec={spec} chosen={chosen} close={close} />
    </Modal>
  )
}

function Body({ spec, chosen, close }: Props) {
  const { t, locale } = useWords()
  const go = useNavigate()
  const [values, setValues] = useState(() => startOf(spec))
  const [key] = useState(newKey) // one per form: a second try begins nothing twice
  const [settled] = useDebouncedValue(values, calm)
  const body = useMemo(() => ({ operation: spec.name, input: inputOf(spec, settled), ...which(chosen) }), [spec, settled, chosen])
  const ready = whole(spec, values)
  const preview = usePreview(body, ready && settled === values)
  const begin = useMutation({
    mutationFn: () => send<Bulk>(command('/v1/bulks', [], body), key),
    onSuccess: ({ id }) => {
      close()
      void go({ to: '/bulks/$id', params: { id } })
    },
  })

  const outlook = settled === values && ready ? preview.data?.preview : undefined
  const error = begin.error ?? (ready ? preview.error : null)
  const faults = error instanceof Problem ? error.faults : []
  const at = (input: BulkInput) => faults.find((f) => pointsTo(f, `input/${input.name}`))?.detail
  const general = faults.filter((f) => !spec.inputs.some((i) => pointsTo(f, `input/${i.name}`)))
  return (
    <form
      noValidate
      onSubmit={(e) => {
        e.preventDefault()
        if (outlook) begin.mutate()
      }}
    >
      <Stack gap="md">
        <Text c="dimmed">{t(`lead/${spec.name}`)}</Text>
        {error && !(error instanceof Problem) && (
          <Alert role="alert" className={part.refusal} title={t('state/unreachable')}>
            {t('offline/text')}
          </Alert>
        )}
        {general.map((fault) => (
          <Alert key={fault.code + fault.pointer} role="alert" className={part.refusal} title={fault.detail}>
            {fault.remedy}
          </Alert>
        ))}
        {spec.inputs.map((input, i) => (
          <Field key={input.name} input={input} first={i === 0} values={values} set={setValues} error={at(input)} />
        ))}
        {ready && faults.length === 0 && <Outlook preview={outlook} total={preview.data?.total ?? 0} />}
        <Group justify="end" gap="sm">
          <Button variant="default" onClick={close}>
            {t('input/dismiss')}
          </Button>
          <Button
            type="submit"
            color={spec.final ? 'red' : undefined}
            className={spec.final ? part.final : undefined}
            loading={begin.isPending}
            disabled={!outlook || outlook.succeeded === 0}
            data-autofocus={spec.inputs.length === 0 || undefined}
          >
            {t(`action/${spec.name}`)}
            {outlook && ` · ${t('bulk/orders', counted(outlook.checked === preview.data?.total ? outlook.succeeded : preview.data!.total, locale))}`}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

type FieldProps = { input: BulkInput; first: boolean; values: Values; set: (values: Values) => void; error?: string }

function Field({ input, first, values, set, error }: FieldProps) {
  const { t } = useWords()
  const change = (value: string) => set({ ...values, [input.name]: value })
  const common = { label: t(`input/${input.label}`), description: input.hint && t(`input/${input.hint}`), withAsterisk: input.needed, 'data-autofocus': first || undefined, value: values[input.name] ?? '', error }
  if (input.kind === 'choice')
    return <Select {...common} data={input.choices!.map((value) => ({ value, label: t(`${input.words!}/${value}` as 'hold/fraud') }))} onChange={(value) => change(value ?? '')} comboboxProps={{ transitionProps: { duration: 80 } }} />
  if (input.kind === 'tags') return <TagsField {...common} change={change} />
  if (input.kind === 'long') return <Textarea {...common} autosize minRows={3} maxLength={4000} dir="auto" onChange={(e) => change(e.currentTarget.value)} />
  return <TextInput {...common} dir="auto" onChange={(e) => change(e.currentTarget.value)} />
}

/** Several tags, of which those that orders have are offered. */
function TagsField({ value, change, ...field }: { value: string; change: (value: string) => void; label: string; description?: string; withAsterisk?: boolean; error?: string }) {
  const [text, setText] = useState('')
  const [begun] = useDebouncedValue(text.trim(), 120)
  const known = useTagsInUse(begun).data ?? []
  const tags = tagsOf(value)
  return <TagsInput {...field} dir="auto" maxTags={50} value={tags} onChange={(tags) => change(tags.join(','))} searchValue={text} onSearchChange={setText} data={known} comboboxProps={{ transitionProps: { duration: 0 } }} />
}
