import { Button, Group, Text } from '@mantine/core'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { request } from '../api/client'
import { useMay } from '../api/me'
import { useWords } from '../language'
import { Card } from '../part/Card'
import { Moment } from '../part/Moment'
import { Badge } from '../part/Status'
import { RecordForm, type Values } from '../record/RecordForm'
import { type Column, RecordTable } from '../record/RecordList'
import { Columns, Facts, RecordPage } from '../record/RecordPage'
import { useRecord } from '../record/useRecords'
import { type Product, type Variant, variantOf } from './facts'
import { MovementsCard } from './Movements'
import { PricesCard } from './PricesCard'
import { StockCard } from './StockCard'
import { useKind, useVariantInputs } from './useGoods'

/** A product: its variants, where they lie, what moved them, what they cost. */
export default function ProductPage() {
  const { t } = useWords()
  const may = useMay()
  const { id } = useParams({ from: '/frame/products/$id' })
  const found = useRecord('/v1/products/{id}', ['product', 'variant'], { ids: { id } })
  const [open, setOpen] = useState<'edit' | 'add'>()
  const product = found.data
  const close = () => setOpen(undefined)
  return (
    <RecordPage
      title={product?.title}
      up={{ to: '/products', says: t('nav/products') }}
      error={found.error}
      retry={() => void found.refetch()}
      actions={
        may('product.update') && (
          <>
            <Button onClick={() => setOpen('add')}>{t('variant/add')}</Button>
            <Button variant="default" onClick={() => setOpen('edit')}>
              {t('product/edit')}
            </Button>
          </>
        )
      }
    >
      {product && (
        <Columns
          aside={
            <>
              <About product={product} />
              <PricesCard variants={product.variants} />
            </>
          }
        >
          <Variants of={product.variants} />
          <StockCard variants={product.variants} />
          <MovementsCard variants={product.variants} />
        </Columns>
      )}
      {product && open === 'edit' && <EditProduct product={product} close={close} />}
      {product && open === 'add' && <AddVariant product={product} close={close} />}
    </RecordPage>
  )
}

function About({ product: p }: { product: Product }) {
  const { t } = useWords()
  return (
    <Card title={t('product/one')}>
      {p.description && (
        <Text size="sm" mb="md" style={{ whiteSpace: 'pre-line', overflowWrap: 'anywhere' }}>
          <bdi>{p.description}</bdi>
        </Text>
      )}
      <Facts
        of={[
          [t('product/category'), p.category],
          ...Object.entries(p.specifications ?? {}).map(([name, values]): [string, string] => [name, values.join(', ')]),
          [t('product/created'), <Moment key="at" at={p.created_at} />],
        ]}
      />
    </Card>
  )
}

function Variants({ of }: { of: Variant[] }) {
  const { t } = useWords()
  const kind = useKind()
  const columns: Column<Variant>[] = [
    { id: 'sku', label: t('variant/sku'), show: (v) => <bdi>{v.sku}</bdi> },
    {
      id: 'title',
      label: t('variant/name'),
      narrow: true,
      show: (v) => (
        <Group gap="sm">
          <bdi>{v.title}</bdi>
          <Text span size="sm" c="dimmed">
            <bdi>{Object.values(v.options ?? {}).join(', ')}</bdi>
          </Text>
        </Group>
      ),
    },
    { id: 'kind', label: t('variant/kind'), narrow: true, show: kind },
    { id: 'active', label: t('variant/active'), end: true, narrow: true, show: (v) => <Badge tone={v.active ? 'green' : 'grey'} plain>{t(v.active ? 'variant/active' : 'variant/inactive')}</Badge> },
  ]
  return (
    <Card title={t('product/variants')}>
      <RecordTable label={t('product/variants')} items={of} columns={columns} to={(v) => ({ to: '/variants/$id', params: { id: v.id } })} keys />
    </Card>
  )
}

/** The facts of a product, which a change names all. */
function factsOf(p: Product, v?: Values) {
  return { title: String(v?.title ?? p.title), category: String(v?.category ?? p.category ?? ''), description: String(v?.description ?? p.description ?? ''), specifications: p.specifications }
}

function EditProduct({ product, close }: { product: Product; close: () => void }) {
  const { t } = useWords()
  return (
    <RecordForm
      title={t('product/edit')}
      inputs={[
        { name: 'title', label: t('product/name'), needed: true },
        { name: 'category', label: t('product/category'), hint: t('product/categoryHint') },
        { name: 'description', label: t('product/description'), kind: 'area' },
      ]}
      start={{ title: product.title, category: product.category ?? '', description: product.description ?? '' }}
      submit={t('product/edit')}
      request={(v) => request('put', '/v1/products/{id}', [product.id], factsOf(product, v), product.version)}
      says={() => t('product/saved')}
      close={close}
    />
  )
}

const first = 'variants/0/'

function AddVariant({ product, close }: { product: Product; close: () => void }) {
  const { t } = useWords()
  return (
    <RecordForm
      title={t('variant/add')}
      inputs={useVariantInputs(undefined, first)}
      start={{ [first + 'kind']: 'stock', [first + 'active']: true }}
      submit={t('variant/add')}
      request={(v) => request('put', '/v1/products/{id}', [product.id], { ...factsOf(product), variants: [variantOf(v, undefined, first)] }, product.version)}
      says={() => t('product/saved')}
      close={close}
    />
  )
}
