import { Button, Group, Text } from '@mantine/core'
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { request, type Schemas } from '../api/client'
import { useMay } from '../api/me'
import { useWords } from '../language'
import { Card } from '../part/Card'
import { Copyable } from '../part/Copyable'
import { quantity } from '../part/format'
import { Moment } from '../part/Moment'
import { Badge } from '../part/Status'
import { RecordForm } from '../record/RecordForm'
import { type Column, RecordTable } from '../record/RecordList'
import { Columns, Facts, RecordPage } from '../record/RecordPage'
import { useChoices } from '../record/useChoices'
import { useRecord, useRecords } from '../record/useRecords'
import { movesStock, valuesOf, variantOf, type Variant } from './facts'
import { Limits } from './Limits'
import { MovementsCard } from './Movements'
import { PricesCard } from './PricesCard'
import { StockCard } from './StockCard'
import { useKind, useVariantInputs } from './useGoods'

/** A variant: where it lies, whom it is promised to, what moved it, what it costs. */
export default function VariantPage() {
  const { t } = useWords()
  const may = useMay()
  const { id } = useParams({ from: '/frame/variants/$id' })
  const found = useRecord('/v1/variants/{id}', ['variant', 'product'], { ids: { id } })
  const [editing, setEditing] = useState(false)
  const variant = found.data
  return (
    <RecordPage
      title={variant && [variant.sku, variant.title].filter(Boolean).join(' · ')}
      up={{ to: '/products', says: t('nav/products') }}
      error={found.error}
      retry={() => void found.refetch()}
      status={variant && <Badge tone={variant.active ? 'green' : 'grey'}>{t(variant.active ? 'variant/active' : 'variant/inactive')}</Badge>}
      actions={may('variant.update') && <Button onClick={() => setEditing(true)}>{t('variant/edit')}</Button>}
    >
      {variant && (
        <Columns
          aside={
            <>
              <About variant={variant} />
              <PricesCard variants={[variant]} />
              <Limits variant={variant} />
            </>
          }
        >
          <StockCard variants={[variant]} />
          <Promises variant={variant} />
          <MovementsCard variants={[variant]} />
        </Columns>
      )}
      {variant && editing && <Edit variant={variant} close={() => setEditing(false)} />}
    </RecordPage>
  )
}

function About({ variant: v }: { variant: Variant }) {
  const { t, locale } = useWords()
  const kind = useKind()
  const product = useRecord('/v1/products/{id}', ['product'], { ids: { id: v.product_id }, enabled: useMay()('product.get') }).data
  const number = (n?: number) => (n ? quantity(n, locale) : '')
  const yes = (is?: boolean) => (is ? '✓' : '')
  return (
    <Card title={t('variant/facts')}>
      <Facts
        of={[
          [
            t('variant/product'),
            product && (
              <Link to="/products/$id" params={{ id: product.id }}>
                <bdi>{product.title}</bdi>
              </Link>
            ),
          ],
          [t('variant/kind'), kind(v)],
          [t('variant/options'), Object.entries(v.options ?? {}).map(([name, value]) => `${name}: ${value}`).join(', ')],
          [t('variant/parts'), v.parts?.length ? v.parts.map((p) => `${quantity(p.quantity, locale)} × ${p.sku ?? p.variant_id}`).join(', ') : ''],
          [t('variant/unit'), v.unit],
          [t('variant/taxClass'), v.tax_class],
          [
            t('variant/barcodes'),
            v.barcodes?.length ? (
              <Group gap="sm">
                {v.barcodes.map((b) => (
                  <Copyable key={b} text={b} />
                ))}
              </Group>
            ) : undefined,
          ],
          [t('variant/weight'), number(v.weight_grams)],
          [t('variant/minimum'), number(v.minimum)],
          [t('variant/maximum'), number(v.maximum)],
          [t('variant/multiple'), number(v.multiple)],
          [t('variant/backorder'), yes(v.backorder)],
          [t('variant/lots'), yes(v.lot_tracked)],
          [t('variant/hazardous'), yes(v.hazardous)],
          [t('variant/hsCode'), v.hs_code],
          [t('variant/externalId'), v.external_id],
          ...Object.entries(v.specifications ?? {}).map(([name, values]): [string, string] => [name, values.join(', ')]),
        ]}
      />
    </Card>
  )
}

type Holding = Schemas['InventoryHolding']

/** The orders that its stock is promised to, the oldest promise first. */
function Promises({ variant }: { variant: Variant }) {
  const { t, locale } = useWords()
  const { nameOf } = useChoices('/v1/locations')
  const may = useMay()('stock.list') && variant.kind === 'stock' && !variant.bundle
  const found = useRecords('/v1/variants/{id}/reservations', movesStock, { ids: { id: variant.id }, query: { limit: 50 }, enabled: may })
  const columns: Column<Holding>[] = [
    { id: 'order', label: t('stock/order'), show: (h) => <bdi>{h.order_number}</bdi> },
    { id: 'location', label: t('stock/location'), narrow: true, show: (h) => <bdi>{nameOf(h.location_id) + (h.lot ? ` · ${h.lot}` : '')}</bdi> },
    { id: 'quantity', label: t('stock/quantity'), end: true, narrow: true, show: (h) => quantity(h.quantity, locale) },
    { id: 'picked', label: t('stock/picked'), end: true, show: (h) => h.picked > 0 && quantity(h.picked, locale) },
    { id: 'since', label: t('stock/since'), narrow: true, show: (h) => <Moment at={h.created_at} /> },
  ]
  if (!may) return null
  return (
    <Card title={t('stock/promises')}>
      {found.items.length > 0 ? (
        <RecordTable label={t('stock/promises')} items={found.items} columns={columns} to={(h) => ({ to: '/orders/$id', params: { id: h.order_id } })} more={found} />
      ) : (
        <Text c="dimmed" size="sm">
          {found.isPending ? t('state/loading') : t('stock/promisesNone')}
        </Text>
      )}
    </Card>
  )
}

function Edit({ variant, close }: { variant: Variant; close: () => void }) {
  const { t } = useWords()
  return (
    <RecordForm
      title={`${t('variant/edit')} · ${variant.sku}`}
      inputs={useVariantInputs(variant)}
      start={valuesOf(variant)}
      submit={t('variant/edit')}
      request={(v) => request('put', '/v1/variants/{id}', [variant.id], variantOf(v, variant), variant.version)}
      says={() => t('product/saved')}
      close={close}
    />
  )
}
