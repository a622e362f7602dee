import { NumberInput, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useWords } from '../language'
import type { Line } from '../order/useOrder'
import classes from './change.module.css'
import type { Staged, Step } from './useChange'

type Props = { line: Line; steps: Staged[]; stage: (s: Step) => void; unstage: (id: string) => void }

/** The quantity, the price and what is canceled of a line. What is typed is staged when the field is left. */
export function LineEditor({ line, steps, stage, unstage }: Props) {
  const { t } = useWords()
  const of = (kind: Staged['kind']) => steps.find((s) => s.kind === kind && s.line_id === line.id)
  const set = (kind: 'set_quantity' | 'set_price' | 'cancel', value: string, same: string) => {
    const there = of(kind)
    if (value === same) return there && unstage(there.id)
    const given = kind === 'set_price' ? { unit_price: value } : { quantity: Number(value) }
    stage({ kind, line_id: line.id, ...given })
  }
  const plain = String(Number(line.unit_price))
  return (
    <div className={classes.line}>
      <div className={classes.name}>
        <bdi>{line.title}</bdi>
        <span className={classes.sku}>{line.sku}</span>
      </div>
      <Field label={`${t('change/quantity')} ${line.sku}`} shown={t('change/quantity')} value={String(of('set_quantity')?.quantity ?? line.quantity)} done={(v) => set('set_quantity', v, String(line.quantity))} />
      <Field label={`${t('change/price')} ${line.sku}`} shown={t('change/price')} text value={String(Number(of('set_price')?.unit_price ?? line.unit_price))} done={(v) => set('set_price', v, plain)} />
      <Field label={`${t('change/cancel')} ${line.sku}`} shown={t('change/cancel')} value={String(of('cancel')?.quantity ?? 0)} done={(v) => set('cancel', v, '0')} />
    </div>
  )
}

function Field({ label, shown, text, value, done }: { label: string; shown: string; text?: boolean; value: string; done: (v: string) => void }) {
  const [typed, setTyped] = useState<string>()
  const leave = () => {
    const v = typed?.trim().replace(',', '.')
    setTyped(undefined)
    if (v && v !== value && !Number.isNaN(Number(v))) done(v)
  }
  const common = { label: shown, 'aria-label': label, size: 'xs' as const, onBlur: leave, onKeyDown: (e: React.KeyboardEvent) => e.key === 'Enter' && leave() }
  if (text) return <TextInput {...common} inputMode="decimal" value={typed ?? value} onChange={(e) => setTyped(e.currentTarget.value)} />
  return <NumberInput {...common} min={0} allowNegative={false} hideControls value={typed ?? value} onChange={(v) => setTyped(String(v))} />
}
