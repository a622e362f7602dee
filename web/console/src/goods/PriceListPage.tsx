import { Button } from '@mantine/core'
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { request, type Schemas } from '../api/client'
import { useMay } from '../api/me'
import { useWords } from '../language'
import { unitPrice } from '../part/format'
import { Figured } from '../part/Money'
import { RecordForm } from '../record/RecordForm'
import { type Column, RecordList } from '../record/RecordList'
import { useRecord } from '../record/useRecords'
import { SetPrice } from './SetPrice'

type Price = Schemas['CatalogPrice']

/** A price list with its prices. */
export default function PriceListPage() {
  const { t, locale } = useWords()
  const may = useMay()
  const { id } = useParams({ from: '/frame/price-lists/$id' })
  const { data: list } = useRecord('/v1/price-lists/{id}', ['price_list'], { ids: { id } })
  const [setting, setSetting] = useState<Partial<Price>>()
  const [renaming, setRenaming] = useState(false)
  const currency = list?.currency ?? ''
  const columns: Column<Price>[] = [
    { id: 'sku', label: t('prices/sku'), sort: 'sku', show: (p) => <Link to="/variants/$id" params={{ id: p.variant_id }} children={<bdi>{p.sku}</bdi>} /> },
    { id: 'title', label: t('prices/variant'), narrow: true, show: (p) => <bdi>{p.title}</bdi> },
    { id: 'minimum', label: t('prices/from'), sort: 'minimum', end: true, narrow: true, show: (p) => (p.minimum > 0 ? p.minimum.toLocaleString(locale) : t('prices/fromFirst')) },
    { id: 'price', label: t('prices/price'), sort: 'unit_price', end: true, narrow: true, show: (p) => currency && <Figured figure={unitPrice(p.unit_price, currency, locale)} currency={currency} /> },
    ...(may('price.set')
      ? [
          {
            id: 'change',
            label: t('prices/setAgain'),
            end: true,
            narrow: true,
            show: (p: Price) => (
              <Button variant="subtle" size="compact-sm" onClick={() => setSetting(p)} aria-label={`${t('prices/setAgain')} ${p.sku} ${p.minimum}`}>
                {t('prices/setAgain')}
              </Button>
            ),
          },
        ]
      : []),
  ]
  return (
    <>
      <RecordList
        path="/v1/price-lists/{id}/prices"
        ids={{ id }}
        subjects={['price_list', 'price', 'variant']}
        title={list ? `${list.name} · ${list.currency} · ${t(list.tax_inclusive ? 'prices/includesTax' : 'prices/withoutTax')}` : t('prices/one')}
        columns={columns}
        fields={[{ name: 'sku', label: t('prices/sku'), kind: 'text' }]}
        hint={t('prices/pricesHint')}
        actions={
          <>
            {may('price_list.update') && (
              <Button variant="default" onClick={() => setRenaming(true)} disabled={!list}>
                {t('prices/rename')}
              </Button>
            )}
            {may('price.set') && (
              <Button onClick={() => setSetting({})} disabled={!list}>
                {t('prices/set')}
              </Button>
            )}
          </>
        }
        empty={{ title: t('prices/noPricesTitle'), text: t('prices/noPricesText') }}
      />
      {list && setting && <SetPrice lists={[list]} start={{ sku: '', ...setting, list }} close={() => setSetting(undefined)} />}
      {list && renaming && (
        <RecordForm
          title={t('prices/rename')}
          inputs={[
            { name: 'name', label: t('prices/name'), needed: true },
            { name: 'code', label: t('prices/code'), hint: t('prices/codeHint'), needed: true },
          ]}
          start={{ name: list.name, code: list.code }}
          submit={t('prices/rename')}
          request={(v) => request('put', '/v1/price-lists/{id}', [id], { name: String(v.name), code: String(v.code) }, list.version)}
          says={() => t('product/saved')}
          close={() => setRenaming(false)}
        />
      )}
    </>
  )
}
