import type { Amount } from '../api/client'

const digitsOf = new Map<string, number>()

/** Digits behind the point of a currency: 2 of EUR, 0 of JPY, 3 of KWD. */
export function digits(currency: string): number {
  let known = digitsOf.get(currency)
  if (known === undefined) {
    known = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2
    digitsOf.set(currency, known)
  }
  return known
}

/** Minor units as the reader writes them, without the currency; exact for every integer. */
export function figure({ amount, currency }: Amount, locale: string): string {
  const places = digits(currency)
  const text = String(Math.abs(amount)).padStart(places + 1, '0')
  const decimal = (amount < 0 ? '-' : '') + text.slice(0, text.length - places) + (places ? '.' + text.slice(-places) : '')
  return new Intl.NumberFormat(locale, { minimumFractionDigits: places, maximumFractionDigits: places }).format(decimal as unknown as number)
}

/** An amount with its currency for a text; a mark keeps their order where the text runs from right to left. */
export function amount(of: Amount, locale: string): string {
  const [mark = ''] = new Intl.NumberFormat(locale, { style: 'currency', currency: of.currency, currencyDisplay: 'code' }).format(1).match(/^\u200f/) ?? []
  return `${mark}${figure(of, locale)} ${of.currency}`
}

/** Digits of Arabic and Persian, and their point, as those of programs: ١٢٫٥ is 12.5. */
function plain(text: string): string {
  return text
    .trim()
    .replace(/[٠-٩۰-۹]/g, (digit) => String(digit.charCodeAt(0) & 15))
    .replace('٫', '.')
}

/** Reads what people type, such as 12.50 or 12,5, as minor units; null if it is no amount. */
export function minorUnits(text: string, currency: string): number | null {
  const match = /^(\d{1,12})(?:[.,](\d*))?$/.exec(plain(text))
  const places = digits(currency)
  if (!match || (match[2] ?? '').length > places) return null
  return Number(match[1] + (match[2] ?? '').padEnd(places, '0'))
}

/** Reads a decimal as the reader writes it, with or without groups, such as 1,250.5 or 1.250,5; null if it is none. */
export function decimal(text: string, locale: string): string | null {
  const point = (1.1).toLocaleString(locale)[1] === ',' ? ',' : '.'
  const group = point === ',' ? '.' : ','
  const typed = plain(text)
  const grouped = new RegExp(`^\\d{1,3}([${group}٬]\\d{3})+(\\${point}\\d{1,6})?$`).test(typed)
  const bare = (grouped ? typed.replaceAll(group, '').replaceAll('٬', '') : typed).replace(',', '.')
  return /^\d{1,9}(\.\d{1,6})?$/.test(bare) ? bare : null
}

/** A decimal fraction as a percentage: 0.19 is 19 %. */
export function percent(rate: string, locale: string): string {
  return new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 4 }).format(Number(rate))
}

const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ['minute', 60],
  ['hour', 3600],
  ['day', 86400],
]

/** A time as people say it: relative within a week, else the day. */
export function spoken(at: Date, now: Date, locale: string): string {
  const seconds = (at.getTime() - now.getTime()) / 1000
  const size = Math.abs(seconds)
  if (size >= 7 * 86400) return at.toLocaleDateString(locale, { day: 'numeric', month: 'short', year: at.getFullYear() === now.getFullYear() ? undefined : 'numeric' })
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' })
  const [unit, length] = steps.findLast(([, length]) => size >= length) ?? ['second', 1]
  return relative.format(unit === 'second' ? 0 : Math.trunc(seconds / length), unit)
}

export function exact(at: Date, locale: string): string {
  return at.toLocaleString(locale, { dateStyle: 'full', timeStyle: 'long' })
}

/** A count for words that depend on it, as the reader writes it: 1,204. */
export function counted(count: number, locale: string) {
  return { count, replace: { count: count.toLocaleString(locale) } }
}

/** How many there are; the server counts to 10,000. */
export type Count = { count: number; more: boolean }

/** The count as it is shown: 1,204 or 10,000+. */
export function shownCount({ count, more }: Count, locale: string): string {
  return count.toLocaleString(locale) + (more ? '+' : '')
}

/** A quantity as the reader writes it, in thousandths at most. */
export function quantity(n: number, locale: string): string {
  return n.toLocaleString(locale, { maximumFractionDigits: 3 })
}

/** A quantity that came or went: +3 or −2. */
export function change(n: number, locale: string): string {
  return n.toLocaleString(locale, { maximumFractionDigits: 3, signDisplay: 'exceptZero' })
}

/** The price of one, a decimal, with all its digits and no fewer than the currency has. */
export function unitPrice(price: string, currency: string, locale: string): string {
  return new Intl.NumberFormat(locale, { minimumFractionDigits: digits(currency), maximumFractionDigits: 6 }).format(price as unknown as number)
}
