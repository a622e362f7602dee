import { Button, Collapse, Group, SimpleGrid, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useDisclosure } from '@mantine/hooks'
import type { Schemas } from '../api/client'
import { useWords } from '../language'
import type { Whole } from '../order/useOrder'
import type { Staged, Step } from './useChange'

type Address = Schemas['CustomerAddress']
type Props = { order: Whole; steps: Staged[]; stage: (s: Step) => void }

const fields = ['company', 'name', 'street', 'street2', 'postcode', 'city', 'region', 'country'] as const

/** Where each delivery goes. */
export function Deliveries({ order, steps, stage }: Props) {
  return (
    <Stack gap="xs">
      {order.deliveries
        .filter((d) => d.address)
        .map((d) => {
          const staged = steps.find((s) => s.kind === 'set_address' && s.delivery_id === d.id)
          return <Where key={d.id + (staged?.address_id ?? '')} address={staged?.address ?? d.address!} done={(address) => stage({ kind: 'set_address', delivery_id: d.id, address })} />
        })}
    </Stack>
  )
}

function Where({ address, done }: { address: Address; done: (a: Address) => void }) {
  const { t } = useWords()
  const [open, { toggle, close }] = useDisclosure()
  const form = useForm<Address>({
    initialValues: { ...(Object.fromEntries(fields.map((f) => [f, ''])) as Address), ...address },
    validate: {
      street: (v) => (v.trim() ? null : t('input/needed')),
      city: (v) => (v.trim() ? null : t('input/needed')),
      country: (v) => (/^[A-Z]{2}$/.test(v) ? null : t('change/countryHint')),
    },
  })
  const send = form.onSubmit((values) => {
    done(Object.fromEntries(Object.entries(values).filter(([, v]) => v !== '')) as Address)
    close()
  })
  return (
    <form noValidate onSubmit={send}>
      <Button variant="subtle" size="compact-sm" onClick={toggle} aria-expanded={open}>
        {t('change/address', { place: [address.name || address.company, address.city].filter(Boolean).join(', ') })}
      </Button>
      <Collapse expanded={open}>
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs" mt="xs">
          {fields.map((f) => (
            <TextInput key={f} size="xs" label={t(`address/${f}`)} dir="auto" {...form.getInputProps(f)} />
          ))}
        </SimpleGrid>
        <Group justify="end" mt="xs">
          <Button type="submit" size="compact-sm" variant="default">
            {t('change/stageAddress')}
          </Button>
        </Group>
      </Collapse>
    </form>
  )
}
