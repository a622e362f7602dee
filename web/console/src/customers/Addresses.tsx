import { Button, Text } from '@mantine/core'
import { useState } from 'react'
import { command, request, type Schemas } from '../api/client'
import { useMay } from '../api/me'
import { useWords } from '../language'
import { AddressBlock } from '../part/AddressBlock'
import { Card } from '../part/Card'
import { type Input, RecordForm } from '../record/RecordForm'
import { useRecord } from '../record/useRecords'
import classes from './customers.module.css'
import type { Customer } from './facts'

type Entry = Schemas['CustomerEntry']

/** The address book of a customer, the default first. An address is never changed: another one is added. */
export function Addresses({ customer }: { customer: Customer }) {
  const { t } = useWords()
  const may = useMay()
  const found = useRecord('/v1/customers/{id}/addresses', ['customer'], { ids: { id: customer.id }, enabled: may('customer.addresses') })
  const [adding, setAdding] = useState(false)
  const [removing, setRemoving] = useState<Entry>()
  const entries = found.data?.items ?? []
  if (!may('customer.addresses')) return null
  return (
    <Card
      title={t('customer/addresses')}
      aside={
        may('customer.add_address') && (
          <Button variant="default" size="compact-sm" onClick={() => setAdding(true)}>
            {t('customer/addAddress')}
          </Button>
        )
      }
    >
      {entries.length === 0 && (
        <Text c="dimmed" size="sm">
          {found.isPending ? t('state/loading') : t('customer/noAddresses')}
        </Text>
      )}
      {entries.map((e, i) => (
        <div key={e.id} className={classes.entry}>
          <div>
            <Text size="sm" fw={560}>
              <bdi>{e.label}</bdi> {i === 0 && <Text span size="sm" c="dimmed" children={t('customer/first')} />}
            </Text>
            <AddressBlock of={e} />
          </div>
          {may('customer.remove_address') && (
            <Button variant="subtle" color="gray" size="compact-sm" onClick={() => setRemoving(e)} aria-label={`${t('customer/removeAddress')} ${e.label || e.street}`}>
              {t('customer/removeAddress')}
            </Button>
          )}
        </div>
      ))}
      {adding && <AddAddress customer={customer} close={() => setAdding(false)} />}
      {removing && (
        <RecordForm
          title={t('customer/removeTitle')}
          lead={
            <>
              {t('customer/removeLead')}
              <AddressBlock of={removing} />
            </>
          }
          inputs={[]}
          submit={t('customer/removeTitle')}
          final
          request={() => request('delete', '/v1/customers/{id}/addresses/{address_id}', [customer.id, removing.id])}
          says={() => t('customer/removed')}
          close={() => setRemoving(undefined)}
        />
      )}
    </Card>
  )
}

const parts = ['company', 'name', 'street', 'street2', 'postcode', 'city', 'region'] as const
const needed: string[] = ['street', 'city']

function AddAddress({ customer, close }: { customer: Customer; close: () => void }) {
  const { t } = useWords()
  const inputs: Input[] = [
    ...parts.map((name) => ({ name, label: t(`address/${name}`), needed: needed.includes(name) })),
    { name: 'country', label: t('address/country'), hint: t('customer/countryHint'), needed: true },
    { name: 'label', label: t('customer/label'), hint: t('customer/labelHint') },
    { name: 'default', label: t('customer/makeDefault'), kind: 'switch' },
  ]
  return (
    <RecordForm
      title={t('customer/addAddress')}
      inputs={inputs}
      start={{ name: customer.name ?? '', company: customer.company ?? '' }}
      submit={t('customer/addAddress')}
      request={(v) => {
        const text = (name: string) => String(v[name] ?? '').trim()
        const given = Object.fromEntries([...parts, 'label'].flatMap((name) => (text(name) ? [[name, text(name)]] : [])))
        return command('/v1/customers/{id}/addresses', [customer.id], { ...given, street: text('street'), city: text('city'), country: text('country').toUpperCase(), default: v.default === true })
      }}
      says={() => t('customer/addressAdded')}
      close={close}
    />
  )
}
