import type { Amount } from '../api/client'
import { useWords } from '../language'
import classes from './part.module.css'
import { figure } from './format'

/** An amount with its currency in a quieter tone. */
export function Money({ of, strong }: { of: Amount; strong?: boolean }) {
  const { locale } = useWords()
  return (
    <span className={classes.money} data-strong={strong || undefined} dir="ltr">
      {figure(of, locale)}
      <span className={classes.currency}> {of.currency}</span>
    </span>
  )
}
