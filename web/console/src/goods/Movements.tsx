import { Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { Schemas } from '../api/client'
import { useMay } from '../api/me'
import { useWords } from '../language'
import { Card } from '../part/Card'
import { change } from '../part/format'
import { Moment } from '../part/Moment'
import { Who } from '../part/Who'
import { type Column, RecordTable } from '../record/RecordList'
import { useChoices } from '../record/useChoices'
import { useRecords } from '../record/useRecords'
import type { Variant } from './facts'

type Entry = Schemas['InventoryEntry']

/** What moved stock: when, how much, where, why, for whom, and who did it. */
export function useMovementColumns(many: boolean): Column<Entry>[] {
  const { t, locale } = useWords()
  const { nameOf } = useChoices('/v1/locations')
  return [
    { id: 'at', label: t('movement/at'), show: (m) => <Moment at={m.at} /> },
    { id: 'kind', label: t('movement/what'), narrow: true, show: (m) => t(`movementKind/${m.kind}`) + (m.reason ? ` · ${t(`stockReason/${m.reason}` as 'stockReason/other', { defaultValue: m.reason })}` : '') },
    ...(many
      ? [
          {
            id: 'sku',
            label: t('variant/sku'),
            narrow: true,
            show: (m: Entry) => (
              <Link to="/variants/$id" params={{ id: m.variant_id }}>
                <bdi>{m.sku}</bdi>
              </Link>
            ),
          },
        ]
      : []),
    {
      id: 'quantity',
      label: t('movement/quantity'),
      end: true,
      narrow: true,
      show: (m) => (
        <Text span size="sm" fw={600} c={m.quantity < 0 ? 'var(--ordo-red)' : 'var(--ordo-green)'} dir="ltr">
          {change(m.quantity, locale)}
        </Text>
      ),
    },
    { id: 'location', label: t('stock/location'), narrow: true, show: (m) => <bdi>{nameOf(m.location_id) + (m.lot ? ` · ${m.lot}` : '')}</bdi> },
    { id: 'for', label: t('movement/for'), narrow: true, show: (m) => <For entry={m} /> },
    { id: 'by', label: t('movement/by'), show: (m) => m.actor && <Who is={m.actor} /> },
  ]
}

/** The order or return that it was for; else what people wrote on the document. */
function For({ entry: m }: { entry: Entry }) {
  if (m.kind === 'return' && m.order_number)
    return (
      <Link to="/returns/$id" params={{ id: m.reference! }}>
        <bdi>{m.order_number}</bdi>
      </Link>
    )
  if (m.order_id)
    return (
      <Link to="/orders/$id" params={{ id: m.order_id }}>
        <bdi>{m.order_number}</bdi>
      </Link>
    )
  return m.kind === 'dispatch' || m.kind === 'return' ? null : <bdi>{m.reference}</bdi>
}

/** The movements of variants, the newest first. */
export function MovementsCard({ variants }: { variants: Variant[] }) {
  const { t } = useWords()
  const may = useMay()('stock.list')
  const stocked = variants.filter((v) => v.kind === 'stock' && !v.bundle)
  const filter = `variant:${stocked.map((v) => v.id).join(',')}`
  const found = useRecords('/v1/stock/movements', ['stock'], { query: { filter, limit: 20 }, enabled: may && stocked.length > 0 })
  const columns = useMovementColumns(variants.length > 1)
  if (!may || stocked.length === 0) return null
  return (
    <Card title={t('nav/movements')} aside={<Link to="/movements" search={{ filter }} children={t('movement/all')} />}>
      {found.items.length > 0 ? (
        <RecordTable label={t('nav/movements')} items={found.data?.pages[0]?.items ?? []} columns={columns} />
      ) : (
        <Text c="dimmed" size="sm">
          {found.isPending ? t('state/loading') : t('movement/none')}
        </Text>
      )}
    </Card>
  )
}
