import { Button, Text } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { command } from '../api/client'
import { useMay } from '../api/me'
import { useWords } from '../language'
import { Moment } from '../part/Moment'
import { RecordForm } from '../record/RecordForm'
import { type Column, RecordList } from '../record/RecordList'
import { type Product, variantOf } from './facts'
import { useVariantInputs } from './useGoods'

const named = 3 // SKUs of a product

/** All products with their variants. */
export default function ProductList() {
  const { t } = useWords()
  const may = useMay()
  const [adding, setAdding] = useState(false)
  const columns: Column<Product>[] = [
    { id: 'title', label: t('product/name'), sort: 'title', show: (p) => <bdi>{p.title}</bdi> },
    { id: 'skus', label: t('product/variants'), narrow: true, show: (p) => <Skus of={p} /> },
    { id: 'category', label: t('product/category'), sort: 'category', show: (p) => <bdi>{p.category}</bdi> },
    { id: 'created', label: t('product/created'), sort: 'created', show: (p) => <Moment at={p.created_at} /> },
  ]
  return (
    <>
      <RecordList
        path="/v1/products"
        subjects={['product', 'variant']}
        title={t('nav/products')}
        columns={columns}
        to={(p) => ({ to: '/products/$id', params: { id: p.id } })}
        fields={[
          { name: 'category', label: t('product/category'), kind: 'text' },
          { name: 'sku', label: t('variant/sku'), kind: 'text' },
          { name: 'created', label: t('product/created'), kind: 'time' },
        ]}
        hint={t('product/hint')}
        actions={
          may('product.create') && (
            <Button leftSection={<IconPlus size={15} />} onClick={() => setAdding(true)}>
              {t('product/add')}
            </Button>
          )
        }
        empty={{ title: t('product/noneTitle'), text: t('product/noneText') }}
      />
      {adding && <AddProduct close={() => setAdding(false)} />}
    </>
  )
}

function Skus({ of: { variants } }: { of: Product }) {
  const { t } = useWords()
  const more = variants.length - named
  return (
    <Text span size="sm" c="dimmed">
      <bdi>
        {variants
          .slice(0, named)
          .map((v) => v.sku)
          .join(', ')}
      </bdi>
      {more > 0 && ` ${t('product/moreSkus', { count: more })}`}
    </Text>
  )
}

const first = 'variants/0/'

function AddProduct({ close }: { close: () => void }) {
  const { t } = useWords()
  const go = useNavigate()
  const inputs = useVariantInputs(undefined, first)
  return (
    <RecordForm<Product>
      title={t('product/add')}
      inputs={[
        { name: 'title', label: t('product/name'), needed: true },
        { name: 'category', label: t('product/category'), hint: t('product/categoryHint') },
        { name: 'description', label: t('product/description'), kind: 'area' },
        ...inputs.filter((i) => i.name !== first + 'title'),
      ]}
      start={{ [first + 'kind']: 'stock', [first + 'active']: true }}
      submit={t('product/add')}
      request={(v) => command('/v1/products', [], { title: String(v.title), category: String(v.category), description: String(v.description), variants: [variantOf(v, undefined, first)] })}
      says={(p) => t('product/added', { title: p.title })}
      done={(p) => void go({ to: '/products/$id', params: { id: p.id } })}
      close={close}
    />
  )
}
