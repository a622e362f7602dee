import type { Schemas } from '../api/client'
import type { Goods } from './scan'

export type Line = Schemas['FulfillmentLine'] & { variant?: Schemas['CatalogVariant'] }
/** What a location owes for a delivery, with what its lines are of, as far as the reader may see it. */
export type Work = Omit<Schemas['Fulfillment'], 'lines'> & { lines: Line[] }
export type Shipment = Schemas['FulfillmentShipment']

/** A quantity of a line that was taken from the shelf, or put back if it is below zero. */
export type Scan = {
  key: string
  work: string
  line: string
  quantity: number
  lot?: string
  tried?: boolean
  version?: number // of the work from which on it holds the scan, once the server has answered
}

/** The steps of the work, in their order. */
export const steps = ['pick', 'pack', 'ship'] as const
export type Step = (typeof steps)[number]

// Quantities have three decimals: what is computed of them is brought back to that.
const exact = (quantity: number) => Math.round(quantity * 1000) / 1000

export const toPick = (l: Line) => exact(l.quantity - l.canceled - l.picked)
export const toPack = (l: Line) => exact(l.picked - l.packed)
export const owed = (l: Line) => exact(l.quantity - l.canceled)

/** The work as it is once the server has heard of the scans. */
export function withScans(work: Work, scans: Scan[]): Work {
  const own = scans.filter((s) => s.work === work.id && (s.version === undefined || s.version > work.version))
  if (own.length === 0) return work
  const sum = (of: Scan[]) => of.reduce((q, s) => q + s.quantity, 0)
  return {
    ...work,
    lines: work.lines.map((l) => {
      const here = own.filter((s) => s.line === l.line_id)
      return { ...l, picked: exact(l.picked + sum(here)), lots: l.lots?.map((lot) => ({ ...lot, picked: exact(lot.picked + sum(here.filter((s) => s.lot === lot.lot))) })) }
    }),
  }
}

/** The answer to a command with the variants that were known before: a command expands nothing. */
export function renewed(before: Work | undefined, answer: Schemas['Fulfillment']): Work {
  const known = new Map(before?.lines.map((l) => [l.variant_id, l.variant]))
  return { ...answer, lines: answer.lines.map((l) => ({ ...l, variant: known.get(l.variant_id) })) }
}

/** What has left neither the house nor its packages. */
export const here = (work: Work) => (work.shipments ?? []).filter((s) => !s.shipped_at && !s.unpacked_at)

/** How much is to be done in a step; lines that were passed over are not to be picked now. */
export function left(work: Work, step: Step, passed: ReadonlySet<string> = new Set()): number {
  if (step === 'ship') return here(work).length
  return exact(work.lines.reduce((q, l) => q + (step === 'pack' ? toPack(l) : passed.has(l.line_id) ? 0 : Math.max(0, toPick(l))), 0))
}

/** The step that comes next; undefined if nothing is left. */
export function nextStep(work: Work, passed?: ReadonlySet<string>): Step | undefined {
  if (work.status === 'planned') return undefined
  return steps.find((step) => left(work, step, passed) > 0)
}

/** The lines as what a scanner may find, each with how much of it is wanted. */
export function goods(work: Work, wanted: (l: Line) => number): (Goods & { line: Line })[] {
  return work.lines.map((line) => ({
    line,
    line_id: line.line_id,
    sku: line.sku,
    barcodes: line.variant?.barcodes ?? [],
    left: wanted(line),
    ...(line.lots?.length && { lots: line.lots.map((l) => ({ lot: l.lot, left: exact(l.quantity - l.picked) })) }),
  }))
}

/** One of it, or what is left where that is less. */
export const one = (left: number) => Math.min(1, left)

/** A package that is being filled: quantities by line, and the weight as it was typed. */
export type Box = { lines: Record<string, number>; weight: string }

export const emptyBox = (): Box => ({ lines: {}, weight: '' })

/** How much of a line is in the packages. */
export const packedOf = (boxes: Box[], line: string) => exact(boxes.reduce((q, b) => q + (b.lines[line] ?? 0), 0))

/** The packages with more of a line in one of them, or with less. */
export function put(boxes: Box[], at: number, line: string, quantity: number): Box[] {
  return boxes.map((box, i) => {
    if (i !== at) return box
    const lines = { ...box.lines, [line]: exact((box.lines[line] ?? 0) + quantity) }
    if (lines[line]! <= 0) delete lines[line]
    return { ...box, lines }
  })
}

/** The packages as far as what is in them is picked: somebody else may have put it back, or packed it. */
export function fitting(boxes: Box[], work: Work): Box[] {
  const rest = new Map(work.lines.map((l) => [l.line_id, toPack(l)]))
  return boxes.map((box) => ({
    ...box,
    lines: Object.fromEntries(
      Object.entries(box.lines).flatMap(([line, quantity]) => {
        const fits = Math.min(quantity, rest.get(line) ?? 0)
        rest.set(line, exact((rest.get(line) ?? 0) - fits))
        return fits > 0 ? [[line, fits]] : []
      }),
    ),
  }))
}

/** What is sent to pack the packages: those that hold something, or all that is picked in one if none does. */
export function packing(boxes: Box[], work: Work): Schemas['FulfillmentPackageIn'][] {
  const filled = boxes.filter((b) => Object.keys(b.lines).length > 0)
  const all = { weight: boxes[0]?.weight ?? '', lines: Object.fromEntries(work.lines.filter((l) => toPack(l) > 0).map((l) => [l.line_id, toPack(l)])) }
  return (filled.length > 0 ? filled : [all]).map(({ weight, lines }) => ({
    ...(weight.trim() && { weight_grams: Number(weight.trim()) }),
    lines: Object.entries(lines).map(([line_id, quantity]) => ({ line_id, quantity })),
  }))
}

/** What the goods of a package weigh, in grams, as the catalog has it; undefined if it does not know all of them. */
export function weightOf(lines: Record<string, number>, work: Work): number | undefined {
  let sum = 0
  for (const [id, quantity] of Object.entries(lines)) {
    const grams = work.lines.find((l) => l.line_id === id)?.variant?.weight_grams
    if (!grams) return undefined
    sum += grams * quantity
  }
  return sum > 0 ? Math.round(sum) : undefined
}
