/** What a scanner gave: a code, and the lot that a GS1 element string names. */
export type Scanned = { code: string; lot?: string; expires?: string }

export const fnc1 = '\x1d'
const marks = [']C1', ']e0', ']d2', ']Q3']

/** The elements of GS1 that stand on goods: their length, or the greatest of one that ends at FNC1. */
const applications = [
  { id: '01', length: 14 },
  { id: '10', length: 20, variable: true },
  { id: '17', length: 6 },
  { id: '11', length: 6 },
  { id: '13', length: 6 },
  { id: '15', length: 6 },
  { id: '16', length: 6 },
  { id: '21', length: 20, variable: true },
]

/** Reads what a scanner gives, as the server does; null if it can't be what it looks like, and was read wrong. */
export function readScan(text: string): Scanned | null {
  let elements = text
  for (const mark of marks) if (elements.startsWith(mark)) elements = elements.slice(mark.length)
  if (elements.startsWith(fnc1)) elements = elements.slice(1)
  const found = readElements(elements)
  if (!found) return plain(text) ? { code: text } : null
  if (found.expires !== undefined) {
    const day = lastDay(found.expires)
    if (!day) return null
    found.expires = day
  }
  return checkDigit(found.code) ? found : null
}

function readElements(text: string): Scanned | null {
  const found: Partial<Scanned> = {}
  while (text) {
    const a = applications.find(({ id }) => text.startsWith(`(${id})`) || text.startsWith(id))
    if (!a) return null
    const rest = text.slice(text.startsWith('(') ? a.id.length + 2 : a.id.length)
    const stop = rest.search(/[\x1d(]/)
    const end = a.variable ? (stop < 0 ? rest.length : stop) : Math.min(rest.length, a.length)
    const value = rest.slice(0, end)
    if (!value || value.length > a.length || (!a.variable && (value.length < a.length || /\D/.test(value)))) return null
    if (a.id === '01') found.code = value
    if (a.id === '10') found.lot = value
    if (a.id === '17') found.expires = value
    text = rest.slice(end)
    if (text.startsWith(fnc1)) text = text.slice(1)
  }
  return found.code ? (found as Scanned) : null
}

/** The day of yymmdd; day 0 is the end of the month. */
function lastDay(yymmdd: string): string | null {
  const [year, month, day] = [2000 + Number(yymmdd.slice(0, 2)), Number(yymmdd.slice(2, 4)), Number(yymmdd.slice(4))]
  const at = day === 0 ? new Date(Date.UTC(year, month, 0)) : new Date(Date.UTC(year, month - 1, day))
  const is = at.getUTCMonth() === month - 1 && (day === 0 || at.getUTCDate() === day)
  return is && month > 0 ? at.toISOString().slice(0, 10) : null
}

const gtin = /^(\d{8}|\d{12,14})$/

function plain(code: string): boolean {
  if (!/^[ -~]{1,48}$/.test(code)) return false
  return gtin.test(code) ? checkDigit(code) : code.trim() === code
}

function checkDigit(code: string): boolean {
  const sum = [...code].reverse().reduce((sum, digit, i) => sum + Number(digit) * (i % 2 ? 3 : 1), 0)
  return sum % 10 === 0
}

/** A code in the form in which all ways to write it are alike: zeros before a GTIN say nothing. */
export function sameCode(code: string): string {
  return gtin.test(code) ? code.padStart(14, '0') : code
}

/** What can be scanned: how much of it is still wanted, from which lots. */
export type Goods = { line_id: string; sku: string; barcodes: string[]; left: number; lots?: { lot: string; left: number }[] }

export type Match<G extends Goods> =
  | { is: 'right'; goods: G; lot?: string }
  | { is: 'enough' | 'otherLot'; goods: G; lot?: string } // it belongs there, but not now, or not this one
  | { is: 'wrong' | 'unreadable' }

/** Which of the goods a code means: one of those that are wanted, if there is one. */
export function match<G extends Goods>(text: string, all: G[]): Match<G> {
  const sku = text.trim().toUpperCase()
  const bySKU = all.filter((g) => g.sku.toUpperCase() === sku)
  if (bySKU.length > 0) return chosen(bySKU)
  const scan = readScan(text.trim())
  if (!scan) return { is: 'unreadable' }
  const code = sameCode(scan.code)
  const found = all.filter((g) => g.barcodes.some((b) => sameCode(b) === code))
  return found.length > 0 ? chosen(found, scan.lot) : { is: 'wrong' }
}

function chosen<G extends Goods>(found: G[], lot?: string): Match<G> {
  const wanted = found.filter((g) => g.left > 0)
  if (wanted.length === 0) return { is: 'enough', goods: found[0]! }
  if (lot === undefined) return { is: 'right', goods: wanted[0]! }
  const kept = wanted.filter((g) => g.lots) // by lot; of the others the lot does not matter
  if (kept.length === 0) return { is: 'right', goods: wanted[0]! }
  const from = kept.find((g) => g.lots!.some((l) => l.lot === lot && l.left > 0))
  return from ? { is: 'right', goods: from, lot } : { is: 'otherLot', goods: kept[0]!, lot }
}
