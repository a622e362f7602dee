import { Modal, MultiSelect, NumberInput, PasswordInput, Select, Stack, Switch, Text, Textarea, TextInput } from '@mantine/core'
import { useForm, type UseFormReturnType } from '@mantine/form'
import type { ReactNode } from 'react'
import type { Command } from '../api/client'
import { type Fault, pointsTo, Problem } from '../api/problem'
import { useWords } from '../language'
import { FormFoot } from '../part/FormFoot'
import { minorUnits } from '../part/format'
import { Refusal } from '../part/Refusal'
import { useFocusBack } from '../part/useFocusBack'
import { useAct } from './useAct'

type Value = string | boolean | string[]
/** What somebody filled in, by the names of the inputs: text as it was typed, numbers and amounts too. */
export type Values = Record<string, Value>

/** An input of a form. */
export type Input = {
  name: string // as in the pointers of the server's faults, such as name or address/city
  label: string
  kind?: 'text' | 'area' | 'number' | 'amount' | 'choice' | 'choices' | 'switch' | 'password' | 'date' // text unless told
  hint?: string
  needed?: boolean
  options?: { value: string; label: string }[] // of choice and choices
  currency?: string // of an amount
  shown?: (values: Values) => boolean
  wrong?: (text: string, values: Values) => string | undefined // what is wrong with a text, before the server says so
}

type Props<A> = {
  title: string
  lead?: ReactNode
  inputs: Input[]
  start?: Values
  submit: string // what the button does
  final?: boolean // can't be undone
  request: (values: Values) => Command
  says?: (answer: A) => string // once it is done
  done?: (answer: A) => void
  close: () => void
}

/** A command with its inputs in a dialog, or without inputs a question. The server's faults stand at their inputs, all at once, and what was typed is kept. */
export function RecordForm<A = unknown>(props: Props<A>) {
  const { t } = useWords()
  useFocusBack()
  return (
    <Modal opened onClose={props.close} title={props.title} closeButtonProps={{ 'aria-label': t('keys/close') }}>
      <Body {...props} />
    </Modal>
  )
}

function Body<A>({ lead, inputs, start, submit, final, request, says, done, close }: Props<A>) {
  const { t } = useWords()
  const empty = Object.fromEntries(inputs.map((i) => [i.name, i.kind === 'switch' ? false : i.kind === 'choices' ? [] : '']))
  const form = useForm<Values>({
    initialValues: { ...empty, ...start },
    validate: (values) => Object.fromEntries(open(values).map((i) => [i.name, wrong(i, values[i.name], values)]).filter(([, says]) => says)),
  })
  const act = useAct<A, Values>({
    request,
    says,
    then: (answer) => {
      close()
      done?.(answer)
    },
  })

  function open(values: Values): Input[] {
    return inputs.filter((i) => i.shown?.(values) ?? true)
  }

  function wrong({ needed, kind, currency, wrong }: Input, value: Value | undefined, values: Values): string | undefined {
    if (value === '' || (Array.isArray(value) && value.length === 0)) return needed ? t('input/needed') : undefined
    if (kind === 'amount' && minorUnits(String(value), currency!) === null) return t('input/notAmount')
    if (typeof value === 'string') return wrong?.(value, values)
  }

  const at = (fault: Fault) => open(form.values).find((i) => pointsTo(fault, i.name))

  function refused(error: unknown) {
    if (!(error instanceof Problem)) return
    const told = error.faults.map((f) => [at(f)?.name, [f.detail, f.remedy].filter(Boolean).join(' ')] as const).filter(([name]) => name)
    form.setErrors(Object.fromEntries(told))
  }

  return (
    <form noValidate onSubmit={form.onSubmit((values) => act.mutate(values, { onError: refused }))}>
      <Stack gap="md">
        {lead && (
          <Text c="dimmed" component="div">
            {lead}
          </Text>
        )}
        <Refusal error={act.error} atInput={(f) => at(f) !== undefined} />
        {open(form.values).map((input, i) => (
          <Field key={input.name} input={input} form={form} first={i === 0} />
        ))}
        <FormFoot command={() => request(form.values)} label={submit} final={final} busy={act.isPending} focused={inputs.length === 0} close={close} />
      </Stack>
    </form>
  )
}

function Field({ input, form, first }: { input: Input; form: UseFormReturnType<Values>; first: boolean }) {
  const { t } = useWords()
  const common = { label: input.label, description: input.hint, withAsterisk: input.needed, 'data-autofocus': first || undefined }
  const text = { ...common, dir: 'auto' as const, ...form.getInputProps(input.name) }
  const pick = { ...common, data: input.options ?? [], comboboxProps: { transitionProps: { duration: 80 } }, ...form.getInputProps(input.name) }
  switch (input.kind) {
    case 'area':
      return <Textarea {...text} autosize minRows={3} maxRows={12} />
    case 'number':
      return <NumberInput {...text} dir="ltr" onChange={(value) => form.setFieldValue(input.name, String(value))} />
    case 'amount':
      return <TextInput {...text} dir="ltr" inputMode="decimal" rightSectionWidth={52} rightSection={<Text size="sm" c="dimmed" children={input.currency} />} />
    case 'choice':
      return <Select {...pick} searchable={(input.options?.length ?? 0) > 8} clearable={!input.needed} onChange={(value) => form.setFieldValue(input.name, value ?? '')} />
    case 'choices':
      return <MultiSelect {...pick} searchable />
    case 'switch':
      return <Switch label={input.label} description={input.hint} data-autofocus={first || undefined} {...form.getInputProps(input.name, { type: 'checkbox' })} />
    case 'password':
      return <PasswordInput {...text} visibilityToggleButtonProps={{ 'aria-label': t('signIn/show') }} dir="ltr" autoComplete="new-password" />
    case 'date':
      return <TextInput {...text} dir="ltr" type="date" />
    default:
      return <TextInput {...text} />
  }
}
