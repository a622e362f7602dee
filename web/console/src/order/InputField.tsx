import { Group, NumberInput, Select, Stack, Text, TextInput } from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import { useWords } from '../language'
import { type Input, returnable, type Values } from './commands'
import type { Whole } from './useOrder'

type Props = { input: Input; order: Whole; form: UseFormReturnType<Values>; first: boolean }

/** An input of a command's form, by its kind. */
export function InputField({ input, order, form, first }: Props) {
  const say = useWords()
  const { t } = say
  const common = {
    label: t(`input/${input.label}`),
    description: input.hint && t(`input/${input.hint}`),
    withAsterisk: input.needed,
    'data-autofocus': first || undefined,
    ...form.getInputProps(input.name),
  }
  switch (input.kind) {
    case 'choice':
      return (
        <Select
          {...common}
          data={(input.choices?.(order) ?? []).map((value) => ({ value, label: input.said ? input.said(order, value, say) : t(`${input.words}/${value}` as 'status/draft') }))}
          comboboxProps={{ transitionProps: { duration: 80 } }}
        />
      )
    case 'amount':
      return (
        <TextInput
          {...common}
          inputMode="decimal"
          rightSectionWidth={52}
          rightSection={
            <Text size="sm" c="dimmed">
              {order.currency}
            </Text>
          }
        />
      )
    case 'quantities':
      return <Quantities order={order} form={form} error={form.errors[input.name]} />
    default:
      return <TextInput {...common} dir="auto" />
  }
}

function Quantities({ order, form, error }: { order: Whole; form: UseFormReturnType<Values>; error: React.ReactNode }) {
  const { t } = useWords()
  return (
    <Stack gap="xs">
      {returnable(order).map((line) => (
        <Group key={line.id} justify="space-between" wrap="nowrap">
          <Text size="sm">
            {line.title}{' '}
            <Text span c="dimmed">
              {line.sku}
            </Text>
          </Text>
          <NumberInput
            w={96}
            size="sm"
            min={0}
            max={line.shipped + line.delivered}
            allowNegative={false}
            placeholder="0"
            aria-label={`${t('input/quantity')} ${line.sku}`}
            value={form.values[line.id] ?? ''}
            onChange={(value) => form.setFieldValue(line.id, String(value))}
          />
        </Group>
      ))}
      {error && (
        <Text size="sm" c="var(--ordo-red)" role="alert">
          {error}
        </Text>
      )}
    </Stack>
  )
}
