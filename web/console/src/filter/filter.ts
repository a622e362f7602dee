/** A term of the filter language, as it stands in the text: status:pending,approved or a word. */
export type Term = {
  text: string
  from: number
  to: number
  field?: string
  negated: boolean
  operator?: string
  values: string[]
}

const form = /^(-?)([a-z_]+)(:|<=|>=|<|>)(.*)$/s

/** Reads a filter term by term. The server checks it; this only finds where terms are. */
export function terms(text: string): Term[] {
  const all: Term[] = []
  for (let at = 0; at < text.length; ) {
    if (text[at] === ' ') {
      at++
      continue
    }
    const from = at
    let quote = false
    for (let depth = 0; at < text.length && (quote || depth > 0 || text[at] !== ' '); at++) {
      if (quote && text[at] === '\\') at++
      else if (text[at] === '"') quote = !quote
      else if (!quote && text[at] === '(') depth++
      else if (!quote && text[at] === ')') depth--
    }
    all.push(term(text.slice(from, at), from))
  }
  return all
}

function term(text: string, from: number): Term {
  const place = { text, from, to: from + text.length }
  const match = form.exec(text)
  if (!match) return { ...place, negated: false, values: [] }
  return { ...place, negated: match[1] === '-', field: match[2], operator: match[3], values: commas(match[4]!) }
}

/** Splits at the commas that stand outside quotes, and takes the quotes off. */
function commas(text: string): string[] {
  return (text.match(/(?:"(?:\\.|[^"\\])*"?|[^,"])+/g) ?? []).map(plain)
}

function plain(value: string): string {
  return value.startsWith('"') ? value.replace(/^"|"$/g, '').replace(/\\(.)/g, '$1') : value
}

/** A value as the language takes it, in quotes where it needs them. */
export function quoted(value: string): string {
  return /[\s,()":<>\\]|^-|^OR$/.test(value) || value === '' ? `"${value.replace(/["\\]/g, '\\$&')}"` : value
}

/** The filter without a term. */
export function without(text: string, gone: Term): string {
  return `${text.slice(0, gone.from).trimEnd()} ${text.slice(gone.to).trimStart()}`.trim()
}

/** The filter in which a field has one of the values, whatever it had before; any if there are none. */
export function withValues(text: string, field: string, values: string[], operator = ':'): string {
  const old = terms(text).find((t) => t.field === field && !t.negated && t.operator === operator)
  const next = values.length > 0 ? field + operator + values.map(quoted).join(',') : ''
  if (old) return next ? text.slice(0, old.from) + next + text.slice(old.to) : without(text, old)
  return `${text.trim()} ${next}`.trim()
}

/** The filter that finds the orders with these ids, of those that another one finds. */
export function among(ids: string[], filter = ''): string {
  return `${filter && `(${filter}) `}id:${ids.join(',')}`
}

/** Where the faults are that the server found: it counts bytes. A fault reaches to the end of its term. */
export function marks(text: string, positions: number[]): [from: number, to: number][] {
  const all = terms(text)
  return positions.map((position) => {
    const from = Math.min(characters(text, position), Math.max(text.length - 1, 0))
    const at = all.find((t) => t.from <= from && from < t.to)
    return [from, Math.max(at?.to ?? from + 1, from + 1)]
  })
}

function characters(text: string, bytes: number): number {
  return new TextDecoder().decode(new TextEncoder().encode(text).slice(0, bytes)).length
}

/** The list with an item that it lacked, or without one that it had. */
export function toggled<T>(list: T[], item: T): T[] {
  return list.includes(item) ? list.filter((other) => other !== item) : [...list, item]
}
