import { Button } from '@mantine/core'
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { request } from '../api/client'
import { useMay } from '../api/me'
import { useWords } from '../language'
import { Card } from '../part/Card'
import { Copyable } from '../part/Copyable'
import { Moment } from '../part/Moment'
import { Badge } from '../part/Status'
import { RecordForm } from '../record/RecordForm'
import { Columns, Facts, RecordPage } from '../record/RecordPage'
import { useChoices } from '../record/useChoices'
import { useRecord } from '../record/useRecords'
import { Addresses } from './Addresses'
import { Balances } from './Balances'
import { called, type Customer, customerOf, valuesOf } from './facts'
import { Orders, Returns } from './History'
import { useCustomerInputs } from './useCustomerInputs'

/** A customer: who it is, what was agreed, what was ordered and came back, and who owes whom. */
export default function CustomerPage() {
  const { t } = useWords()
  const may = useMay()
  const { id } = useParams({ from: '/frame/customers/$id' })
  const found = useRecord('/v1/customers/{id}', ['customer'], { ids: { id } })
  const [editing, setEditing] = useState(false)
  const customer = found.data
  return (
    <RecordPage
      title={customer && called(customer)}
      up={{ to: '/customers', says: t('nav/customers') }}
      error={found.error}
      retry={() => void found.refetch()}
      status={customer && !customer.active && <Badge tone="red">{t('customer/inactive')}</Badge>}
      actions={
        <>
          {may('order.draft') && customer?.active && (
            <Button variant="default" renderRoot={(props) => <Link {...props} to="/orders/new" search={{ customer: customer.id }} />}>
              {t('nav/newOrder')}
            </Button>
          )}
          {may('customer.update') && <Button onClick={() => setEditing(true)}>{t('customer/edit')}</Button>}
        </>
      }
    >
      {customer && (
        <Columns
          aside={
            <>
              <Balances customer={id} />
              <About customer={customer} />
              <Addresses customer={customer} />
            </>
          }
        >
          <Orders customer={id} />
          <Returns customer={id} />
        </Columns>
      )}
      {customer && editing && <Edit customer={customer} close={() => setEditing(false)} />}
    </RecordPage>
  )
}

function About({ customer: c }: { customer: Customer }) {
  const { t } = useWords()
  const { nameOf } = useChoices('/v1/price-lists')
  return (
    <Card title={t('customer/contact')}>
      <Facts
        of={[
          [t('customer/number'), <Copyable key="number" text={c.number} />],
          [t('customer/name'), c.company ? c.name : undefined],
          [t('customer/email'), c.email && <Copyable text={c.email} />],
          [t('customer/phone'), c.phone && <Copyable text={c.phone} />],
          [t('customer/type'), t(`customer_type/${c.type}` as 'customer_type/vip')],
          [t('customer/tier'), c.tier],
          [t('customer/mayPayLater'), c.on_account ? '✓' : ''],
          [t('customer/terms'), c.payment_terms_days ? String(c.payment_terms_days) : ''],
          [t('customer/taxExempt'), c.tax_exempt ? '✓' : ''],
          [
            t('customer/priceList'),
            c.price_list_id && (
              <Link to="/price-lists/$id" params={{ id: c.price_list_id }}>
                <bdi>{nameOf(c.price_list_id)}</bdi>
              </Link>
            ),
          ],
          [t('customer/language'), c.language],
          [t('customer/timeZone'), c.time_zone],
          [t('customer/externalId'), c.external_id],
          [t('customer/created'), <Moment key="at" at={c.created_at} />],
        ]}
      />
    </Card>
  )
}

function Edit({ customer, close }: { customer: Customer; close: () => void }) {
  const { t } = useWords()
  return (
    <RecordForm
      title={`${t('customer/edit')} · ${customer.number}`}
      inputs={useCustomerInputs(true)}
      start={valuesOf(customer)}
      submit={t('customer/edit')}
      request={(v) => request('put', '/v1/customers/{id}', [customer.id], customerOf(v), customer.version)}
      says={() => t('customer/saved')}
      close={close}
    />
  )
}
