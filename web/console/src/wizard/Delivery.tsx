import { Button, Group, Radio, Select, SimpleGrid, Stack, Text, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import type { Schemas } from '../api/client'
import type { Fault } from '../api/problem'
import { useWords } from '../language'
import { Card } from '../part/Card'
import { Faults } from './Customer'
import { type Place, sameAddress } from './facts'
import type { Address } from './work'

type Props = {
  places: Place[]
  address?: Address
  method?: string
  methods: Schemas['PricingMethod'][]
  more: number // further deliveries, which stay as they are
  name: string
  country: string // where most goods go
  faults: Fault[] // that point into the delivery
  put: (change: { address?: Address; shipping_method_id?: string }) => Promise<boolean> // whether the server took it
}

/** The third step: where the goods go, and how. */
export function Delivery({ places, address, method, methods, more, name, country, faults, put }: Props) {
  const { t } = useWords()
  const [typing, setTyping] = useState(false)
  const at = places.findIndex((p) => sameAddress(p.address, address))
  const own = address && at < 0 ? [...places, { address }] : places
  const value = typing ? 'other' : address ? String(own.findIndex((p) => sameAddress(p.address, address))) : 'none'
  const atField = (f: Fault) => f.pointer?.startsWith('/deliveries/0/address/') || f.pointer === '/deliveries/0/shipping_method_id'
  return (
    <Card title={t('wizard/delivery')}>
      <Stack gap="sm">
        <Radio.Group
          aria-label={t('wizard/address')}
          value={value}
          onChange={(to) => {
            setTyping(to === 'other')
            if (to === 'none') void put({ address: undefined })
            else if (to !== 'other') void put({ address: own[Number(to)]!.address })
          }}
        >
          <Stack gap={6}>
            {own.map((p, i) => (
              <Radio key={i} value={String(i)} label={<Where place={p} last={p.label === undefined && i < places.length} />} />
            ))}
            <Radio value="none" label={t('wizard/noAddress')} />
            <Radio value="other" label={t('wizard/otherAddress')} />
          </Stack>
        </Radio.Group>
        {(typing || faults.some((f) => f.pointer?.startsWith('/deliveries/0/address/'))) && (
          <AddressForm
            start={typing ? { name, street: '', city: '', country } : address!}
            faults={faults}
            done={(address) => void put({ address }).then((took) => took && setTyping(false))}
          />
        )}
        <Select
          label={t('wizard/method')}
          placeholder={t('wizard/noMethod')}
          clearable
          clearButtonProps={{ 'aria-label': t('wizard/noMethod') }}
          data={methods.map((m) => ({ value: m.id, label: m.name }))}
          value={method ?? null}
          error={faults.find((f) => f.pointer === '/deliveries/0/shipping_method_id')?.detail}
          onChange={(id) => void put({ shipping_method_id: id ?? undefined })}
          comboboxProps={{ transitionProps: { duration: 80 } }}
        />
        {more > 0 && (
          <Text size="sm" c="dimmed">
            {t('wizard/moreDeliveries', { count: more })}
          </Text>
        )}
        <Faults says={faults.filter((f) => !atField(f)).map((f) => f.detail)} />
      </Stack>
    </Card>
  )
}

function Where({ place: { label, address: a }, last }: { place: Place; last: boolean }) {
  const { t } = useWords()
  return (
    <>
      {(label || last) && <strong>{`${label || t('wizard/lastAddress')}: `}</strong>}
      <bdi>{[a.company, a.name, a.street, a.street2, [a.postcode, a.city].filter(Boolean).join(' '), a.region, a.country].filter(Boolean).join(', ')}</bdi>
    </>
  )
}

const inputs = ['name', 'company', 'street', 'street2', 'postcode', 'city', 'region', 'country'] as const
const tokens: Record<string, string> = { postcode: 'postal-code', city: 'address-level2', region: 'address-level1', country: 'country' }

/** An address that is typed; the server's faults stand at its fields. */
function AddressForm({ start, faults, done }: { start: Address; faults: Fault[]; done: (a: Address) => void }) {
  const { t } = useWords()
  const [values, setValues] = useState<Partial<Record<(typeof inputs)[number], string>>>(start)
  const submit = (e: FormEvent) => {
    e.preventDefault()
    done({ ...(Object.fromEntries(Object.entries(values).filter(([, v]) => v?.trim())) as Address), street: values.street ?? '', city: values.city ?? '', country: (values.country ?? '').trim().toUpperCase() })
  }
  return (
    <form noValidate onSubmit={submit} aria-label={t('wizard/otherAddress')}>
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
        {inputs.map((name, i) => (
          <TextInput
            key={name}
            label={t(`wizard/${name}`)}
            dir="auto"
            autoFocus={i === 0}
            autoComplete={`section-order ${tokens[name] ?? 'off'}`}
            maxLength={name === 'country' ? 2 : 200}
            value={values[name] ?? ''}
            error={faults.filter((f) => f.pointer === `/deliveries/0/address/${name}`).map((f) => f.detail).join(' ') || undefined}
            onChange={(e) => setValues({ ...values, [name]: e.currentTarget.value })}
          />
        ))}
      </SimpleGrid>
      <Group mt="sm">
        <Button type="submit" variant="default">
          {t('wizard/useAddress')}
        </Button>
      </Group>
    </form>
  )
}
