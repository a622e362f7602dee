import { Button } from '@mantine/core'
import { useState } from 'react'
import { request, type Schemas } from '../api/client'
import { useMay } from '../api/me'
import { useWords } from '../language'
import { decimal, percent } from '../part/format'
import { RecordForm } from '../record/RecordForm'
import { type Column, RecordList } from '../record/RecordList'

type Rate = Schemas['TaxRow']

/** What is taxed how much, where and from when on. */
export default function Taxes() {
  const { t, locale } = useWords()
  const may = useMay()
  const [open, set] = useState<Rate | 'new'>()
  const columns: Column<Rate>[] = [
    { id: 'country', label: t('settings/country'), sort: 'country', show: (r) => <bdi>{r.country}</bdi> },
    { id: 'class', label: t('settings/taxClass'), narrow: true, sort: 'class', show: (r) => <bdi>{r.class}</bdi> },
    { id: 'name', label: t('settings/printed'), show: (r) => <bdi>{r.name}</bdi> },
    { id: 'rate', label: t('settings/rate'), end: true, narrow: true, sort: 'rate', show: (r) => percent(r.rate, locale) },
    { id: 'from', label: t('settings/validFrom'), end: true, narrow: true, sort: 'valid_from', show: (r) => new Date(r.valid_from + 'T00:00').toLocaleDateString(locale) },
    ...(may('tax_rate.set')
      ? [{ id: 'change', label: t('people/change'), end: true, narrow: true, show: (r: Rate) => <Button variant="subtle" size="compact-sm" onClick={() => set(r)} aria-label={`${t('people/change')}: ${r.country} ${r.class} ${r.valid_from}`} children={t('people/change')} /> }]
      : []),
  ]
  return (
    <>
      <RecordList
        path="/v1/tax-rates"
        subjects={['tax_rate', 'tax']}
        title={t('settings/taxes')}
        columns={columns}
        fields={[
          { name: 'country', label: t('settings/country'), kind: 'text' },
          { name: 'class', label: t('settings/taxClass'), kind: 'text' },
        ]}
        hint={t('settings/taxHint')}
        actions={may('tax_rate.set') && <Button onClick={() => set('new')}>{t('settings/addRate')}</Button>}
        empty={{ title: t('settings/noRates'), text: t('settings/noRatesText') }}
      />
      {open && <Form rate={open === 'new' ? undefined : open} close={() => set(undefined)} />}
    </>
  )
}

function Form({ rate, close }: { rate?: Rate; close: () => void }) {
  const { t, locale } = useWords()
  const fraction = (text: string) => {
    const read = decimal(text, locale)
    return read === null ? undefined : (Number(read) / 100).toFixed(6).replace(/\.?0+$/, '')
  }
  return (
    <RecordForm
      title={rate ? `${t('people/change')} · ${rate.country} ${rate.class}` : t('settings/addRate')}
      lead={t(rate ? 'settings/changeRateLead' : 'settings/rateLead')}
      inputs={[
        ...(rate
          ? []
          : [
              { name: 'rates/0/country', label: t('settings/country'), hint: t('settings/countryHint'), needed: true },
              { name: 'rates/0/class', label: t('settings/taxClass'), hint: t('settings/taxClassHint'), needed: true },
              { name: 'rates/0/valid_from', label: t('settings/validFrom'), kind: 'date' as const, needed: true },
            ]),
        { name: 'rates/0/name', label: t('settings/printed'), hint: t('settings/printedHint'), needed: true },
        { name: 'rates/0/rate', label: t('settings/rate'), hint: t('settings/rateHint'), needed: true, wrong: (text: string) => (fraction(text) === undefined ? t('role/notPercent') : undefined) },
      ]}
      start={rate ? { 'rates/0/name': rate.name, 'rates/0/rate': (Number(rate.rate) * 100).toLocaleString(locale, { maximumFractionDigits: 4 }) } : { 'rates/0/class': 'standard' }}
      submit={rate ? t('role/save') : t('settings/addRate')}
      request={(v) =>
        request('put', '/v1/tax-rates', [], {
          rates: [
            {
              country: rate?.country ?? (v['rates/0/country'] as string),
              class: rate?.class ?? (v['rates/0/class'] as string),
              valid_from: rate?.valid_from ?? (v['rates/0/valid_from'] as string),
              name: v['rates/0/name'] as string,
              rate: fraction(v['rates/0/rate'] as string) ?? '',
            },
          ],
        })
      }
      says={() => t('settings/saved')}
      close={close}
    />
  )
}
