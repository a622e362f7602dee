import { useWords } from '../language'
import type { Whole } from '../order/useOrder'
import classes from './change.module.css'
import { Field } from './LineEditor'
import type { Staged, Step } from './useChange'

type Props = { order: Whole; steps: Staged[]; stage: (s: Step) => Promise<unknown>; unstage: (id: string) => Promise<unknown> }

/** How much of each line goes to a new order. */
export function SplitLines({ order, steps, stage, unstage }: Props) {
  const { t, locale } = useWords()
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 3 })
  return (
    <div>
      {order.lines
        .filter((l) => !l.parent_id && l.quantity > 0)
        .map((l) => {
          const staged = steps.find((s) => s.line_id === l.id)
          const move = async (value: string) => {
            if (Number(value) === 0) return staged && unstage(staged.id)
            await stage({ kind: 'split', line_id: l.id, quantity: Number(value) })
          }
          return (
            <div key={l.id} className={classes.moving}>
              <div className={classes.name}>
                <bdi>{l.title}</bdi>
                <span className={classes.sku}>{l.sku}</span>
              </div>
              <Field label={`${t('regroup/move')} ${l.sku}`} shown={t('regroup/move')} value={number.format(staged?.quantity ?? 0)} done={move} />
              <span className={classes.sku}>{t('regroup/ofUnits', { quantity: number.format(l.quantity - l.canceled) })}</span>
            </div>
          )
        })}
    </div>
  )
}
