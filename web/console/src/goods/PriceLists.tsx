import { Button } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { command, type Schemas } from '../api/client'
import { useMay } from '../api/me'
import { useWords } from '../language'
import { Moment } from '../part/Moment'
import { RecordForm } from '../record/RecordForm'
import { RecordList } from '../record/RecordList'

/** All price lists. */
export default function PriceLists() {
  const { t } = useWords()
  const may = useMay()
  const go = useNavigate()
  const [adding, setAdding] = useState(false)
  return (
    <>
      <RecordList
        path="/v1/price-lists"
        subjects={['price_list']}
        title={t('nav/priceLists')}
        columns={[
          { id: 'name', label: t('prices/name'), sort: 'name', show: (l) => <bdi>{l.name}</bdi> },
          { id: 'code', label: t('prices/code'), sort: 'code', narrow: true, show: (l) => <bdi>{l.code}</bdi> },
          { id: 'currency', label: t('prices/currency'), narrow: true, show: (l) => l.currency },
          { id: 'tax', label: t('prices/inclusive'), narrow: true, show: (l) => t(l.tax_inclusive ? 'prices/includesTax' : 'prices/withoutTax') },
          { id: 'created', label: t('product/created'), show: (l) => <Moment at={l.created_at} /> },
        ]}
        to={(l) => ({ to: '/price-lists/$id', params: { id: l.id } })}
        fields={[{ name: 'currency', label: t('prices/currency'), kind: 'text' }]}
        hint={t('prices/hint')}
        actions={
          may('price_list.create') && (
            <Button leftSection={<IconPlus size={15} />} onClick={() => setAdding(true)}>
              {t('prices/add')}
            </Button>
          )
        }
        empty={{ title: t('prices/noneTitle'), text: t('prices/noneText') }}
      />
      {adding && (
        <RecordForm<Schemas['CatalogPriceList']>
          title={t('prices/add')}
          inputs={[
            { name: 'name', label: t('prices/name'), needed: true },
            { name: 'code', label: t('prices/code'), hint: t('prices/codeHint'), needed: true },
            { name: 'currency', label: t('prices/currency'), hint: t('prices/currencyHint'), needed: true },
            { name: 'tax_inclusive', label: t('prices/inclusive'), hint: t('prices/inclusiveHint'), kind: 'switch' },
          ]}
          submit={t('prices/add')}
          request={(v) => command('/v1/price-lists', [], { name: String(v.name), code: String(v.code), currency: String(v.currency).toUpperCase(), tax_inclusive: v.tax_inclusive === true })}
          says={(l) => t('prices/added', { name: l.name })}
          done={(l) => void go({ to: '/price-lists/$id', params: { id: l.id } })}
          close={() => setAdding(false)}
        />
      )}
    </>
  )
}
