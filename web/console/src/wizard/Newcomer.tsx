import { Button, Group, Select, SimpleGrid, Stack, Text, TextInput, UnstyledButton } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useMutation, useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { command, newKey, send } from '../api/client'
import { keyring } from '../api/keyring'
import { Problem } from '../api/problem'
import { useWords } from '../language'
import { Refusal } from '../part/Refusal'
import { nameOf } from './Customer'
import { findCustomers } from '../filter/find'
import type { Customer } from './facts'
import classes from './wizard.module.css'

const types = ['retail', 'wholesale', 'vip', 'corporate', 'government'] as const
const fields = ['name', 'company', 'email', 'phone'] as const
type Values = Record<(typeof fields)[number] | 'type', string>

/** Adds a customer in place. Who may be the same one already is offered. */
export function Newcomer({ typed, done, close }: { typed: string; done: (c: Customer) => void; close: () => void }) {
  const { t } = useWords()
  const [values, setValues] = useState<Values>({ name: '', company: '', email: '', phone: '', type: 'retail', [fieldOf(typed)]: typed })
  const [keys] = useState(() => keyring(newKey))
  const add = useMutation({
    mutationFn: (facts: Values) => send<Customer>(command('/v1/customers', [], { active: true, ...filled(facts) }), keys.of(JSON.stringify(facts))),
    onSuccess: done,
    onError: (error, facts) => error instanceof Problem && keys.done(JSON.stringify(facts)),
  })
  const at = (name: string) => {
    const faults = add.error instanceof Problem ? add.error.faults.filter((f) => f.pointer === `/${name}`) : []
    return faults.map((f) => [f.detail, f.remedy].filter(Boolean).join(' ')).join(' ') || undefined
  }
  const doubles = useDoubles(values)
  const submit = (e: FormEvent) => {
    e.preventDefault()
    add.mutate(values)
  }
  const type = { email: 'email', phone: 'tel' } as Record<string, string>
  return (
    <form noValidate onSubmit={submit} aria-label={t('wizard/newCustomer')}>
      <Stack gap="sm">
        <Refusal error={add.error} atInput={(f) => [...fields, 'type'].some((name) => f.pointer === `/${name}`)} />
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
          {fields.map((name, i) => (
            <TextInput
              key={name}
              label={t(`wizard/${name}`)}
              dir="auto"
              autoComplete="off"
              autoFocus={i === 0}
              inputMode={type[name] as 'email'}
              value={values[name]}
              error={at(name)}
              onChange={(e) => setValues({ ...values, [name]: e.currentTarget.value })}
            />
          ))}
          <Select label={t('wizard/type')} allowDeselect={false} data={types.map((of) => ({ value: of, label: t(`customer_type/${of}`) }))} value={values.type} error={at('type')} onChange={(of) => setValues({ ...values, type: of ?? 'retail' })} />
        </SimpleGrid>
        {doubles.length > 0 && (
          <div role="status">
            <Text size="sm" fw={600}>
              {t('wizard/doubles')}
            </Text>
            {doubles.map((c) => (
              <UnstyledButton key={c.id} className={classes.double} onClick={() => done(c)}>
                <bdi>{[nameOf(c), c.number, c.email, c.phone].filter(Boolean).join(' · ')}</bdi>
              </UnstyledButton>
            ))}
          </div>
        )}
        <Group gap="sm">
          <Button type="submit" loading={add.isPending}>
            {t('wizard/addCustomer')}
          </Button>
          <Button variant="default" onClick={close}>
            {t('input/dismiss')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

/** What somebody who is not found was looked for by. */
export function fieldOf(typed: string): (typeof fields)[number] {
  if (typed.includes('@')) return 'email'
  return /^\+?[\d ]{5,}$/.test(typed) ? 'phone' : 'name'
}

function filled(values: Values) {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value.trim() !== '')) as { type: string }
}

/** Customers with the same mail, phone number, name or company. */
function useDoubles({ name, company, email, phone }: Values): Customer[] {
  const asked = [email.includes('@') ? email : '', phone.replace(/\D/g, '').length > 5 ? phone.replace(/^\+/, '') : '', name.length > 3 ? name : '', company.length > 3 ? company : ''].map((text) => text.trim()).filter(Boolean)
  const [texts] = useDebouncedValue(asked.join('\n'), 300)
  const { data = [] } = useQuery({
    queryKey: ['wizard', 'doubles', texts],
    enabled: texts !== '',
    queryFn: async ({ signal }) => {
      const found = await Promise.all(texts.split('\n').map((text) => findCustomers(text, signal)))
      return [...new Map(found.flat().map((c) => [c.id, c])).values()].slice(0, 3)
    },
    placeholderData: (before) => before,
  })
  return texts ? data : []
}
