import { Button, Text, Title } from '@mantine/core'
import { useDocumentTitle } from '@mantine/hooks'
import { useState } from 'react'
import { request, type Schemas } from '../api/client'
import { useMay } from '../api/me'
import { useWords } from '../language'
import { counted } from '../part/format'
import { Failure } from '../part/Screen'
import record from '../record/record.module.css'
import { RecordForm } from '../record/RecordForm'
import { type Column, RecordTable } from '../record/RecordList'
import { useRecord, useRecords } from '../record/useRecords'

type Type = Schemas['CustomerType']

/** What customers of a type get who have nothing of their own. */
export default function CustomerTypes() {
  const { t, locale } = useWords()
  const may = useMay()
  const [open, set] = useState<Type>()
  const { data, error, refetch } = useRecord('/v1/customer-types', ['customer_type'])
  const lists = useRecords('/v1/price-lists', ['price_list'], { enabled: may('price_list.list') }).items
  useDocumentTitle(`${t('settings/types')} · ${t('console/title')}`)
  if (error && !data) return <Failure error={error} retry={() => void refetch()} />
  const named = (type: Type) => t(`customer_type/${type.type}` as 'customer_type/retail')
  const columns: Column<Type>[] = [
    { id: 'type', label: t('settings/type'), show: named },
    { id: 'prices', label: t('settings/prices'), narrow: true, show: (c) => lists.find((l) => l.id === c.price_list_id)?.name ?? c.price_list_id ?? t('settings/ofChannel') },
    { id: 'terms', label: t('settings/terms'), show: (c) => t('settings/days', counted(c.payment_terms_days ?? 0, locale)) },
    { id: 'account', label: t('settings/onAccount'), show: (c) => t(c.on_account ? 'settings/yes' : 'settings/no') },
    { id: 'exempt', label: t('settings/exempt'), show: (c) => t(c.tax_exempt ? 'settings/yes' : 'settings/no') },
    ...(may('customer_type.set')
      ? [{ id: 'change', label: t('people/change'), end: true, narrow: true, show: (c: Type) => <Button variant="subtle" size="compact-sm" onClick={() => set(c)} aria-label={`${t('people/change')}: ${named(c)}`} children={t('people/change')} /> }]
      : []),
  ]
  return (
    <div className={record.page}>
      <Title mb="sm">{t('settings/types')}</Title>
      <Text c="dimmed" mb="md">
        {t('settings/typesLead')}
      </Text>
      {data?.items && <RecordTable label={t('settings/types')} items={data.items} columns={columns} />}
      {open && (
        <RecordForm
          title={`${t('people/change')} · ${named(open)}`}
          lead={t('settings/typeLead')}
          inputs={[
            { name: 'price_list_id', label: t('settings/prices'), hint: t('settings/ofChannelHint'), kind: 'choice', options: lists.map((l) => ({ value: l.id, label: `${l.name} · ${l.currency}` })) },
            { name: 'payment_terms_days', label: t('settings/terms'), hint: t('settings/termsHint'), kind: 'number' },
            { name: 'on_account', label: t('settings/onAccount'), kind: 'switch' },
            { name: 'tax_exempt', label: t('settings/exempt'), kind: 'switch' },
          ]}
          start={{ price_list_id: open.price_list_id ?? '', payment_terms_days: String(open.payment_terms_days ?? 0), on_account: open.on_account ?? false, tax_exempt: open.tax_exempt ?? false }}
          submit={t('role/save')}
          request={(v) =>
            request('put', '/v1/customer-types/{type}', [open.type], {
              ...(v.price_list_id && { price_list_id: v.price_list_id as string }),
              payment_terms_days: Number(v.payment_terms_days),
              on_account: v.on_account as boolean,
              tax_exempt: v.tax_exempt as boolean,
            })
          }
          says={() => t('settings/saved')}
          close={() => set(undefined)}
        />
      )}
    </div>
  )
}
