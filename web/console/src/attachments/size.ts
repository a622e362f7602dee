const units = ['byte', 'kilobyte', 'megabyte'] as const

/** A size for people: 1.4 MB. */
export function inBytes(bytes: number, locale: string): string {
  let n = bytes
  let unit = 0
  while (n >= 1000 && unit < units.length - 1) {
    n /= 1000
    unit++
  }
  return new Intl.NumberFormat(locale, { style: 'unit', unit: units[unit], unitDisplay: 'short', maximumFractionDigits: n < 10 && unit > 0 ? 1 : 0 }).format(n)
}
