import { Button } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { command } from '../api/client'
import { useMay } from '../api/me'
import { useWords } from '../language'
import { Moment } from '../part/Moment'
import { RecordForm } from '../record/RecordForm'
import { RecordList } from '../record/RecordList'
import { called, type Customer, customerOf, types } from './facts'
import { useCustomerInputs } from './useCustomerInputs'

/** All customers, found by what one knows of them. */
export default function CustomerList() {
  const { t } = useWords()
  const may = useMay()
  const [adding, setAdding] = useState(false)
  return (
    <>
      <RecordList
        path="/v1/customers"
        subjects={['customer']}
        title={t('nav/customers')}
        columns={[
          { id: 'name', label: t('customer/name'), sort: 'name', show: (c) => <bdi>{called(c)}</bdi> },
          { id: 'person', label: t('customer/contact'), show: (c) => c.company && <bdi>{c.name}</bdi> },
          { id: 'number', label: t('customer/number'), sort: 'number', narrow: true, show: (c) => <bdi>{c.number}</bdi> },
          { id: 'type', label: t('customer/type'), narrow: true, show: (c) => t(`customer_type/${c.type}` as 'customer_type/vip') },
          { id: 'email', label: t('customer/email'), narrow: true, show: (c) => <bdi>{c.email}</bdi> },
          { id: 'phone', label: t('customer/phone'), show: (c) => <bdi dir="ltr">{c.phone}</bdi> },
          { id: 'created', label: t('customer/created'), sort: 'created', show: (c) => <Moment at={c.created_at} /> },
        ]}
        to={(c) => ({ to: '/customers/$id', params: { id: c.id } })}
        tabs={[
          { label: t('customer/all'), filter: '' },
          { label: t('customer/onAccount'), filter: 'on_account:true' },
          { label: t('customer/blocked'), filter: 'active:false' },
        ]}
        fields={[
          { name: 'type', label: t('customer/type'), kind: 'choice', values: types.map((value) => ({ value, label: t(`customer_type/${value}`) })) },
          { name: 'tier', label: t('customer/tier'), kind: 'text' },
          { name: 'email', label: t('customer/email'), kind: 'text' },
          { name: 'created', label: t('customer/created'), kind: 'time' },
        ]}
        hint={t('customer/hint')}
        actions={
          may('customer.create') && (
            <Button leftSection={<IconPlus size={15} />} onClick={() => setAdding(true)}>
              {t('customer/add')}
            </Button>
          )
        }
        empty={{ title: t('customer/noneTitle'), text: t('customer/noneText') }}
      />
      {adding && <AddCustomer close={() => setAdding(false)} />}
    </>
  )
}

function AddCustomer({ close }: { close: () => void }) {
  const { t } = useWords()
  const go = useNavigate()
  return (
    <RecordForm<Customer>
      title={t('customer/add')}
      inputs={useCustomerInputs(false)}
      start={{ type: 'retail', active: true }}
      submit={t('customer/add')}
      request={(v) => command('/v1/customers', [], customerOf(v))}
      says={(c) => t('customer/added', { number: c.number })}
      done={(c) => void go({ to: '/customers/$id', params: { id: c.id } })}
      close={close}
    />
  )
}
