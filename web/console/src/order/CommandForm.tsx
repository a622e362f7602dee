import { Modal, Stack, Text } from '@mantine/core'
import { useForm } from '@mantine/form'
import { type Fault, pointsTo, Problem } from '../api/problem'
import { useWords } from '../language'
import { FormFoot } from '../part/FormFoot'
import { amount, minorUnits } from '../part/format'
import { useFocusBack } from '../part/useFocusBack'
import { Refusal } from '../part/Refusal'
import { InputField } from './InputField'
import { type Input, returnable, type Spec, type Values } from './commands'
import { useCommand } from './useCommand'
import type { Whole } from './useOrder'

/**
 * The form of a command, with what it does in a sentence and the same call as curl. It is gone as soon as what the
 * command foresees is shown, and comes back with all that was filled in if the server refuses.
 */
export function CommandForm({ order, spec, close }: { order: Whole; spec: Spec; close: () => void }) {
  const { t, locale } = useWords()
  useFocusBack()
  const give = useCommand(order, spec, close)
  const form = useForm<Values>({
    initialValues: startOf(order, spec),
    validate: (values) => Object.fromEntries(spec.inputs.map((input) => [input.name, wrong(input, values)]).filter(([, says]) => says)),
  })

  function wrong(input: Input, values: Values): string | undefined {
    const value = values[input.name]?.trim() ?? ''
    if (input.kind === 'quantities') return returnable(order).some((l) => Number(values[l.id]) > 0) ? undefined : t('input/needed')
    if (!value) return input.needed ? t('input/needed') : undefined
    if (input.kind === 'amount' && !minorUnits(value, order.currency)) return t('input/notAmount')
  }

  const at = (fault: Fault) => spec.inputs.find((i) => pointsTo(fault, i.name))

  function refused(error: unknown) {
    if (!(error instanceof Problem)) return
    form.setErrors(Object.fromEntries(error.faults.map((f) => [at(f)?.name ?? '', f.detail])))
  }

  const minor = spec.inputs.some((i) => i.kind === 'amount') ? minorUnits(form.values.amount ?? '', order.currency) : null
  const label = t(`action/${spec.name}`) + (minor ? ` ${amount({ amount: minor, currency: order.currency }, locale)}` : '')
  return (
    <Modal opened={!(give.isPending && spec.foresee)} onClose={close} title={`${t(`action/${spec.name}`)} · ${order.number ?? t('order/draftTitle')}`} closeButtonProps={{ 'aria-label': t('keys/close') }}>
      <form noValidate onSubmit={form.onSubmit((values) => give.mutate(values, { onError: refused }))}>
        <Stack gap="md">
          <Text c="dimmed">{t(`lead/${spec.name}`)}</Text>
          <Refusal error={give.error} atInput={(f) => at(f) !== undefined} />
          {spec.inputs.map((input, i) => (
            <InputField key={input.name} input={input} order={order} form={form} first={i === 0} />
          ))}
          <FormFoot command={() => spec.request(order, form.values)} label={label} final={spec.final} busy={give.isPending} focused={spec.inputs.length === 0} close={close} />
        </Stack>
      </form>
    </Modal>
  )
}

function startOf(order: Whole, spec: Spec): Values {
  const start: Values = Object.fromEntries(spec.inputs.map((i) => [i.name, i.start?.(order) ?? '']))
  if (spec.inputs.some((i) => i.kind === 'quantities')) for (const l of returnable(order)) start[l.id] = ''
  return start
}
