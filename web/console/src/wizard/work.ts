import type { Order, Schemas } from '../api/client'
import { quantity, type Wanted } from './typed'

export type Agreement = Schemas['OrderAgreement']
export type LineIn = Schemas['OrderLineIn']
export type Address = Schemas['CustomerAddress']

/** A line of the order that is being made, as it is asked for, with what is known of it. */
export type Line = {
  key: number
  asked: LineIn // but for its quantity
  quantity: string // as it was typed
  sku: string
  title: string
  scan?: string // that it came from: the same again is one more
  kept?: LineIn // as the server took it last
}

/** What is being made: an agreement, and its lines. */
export type Work = { agreement: Omit<Agreement, 'lines'>; lines: Line[] }

/** The server takes no more lines. */
export const mostLines = 2000

let keys = 0

/** The work that a draft tells of, to go on with. */
export function workOf(draft: Order): Work {
  const { lines, ...agreement } = draft.agreement!
  return { agreement, lines: lines.map((asked, i) => ({ key: ++keys, asked, kept: asked, quantity: String(asked.quantity), ...named(tops(draft)[i]!) })) }
}

/** The lines of an order that were asked for: without the parts of bundles. */
export function tops(order: Order): Order['lines'] {
  return order.lines.filter((l) => !l.parent_id)
}

const named = (l: Order['lines'][number]) => ({ sku: l.sku, title: l.title })

/** Whether there is anything to keep. */
export function begun({ agreement, lines }: Work): boolean {
  return lines.length > 0 || agreement.customer_id !== undefined || agreement.contact !== undefined
}

/** What adds to an order: something found, typed, scanned, or ordered before. */
export type Addition = { asked: Omit<LineIn, 'quantity'>; sku: string; title?: string; scan?: string; quantity: string }

/** Names a row of a list, which is an SKU; the server says if it is none. */
export function row({ name, quantity }: Wanted): Addition {
  return { asked: { sku: name.slice(0, 100) }, sku: name, quantity }
}

/** What an order is of, to be ordered again. */
export function ofOrder(order: Order): Addition[] {
  return tops(order).map((l) => ({
    asked: l.variant_id ? { variant_id: l.variant_id, unit: l.sales_unit } : { title: l.title, kind: l.kind as 'service', unit: l.unit, tax_class: l.tax_class, unit_price: l.unit_price },
    ...named(l),
    quantity: String(l.sales_quantity || l.quantity),
  }))
}

/** Adds to the lines: what is there already becomes more. */
export function added(lines: Line[], additions: Addition[]): Line[] {
  const all = [...lines]
  const places = new Map(all.flatMap((l, i) => identities(l).map((id) => [id, i] as const)))
  for (const { title = '', ...a } of additions) {
    const same = identities({ ...a, title }).map((id) => places.get(id)).find((i) => i !== undefined)
    if (same !== undefined && more(all, same, a.quantity)) continue
    const line = { key: ++keys, ...a, asked: a.asked as LineIn, title }
    identities(line).forEach((id) => places.set(id, all.length))
    all.push(line)
  }
  return all
}

/** What tells that two lines are of the same thing at the same terms. */
function identities({ asked, sku, scan }: { asked: Partial<LineIn>; sku: string; scan?: string; title?: string }): string[] {
  if (asked.unit_price !== undefined || asked.discounts?.length || asked.title || asked.unit) return []
  if (scan) return [`scan ${scan}`]
  return asked.barcode ? [] : [`sku ${sku.trim().toUpperCase()}`]
}

function more(lines: Line[], at: number, by: string): boolean {
  const [had, adds] = [quantity(lines[at]!.quantity), quantity(by)]
  if (had === null || adds === null) return false
  lines[at] = { ...lines[at]!, quantity: String(Math.round((had + adds) * 1000) / 1000) }
  return true
}

/** A line that is sent to the server: as it is, or as it was kept before. */
export type Sent = { line: Line; before: boolean }

/** How much of a line the server refused: as it is now, or even as it was kept before. */
export type Refused = 'now' | 'ever'

/** What is asked of the server. Of a line that was refused, or can't be read, what was kept before is sent again. */
export function request({ agreement, lines }: Work, refused: ReadonlyMap<number, Refused>): { body: Agreement; sent: Sent[] } {
  const sent: Sent[] = []
  const body: Agreement = { ...agreement, lines: [] }
  for (const line of lines) {
    const wants = quantity(line.quantity)
    const before = refused.has(line.key) || wants === null
    const asked = !before ? { ...line.asked, quantity: wants } : refused.get(line.key) === 'ever' ? undefined : line.kept
    if (!asked) continue
    sent.push({ line, before })
    body.lines.push(asked)
  }
  return { body, sent }
}

/** The lines once the server took those that were sent. What was typed meanwhile stays. */
export function taken(lines: Line[], sent: Sent[], draft: Order): Line[] {
  const now = workOf(draft).lines
  const shown = tops(draft)
  const places = new Map(sent.map(({ line }, i) => [line.key, i]))
  return lines.map((line) => {
    const i = places.get(line.key)
    if (i === undefined) return { ...line, asked: { ...line.asked, line_id: undefined }, kept: undefined }
    const { asked, kept, sku, title } = now[i]!
    if (sent[i]!.before || sent[i]!.line.asked !== line.asked) return { ...line, kept, asked: { ...line.asked, line_id: asked.line_id } }
    // A lot is named by the scan alone: the line is served from it.
    return { ...line, sku, title, kept, asked: shown[i]!.lot_id && line.asked.barcode ? { ...asked, barcode: line.asked.barcode } : asked }
  })
}
