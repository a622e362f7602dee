import { Button, Group, Text } from '@mantine/core'
import { useState } from 'react'
import { command, type Schemas } from '../api/client'
import { useMay } from '../api/me'
import { useWords } from '../language'
import { Card } from '../part/Card'
import { quantity } from '../part/format'
import { Moment } from '../part/Moment'
import { RecordForm, type Input } from '../record/RecordForm'
import { type Column, RecordTable } from '../record/RecordList'
import { useChoices } from '../record/useChoices'
import { useRecords } from '../record/useRecords'
import { movesStock, stockReasons, type Variant } from './facts'
import { useKind } from './useGoods'

type Stock = Schemas['InventoryStock']

/** Where the variants lie, how much of them is promised, and how more comes in. */
export function StockCard({ variants }: { variants: Variant[] }) {
  const { t, locale } = useWords()
  const may = useMay()
  const kind = useKind()
  const stocked = variants.filter((v) => v.kind === 'stock' && !v.bundle)
  const found = useRecords('/v1/stock', movesStock, { query: { filter: `variant:${stocked.map((v) => v.id).join(',')}` }, enabled: stocked.length > 0 && may('stock.list') })
  const [open, setOpen] = useState<'receive' | 'adjust'>()
  const columns = useStockColumns(variants.length > 1, stocked.some((v) => v.lot_tracked))
  const sum = (of: 'on_hand' | 'reserved' | 'available') => quantity(found.items.reduce((all, s) => all + s[of], 0), locale)
  if (!may('stock.list')) return null
  return (
    <Card
      title={t('nav/stock')}
      aside={
        stocked.length > 0 && (
          <Group gap="sm">
            {may('stock.receive') && (
              <Button variant="default" size="compact-sm" onClick={() => setOpen('receive')}>
                {t('stock/receive')}
              </Button>
            )}
            {may('stock.adjust') && found.items.length > 0 && (
              <Button variant="default" size="compact-sm" onClick={() => setOpen('adjust')}>
                {t('stock/adjust')}
              </Button>
            )}
          </Group>
        )
      }
    >
      {stocked.length === 0 ? (
        <Text c="dimmed" size="sm">
          {t('stock/notStocked', { kind: [...new Set(variants.map(kind))].join(', ') })}
        </Text>
      ) : found.items.length === 0 ? (
        <Text c="dimmed" size="sm">
          {found.isPending ? t('state/loading') : t('stock/nothing')}
        </Text>
      ) : (
        <>
          <RecordTable label={t('nav/stock')} items={found.items} columns={columns} more={found} />
          {found.items.length > 1 && !found.hasNextPage && (
            <Text size="sm" c="dimmed" mt="sm">
              {t('stock/all')}: {t('stock/onHand')} {sum('on_hand')} · {t('stock/reserved')} {sum('reserved')} · {t('stock/available')} {sum('available')}
            </Text>
          )}
        </>
      )}
      {open === 'receive' && <Receive variants={stocked} close={() => setOpen(undefined)} />}
      {open === 'adjust' && <Adjust variants={stocked} at={found.items[0]?.location_id} close={() => setOpen(undefined)} />}
    </Card>
  )
}

/** What a row of stock shows: the variant where there are many, the lot where stock may be kept by lot. */
export function useStockColumns(many: boolean, byLot: boolean): Column<Stock>[] {
  const { t, locale } = useWords()
  const { nameOf } = useChoices('/v1/locations')
  const figures = (['on_hand', 'reserved', 'safety', 'available'] as const).map((of) => ({
    id: of,
    label: t(`stock/${of === 'on_hand' ? 'onHand' : of}`),
    sort: of === 'safety' ? undefined : of,
    end: true,
    narrow: of !== 'safety',
    show: (s: Stock) => <Figure of={quantity(s[of], locale)} says={t(`stock/${of === 'on_hand' ? 'onHand' : of}`)} strong={of === 'available'} />,
  }))
  const location: Column<Stock> = { id: 'location', label: t('stock/location'), narrow: true, show: (s) => <bdi>{nameOf(s.location_id)}</bdi> }
  const variant: Column<Stock>[] = [
    { id: 'sku', label: t('variant/sku'), sort: 'sku', show: (s) => <bdi>{s.sku}</bdi> },
    { id: 'title', label: t('variant/name'), show: (s) => <bdi>{s.title}</bdi> },
  ]
  const lot: Column<Stock> = {
    id: 'lot',
    label: t('stock/lot'),
    narrow: true,
    show: (s) =>
      s.lot && (
        <span>
          <bdi>{s.lot}</bdi>{' '}
          {s.expires_at && (
            <Text span size="xs" c="dimmed">
              {t('stock/expires', { when: '' })}
              <Moment at={s.expires_at} />
            </Text>
          )}
        </span>
      ),
  }
  return [...(many ? variant : []), location, ...(byLot ? [lot] : []), ...figures]
}

/** A figure, which says what it is where the table has no head. */
function Figure({ of, says, strong }: { of: string; says: string; strong: boolean }) {
  return (
    <Text span size="sm" fw={strong ? 600 : undefined}>
      <Text span size="xs" c="dimmed" hiddenFrom="sm">
        {says}{' '}
      </Text>
      {of}
    </Text>
  )
}

/** The inputs that name what moves: only what has to be said. */
function useWhat(variants: Variant[]): { inputs: Input[]; skuOf: (chosen: unknown) => string; byLot: boolean } {
  const { t } = useWords()
  const { options } = useChoices('/v1/locations')
  const byLot = variants.some((v) => v.lot_tracked)
  const inputs: Input[] = [
    ...(variants.length > 1 ? [{ name: 'lines/0/sku', label: t('variant/sku'), kind: 'choice' as const, needed: true, options: variants.map((v) => ({ value: v.sku, label: v.sku })) }] : []),
    { name: 'location_id', label: t('stock/location'), kind: 'choice', needed: true, options },
    ...(byLot ? [{ name: 'lines/0/lot', label: t('stock/lot'), hint: t('stock/lotHint') }] : []),
  ]
  return { inputs, byLot, skuOf: (chosen) => String(chosen || variants[0]?.sku) }
}

function Receive({ variants, close }: { variants: Variant[]; close: () => void }) {
  const { t } = useWords()
  const { inputs, skuOf, byLot } = useWhat(variants)
  const { options } = useChoices('/v1/locations')
  return (
    <RecordForm
      title={t('stock/receiveTitle')}
      lead={t('stock/receiveLead')}
      inputs={[
        { name: 'lines/0/quantity', label: t('stock/quantity'), kind: 'number', needed: true },
        ...inputs,
        ...(byLot ? [{ name: 'lines/0/expires_at', label: t('stock/expiresAt'), kind: 'date' as const }] : []),
        { name: 'reference', label: t('stock/reference'), hint: t('stock/referenceHint') },
      ]}
      start={{ location_id: options[0]?.value ?? '' }}
      submit={t('stock/receive')}
      request={(v) =>
        command('/v1/stock/receipts', [], {
          location_id: String(v.location_id),
          ...(v.reference && { reference: String(v.reference) }),
          lines: [
            {
              sku: skuOf(v['lines/0/sku']),
              quantity: Number(v['lines/0/quantity']),
              ...(v['lines/0/lot'] && { lot: String(v['lines/0/lot']) }),
              ...(v['lines/0/expires_at'] && { expires_at: `${String(v['lines/0/expires_at'])}T00:00:00Z` }),
            },
          ],
        })
      }
      says={() => t('stock/received')}
      close={close}
    />
  )
}

function Adjust({ variants, at, close }: { variants: Variant[]; at?: string; close: () => void }) {
  const { t } = useWords()
  const { inputs, skuOf } = useWhat(variants)
  return (
    <RecordForm
      title={t('stock/adjustTitle')}
      lead={t('stock/adjustLead')}
      inputs={[
        { name: 'lines/0/quantity', label: t('stock/change'), kind: 'number', hint: t('stock/changeHint'), needed: true },
        { name: 'reason', label: t('stock/reason'), kind: 'choice', needed: true, options: stockReasons.map((value) => ({ value, label: t(`stockReason/${value}`) })) },
        ...inputs,
        { name: 'reference', label: t('stock/reference') },
      ]}
      start={{ location_id: at ?? '' }}
      submit={t('stock/adjust')}
      request={(v) =>
        command('/v1/stock/adjustments', [], {
          location_id: String(v.location_id),
          reason: v.reason as (typeof stockReasons)[number],
          ...(v.reference && { reference: String(v.reference) }),
          lines: [{ sku: skuOf(v['lines/0/sku']), quantity: Number(v['lines/0/quantity']), ...(v['lines/0/lot'] && { lot: String(v['lines/0/lot']) }) }],
        })
      }
      says={() => t('stock/adjusted')}
      close={close}
    />
  )
}
