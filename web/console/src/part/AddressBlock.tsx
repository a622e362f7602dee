import type { Schemas } from '../api/client'
import { useWords } from '../language'
import classes from './part.module.css'

/** An address, a line for each of its parts that are given. */
export function AddressBlock({ of: a }: { of: Schemas['CustomerAddress'] }) {
  const { locale } = useWords()
  const country = new Intl.DisplayNames(locale, { type: 'region', fallback: 'code' }).of(a.country)
  const lines = [a.company, a.name, a.street, a.street2, [a.postcode, a.city].filter(Boolean).join(' '), a.region, country].filter(Boolean)
  return (
    <address className={classes.address}>
      {lines.map((line, i) => (
        <bdi key={i}>{line}</bdi>
      ))}
    </address>
  )
}
