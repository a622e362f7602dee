import type { Amount } from '../api/client'
import { useWords } from '../language'
import classes from './part.module.css'
import { figure } from './format'

/** An amount with its currency in a quieter tone. */
export function Money({ of, strong }: { of: Amount; strong?: boolean }) {
  const { locale } = useWords()
  return <Figured figure={figure(of, locale)} currency={of.currency} strong={strong} />
}

/** A figure of a currency, such as a price with more digits than amounts have. */
export function Figured({ figure, currency, strong }: { figure: string; currency: string; strong?: boolean }) {
  return (
    <span className={classes.money} data-strong={strong || undefined}>
      <bdi>{figure}</bdi> <bdi className={classes.currency}>{currency}</bdi>
    </span>
  )
}
