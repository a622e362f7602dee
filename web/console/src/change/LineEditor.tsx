import { TextInput } from '@mantine/core'
import { useState } from 'react'
import { useMay } from '../api/me'
import { useWords } from '../language'
import type { Line } from '../order/useOrder'
import { decimal } from '../part/format'
import classes from './change.module.css'
import type { Staged, Step } from './useChange'

type Props = { line: Line; steps: Staged[]; stage: (s: Step) => Promise<unknown>; unstage: (id: string) => Promise<unknown> }

/** The quantity, the price and what is canceled of a line. What is typed is staged when the field is left. */
export function LineEditor({ line, steps, stage, unstage }: Props) {
  const { t, locale } = useWords()
  const may = useMay()
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 6 })
  const of = (kind: Staged['kind']) => steps.find((s) => s.kind === kind && s.line_id === line.id)
  const set = async (kind: 'set_quantity' | 'set_price' | 'cancel', value: string, same: string) => {
    const there = of(kind)
    if (Number(value) === Number(same)) return there && unstage(there.id)
    const given = kind === 'set_price' ? { unit_price: value } : { quantity: Number(value) }
    await stage({ kind, line_id: line.id, ...given })
  }
  return (
    <div className={classes.line}>
      <div className={classes.name}>
        <bdi>{line.title}</bdi>
        <span className={classes.sku}>{line.sku}</span>
      </div>
      <Field label={`${t('change/quantity')} ${line.sku}`} shown={t('change/quantity')} value={number.format(of('set_quantity')?.quantity ?? line.quantity)} done={(v) => set('set_quantity', v, String(line.quantity))} />
      <Field label={`${t('change/price')} ${line.sku}`} shown={t('change/price')} fixed={!may('order.set_price')} value={number.format(Number(of('set_price')?.unit_price ?? line.unit_price))} done={(v) => set('set_price', v, line.unit_price)} />
      <Field label={`${t('change/cancel')} ${line.sku}`} shown={t('change/cancel')} value={number.format(of('cancel')?.quantity ?? 0)} done={(v) => set('cancel', v, '0')} />
    </div>
  )
}

type FieldProps = { label: string; shown: string; value: string; fixed?: boolean; done: (v: string) => Promise<unknown> }

/** A number that is taken over when the field is left; what can't be read, or is refused, stays to be mended. */
export function Field({ label, shown, value, fixed, done }: FieldProps) {
  const { t, locale } = useWords()
  const [typed, setTyped] = useState<string>()
  const [wrong, setWrong] = useState(false)
  const leave = async () => {
    if (typed === undefined || typed.trim() === value) return setTyped(undefined)
    const plain = decimal(typed, locale)
    setWrong(plain === null)
    if (plain === null) return
    await done(plain).then(
      () => setTyped(undefined),
      () => undefined, // the panel tells why
    )
  }
  return (
    <TextInput
      label={shown}
      aria-label={label}
      size="xs"
      inputMode="decimal"
      readOnly={fixed}
      error={wrong && t('change/notNumber')}
      value={typed ?? value}
      onChange={(e) => setTyped(e.currentTarget.value)}
      onBlur={() => void leave()}
      onKeyDown={(e) => e.key === 'Enter' && void leave()}
    />
  )
}
