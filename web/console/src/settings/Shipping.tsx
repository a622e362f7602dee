import { Button } from '@mantine/core'
import { useState } from 'react'
import { command, request, type Schemas } from '../api/client'
import { useMay } from '../api/me'
import { useWords } from '../language'
import { RecordForm, type Values } from '../record/RecordForm'
import { type Column, RecordList } from '../record/RecordList'
import { Active } from './Active'
import { type Method, readSteps, stepsText } from './steps'

const kinds = ['flat', 'by_weight', 'by_amount'] as const

/** How goods are sent, and what that costs. */
export default function Shipping() {
  const { t } = useWords()
  const may = useMay()
  const [open, set] = useState<Method | 'new'>()
  const columns: Column<Method>[] = [
    { id: 'name', label: t('people/name'), sort: 'name', show: (m) => <bdi>{m.name}</bdi> },
    { id: 'code', label: t('settings/code'), sort: 'code', show: (m) => <bdi>{m.code}</bdi> },
    { id: 'kind', label: t('settings/kind'), narrow: true, show: (m) => t(`shippingKind/${m.kind}`) },
    { id: 'currency', label: t('settings/currency'), show: (m) => m.currency },
    { id: 'steps', label: t('settings/steps'), show: (m) => <bdi dir="ltr">{stepsText(m.table ?? [], m.kind, m.currency).replaceAll('\n', ' · ')}</bdi> },
    { id: 'state', label: t('people/state'), narrow: true, show: (m) => <Active is={m.active} /> },
    ...(may('shipping_method.update')
      ? [{ id: 'change', label: t('people/change'), end: true, narrow: true, show: (m: Method) => <Button variant="subtle" size="compact-sm" onClick={() => set(m)} aria-label={`${t('people/change')}: ${m.name}`} children={t('people/change')} /> }]
      : []),
  ]
  return (
    <>
      <RecordList
        path="/v1/shipping-methods"
        subjects={['shipping_method']}
        title={t('settings/shipping')}
        columns={columns}
        actions={may('shipping_method.create') && <Button onClick={() => set('new')}>{t('settings/addMethod')}</Button>}
        empty={{ title: t('settings/noMethods'), text: t('settings/noMethodsText') }}
      />
      {open && <Form method={open === 'new' ? undefined : open} close={() => set(undefined)} />}
    </>
  )
}

function Form({ method, close }: { method?: Method; close: () => void }) {
  const { t } = useWords()
  const facts = (v: Values): Schemas['ShippingMethodCreateInput'] => ({
    code: v.code as string,
    name: v.name as string,
    kind: v.kind as Method['kind'],
    currency: v.currency as string,
    tax_class: v.tax_class as string,
    active: v.active as boolean,
    table: readSteps(v.table as string, v.kind as Method['kind'], v.currency as string) ?? [],
  })
  return (
    <RecordForm<Method>
      title={method ? `${t('people/change')} · ${method.name}` : t('settings/addMethod')}
      lead={t('settings/methodLead')}
      inputs={[
        { name: 'name', label: t('people/name'), needed: true },
        { name: 'code', label: t('settings/code'), hint: t('settings/codeHint'), needed: true },
        { name: 'kind', label: t('settings/counts'), kind: 'choice', needed: true, options: kinds.map((value) => ({ value, label: t(`shippingKind/${value}`) })) },
        { name: 'currency', label: t('settings/currency'), hint: t('settings/currencyHint'), needed: true },
        { name: 'table', label: t('settings/steps'), hint: t('settings/stepsHint'), kind: 'area', needed: true, wrong: (text, v) => (readSteps(text, v.kind as Method['kind'], v.currency as string) ? undefined : t('settings/notSteps')) },
        { name: 'tax_class', label: t('settings/taxClass'), hint: t('settings/taxClassHint'), needed: true },
        { name: 'active', label: t('settings/chosen'), kind: 'switch' },
      ]}
      start={
        method
          ? { code: method.code, name: method.name, kind: method.kind, currency: method.currency, tax_class: method.tax_class, active: method.active, table: stepsText(method.table ?? [], method.kind, method.currency) }
          : { active: true, kind: 'flat', tax_class: 'standard' }
      }
      submit={method ? t('role/save') : t('settings/addMethod')}
      request={(v) => (method ? request('put', '/v1/shipping-methods/{id}', [method.id], facts(v), method.version) : command('/v1/shipping-methods', [], facts(v)))}
      says={(m) => t('settings/savedIt', { name: m.name })}
      close={close}
    />
  )
}
