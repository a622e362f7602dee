import { useWords } from '../language'
import classes from './part.module.css'
import { ledger, type Place } from './tone'

export type Quantities = { quantity: number } & Record<Place, number>

const places = Object.keys(ledger) as Place[]

/** Where the units of a line are: a bar, and the same in words. */
export function Ledger({ of }: { of: Quantities }) {
  const { t, locale } = useWords()
  const parts = places.filter((place) => of[place] > 0)
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 3 })
  const words = parts.map((place) => `${number.format(of[place])} ${t(`ledger/${place}`)}`)
  return (
    <div className={classes.ledger}>
      <div className={classes.bar} role="img" aria-label={t('order/ledger', { quantity: number.format(of.quantity), parts: words.join(', ') })}>
        {parts.map((place) => (
          <span key={place} className={classes.part} data-place={place} style={{ flexGrow: of[place] }} />
        ))}
      </div>
      <div className={classes.words} aria-hidden>
        {parts.map((place, i) => (
          <span key={place} data-place={place}>
            {words[i]}
          </span>
        ))}
      </div>
    </div>
  )
}
