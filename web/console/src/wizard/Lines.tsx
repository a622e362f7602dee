import { ActionIcon, Button, Group, Select, Text, TextInput, Tooltip } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { type ClipboardEvent, memo, type Ref, type RefObject, useState } from 'react'
import type { Fault } from '../api/problem'
import { useWords } from '../language'
import { Card } from '../part/Card'
import { counted } from '../part/format'
import { findVariants } from '../filter/find'
import { Discount } from './Discount'
import { type Channel, useStock, type Variant } from './facts'
import { type Entry, Finder } from './Finder'
import { isList, isScan, list, quantity, wanted } from './typed'
import { type Addition, type Line, mostLines, row } from './work'
import classes from './wizard.module.css'

const atOnce = 200 // lines that are drawn before somebody asks for all

type Props = {
  lines: Line[]
  faults: ReadonlyMap<number, Fault[]>
  channel?: Channel
  add: (additions: Addition[]) => void
  edit: (key: number, change: Partial<Line>) => void
  remove: (key: number) => void
  entry: RefObject<Entry>
  input: Ref<HTMLInputElement>
  next: () => void // the field for the next line
}

/** The second step: what is ordered, by typing, scanner or pasted list. */
export function Lines({ lines, faults, channel, add, edit, remove, entry, input, next }: Props) {
  const { t, locale } = useWords()
  const [all, showAll] = useState(false)
  const [refused, setRefused] = useState<string>()
  const [units, setUnits] = useState(new Map<string, Variant>())

  function take(more: Addition[]) {
    const left = mostLines - lines.length
    setRefused(more.length > left ? t('wizard/tooMany', { count: mostLines, replace: { count: mostLines.toLocaleString(locale) } }) : undefined)
    if (more.length > left) return
    add(more)
  }

  function paste(e: ClipboardEvent<HTMLInputElement>) {
    const text = e.clipboardData.getData('text')
    if (!isList(text)) return
    e.preventDefault()
    take(list(text).map(row))
  }

  const scan = (text: string) => take([{ asked: { barcode: text.slice(0, 100) }, sku: text, scan: text, quantity: '1' }])
  return (
    <Card
      title={t('wizard/lines')}
      aside={
        lines.length > 0 && (
          <Text size="sm" c="dimmed">
            {t('wizard/lineCount', counted(lines.length, locale))}
          </Text>
        )
      }
    >
      <Finder
        label={t('wizard/add')}
        hint={t('wizard/addHint')}
        of={`variant ${channel?.id ?? ''}`}
        words={(typed) => wanted(typed).name}
        find={(words, signal) => findVariants(words, channel, signal)}
        show={(v, typed) => <Choice variant={v} quantity={wanted(typed).quantity} channel={channel} />}
        choose={(v, typed) => {
          setUnits((known) => new Map(known).set(v.id, v))
          take([{ asked: { variant_id: v.id }, sku: v.sku, title: v.title, quantity: wanted(typed).quantity }])
        }}
        at={(typed) => isScan(typed) && (scan(typed), true)}
        missed={(typed) => /^\d{8,14}$/.test(typed) && (scan(typed), true)}
        paste={paste}
        entry={entry}
        input={input}
        error={refused}
      />
      <ol className={classes.lines}>
        {lines.slice(0, all ? undefined : atOnce).map((line) => (
          <Row key={line.key} line={line} faults={faults.get(line.key)} variant={units.get(line.asked.variant_id ?? '')} currency={channel?.currency} edit={edit} remove={remove} next={next} />
        ))}
      </ol>
      {!all && lines.length > atOnce && (
        <Button variant="subtle" size="compact-sm" onClick={() => showAll(true)}>
          {t('wizard/allLines', counted(lines.length, locale))}
        </Button>
      )}
    </Card>
  )
}

/** A variant that was found, with what is there of it. */
function Choice({ variant, quantity, channel }: { variant: Variant; quantity: string; channel?: Channel }) {
  const { t, locale } = useWords()
  const stock = useStock(variant.kind === 'stock' && !variant.bundle ? [variant.id] : [], channel)
  const there = stock.data?.get(variant.id)
  return (
    <Group justify="space-between" wrap="nowrap" gap="sm">
      <span className={classes.choice}>
        {quantity !== '1' && <strong>{`${quantity} × `}</strong>}
        <bdi>{variant.title}</bdi>
        <Text span size="xs" c="dimmed" ff="monospace">
          <bdi>{variant.sku}</bdi>
        </Text>
      </span>
      {there !== undefined && (
        <Text span size="xs" c={there > 0 ? 'dimmed' : 'var(--ordo-amber)'} className={classes.there}>
          {there > 0 ? t('wizard/inStock', { count: there, replace: { count: there.toLocaleString(locale) } }) : t('wizard/noStock')}
        </Text>
      )}
    </Group>
  )
}

type RowProps = { line: Line; faults?: Fault[]; variant?: Variant; currency?: string; next: () => void } & Pick<Props, 'edit' | 'remove'>

const Row = memo(function Row({ line, faults = [], variant, currency, edit, remove, next }: RowProps) {
  const { t } = useWords()
  const name = line.title || line.sku
  const wrong = quantity(line.quantity) === null ? t('wizard/notQuantity') : undefined
  const allowed = faults.flatMap((f) => (f.allowed ?? []).map((to) => [f, to] as const))
  return (
    <li className={classes.line}>
      <div className={classes.row}>
        <TextInput
          aria-label={t('wizard/quantityOf', { name })}
          className={classes.quantity}
          value={line.quantity}
          dir="ltr"
          inputMode="decimal"
          autoComplete="off"
          error={wrong !== undefined || faults.length > 0}
          onChange={(e) => edit(line.key, { quantity: e.currentTarget.value })}
          onKeyDown={(e) => {
            if (e.key !== 'Enter' || e.ctrlKey || e.metaKey) return
            e.preventDefault()
            next()
          }}
        />
        {(variant?.units?.length ?? 0) > 0 && (
          <Select
            aria-label={t('wizard/unitOf', { name })}
            className={classes.unit}
            allowDeselect={false}
            data={[variant!.unit || 'each', ...variant!.units!.map((u) => u.unit)]}
            value={line.asked.unit ?? (variant!.unit || 'each')}
            onChange={(unit) => edit(line.key, { asked: { ...line.asked, unit: unit ?? undefined } })}
          />
        )}
        <span className={classes.what}>
          <bdi>{name}</bdi>
          {line.title && (
            <Text span size="xs" c="dimmed" ff="monospace">
              <bdi>{line.sku}</bdi>
            </Text>
          )}
        </span>
        {currency && <Discount of={name} asked={line.asked.discounts ?? []} currency={currency} set={(discounts) => edit(line.key, { asked: { ...line.asked, discounts } })} />}
        <Tooltip label={t('wizard/remove')}>
          <ActionIcon variant="subtle" color="gray" aria-label={t('wizard/removeOf', { name })} onClick={() => remove(line.key)}>
            <IconX size={15} />
          </ActionIcon>
        </Tooltip>
      </div>
      {(wrong || faults.length > 0) && (
        <div role="alert" className={classes.fault}>
          {wrong && <span>{wrong}</span>}
          {faults.map((f) => (
            <bdi key={f.code + f.pointer}>{f.detail}</bdi>
          ))}
          {allowed.map(([fault, to]) => (
            <Button key={to} size="compact-xs" variant="default" onClick={() => edit(line.key, mended(line, fault, to))}>
              <bdi>{to}</bdi>
            </Button>
          ))}
        </div>
      )}
    </li>
  )
})

/** The line with one of the values that the server allows. */
function mended(line: Line, fault: Fault, to: string): Partial<Line> {
  if (fault.pointer?.endsWith('/quantity')) return { quantity: to }
  if (fault.pointer?.endsWith('/unit')) return { asked: { ...line.asked, unit: to } }
  return { asked: { ...line.asked, sku: to }, sku: to }
}
