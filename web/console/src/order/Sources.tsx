import { Modal, Stack, Text, UnstyledButton } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useQueryClient } from '@tanstack/react-query'
import { command } from '../api/client'
import { useMay } from '../api/me'
import { movesStock } from '../goods/facts'
import { useWords } from '../language'
import { quantity } from '../part/format'
import { RecordForm } from '../record/RecordForm'
import { useChoices } from '../record/useChoices'
import { useRecords } from '../record/useRecords'
import classes from './order.module.css'
import { keyOf, type Line, type Whole } from './useOrder'

type Props = { order: Whole; line: Line }
type Source = NonNullable<Line['sources']>[number]

/** Where what is promised of a line comes from. Pressed, it tells why from there, and lets it come from elsewhere. */
export function Sources({ order, line }: Props) {
  const { t, locale } = useWords()
  const [opened, { open, close }] = useDisclosure()
  const sources = (line.sources ?? []).filter((s) => s.location)
  if (sources.length === 0) return null
  const from = sources.map((s) => named(s) + (sources.length > 1 ? ` × ${quantity(s.quantity, locale)}` : ''))
  return (
    <>
      <UnstyledButton className={classes.sources} onClick={open} aria-haspopup="dialog">
        {t('order/from', { location: new Intl.ListFormat(locale).format(from) })}
      </UnstyledButton>
      {opened && <Move order={order} line={line} sources={sources} close={close} />}
    </>
  )
}

/** A location, with the lot where stock is kept by lot. */
function named({ location, lot }: Source): string {
  return [location!.name, lot].filter(Boolean).join(' · ')
}

function Move({ order, line, sources, close }: Props & { sources: Source[]; close: () => void }) {
  const { t } = useWords()
  const client = useQueryClient()
  const may = order.actions?.find((a) => a.name === 'order.move_stock')
  const movable = sources.filter((s) => s.quantity > s.picked)
  const only = sources.length === 1 && !sources[0]!.lot ? sources[0]!.location_id : undefined // where it comes from already
  const options = useFree(line.variant_id).filter((o) => o.value !== only)
  const title = t('sources/title', { sku: line.sku })
  const why = <Why sources={sources} />
  if (!may?.allowed || movable.length === 0)
    return (
      <Modal opened onClose={close} title={title} closeButtonProps={{ 'aria-label': t('keys/close') }}>
        <Stack gap="md">
          {why}
          {may && <Text c="dimmed">{may.allowed ? t('sources/picked') : may.reason}</Text>}
        </Stack>
      </Modal>
    )
  return (
    <RecordForm
      title={title}
      lead={why}
      inputs={[
        ...(movable.length > 1 ? [{ name: 'from', label: t('sources/only'), kind: 'choice' as const, options: movable.map((s, i) => ({ value: String(i), label: named(s) })) }] : []),
        { name: 'lines/0/location_id', label: t('sources/to'), kind: 'choice', needed: true, options },
        ...(sources.some((s) => s.lot) ? [{ name: 'lines/0/lot', label: t('stock/lot'), hint: t('sources/lotHint') }] : []),
        { name: 'lines/0/quantity', label: t('stock/quantity'), kind: 'number', hint: t('sources/all') },
      ]}
      submit={t('sources/move')}
      request={(v) => {
        const from = v.from ? movable[Number(v.from)] : undefined
        return command('/v1/orders/{id}/move-stock', [order.id], {
          lines: [
            {
              line_id: line.id,
              location_id: String(v['lines/0/location_id']),
              ...(v['lines/0/quantity'] && { quantity: Number(v['lines/0/quantity']) }),
              ...(v['lines/0/lot'] && { lot: String(v['lines/0/lot']) }),
              ...(from && { from_location_id: from.location_id, ...(from.lot && { from_lot: from.lot }) }),
            },
          ],
        })
      }}
      says={() => t('sources/moved')}
      done={() => void client.invalidateQueries({ queryKey: keyOf(order.id) })}
      close={close}
    />
  )
}

/** Each source with why it was chosen. */
function Why({ sources }: { sources: Source[] }) {
  const { t, locale } = useWords()
  return (
    <ul className={classes.why}>
      {sources.map((s) => (
        <li key={`${s.location_id} ${s.lot} ${s.reason}`}>
          <bdi>{named(s)}</bdi> × {quantity(s.quantity, locale)}
          {s.reason && `: ${t(`sources/${s.reason}`)}`}
        </li>
      ))}
    </ul>
  )
}

/** The locations, with what they can promise of a variant where the reader may see it. */
function useFree(variant?: string) {
  const { t, locale } = useWords()
  const visible = useMay()('stock.list')
  const { items: locations } = useChoices('/v1/locations')
  const { items: stock } = useRecords('/v1/stock', movesStock, { query: { filter: `variant:${variant}`, limit: 200 }, enabled: visible && variant !== undefined })
  const free = (id: string) => stock.filter((s) => s.location_id === id).reduce((sum, s) => sum + Math.max(0, s.available), 0)
  return locations.map(({ id, name }) => ({ value: id, label: visible ? t('sources/free', { location: name, quantity: quantity(free(id), locale) }) : name }))
}
