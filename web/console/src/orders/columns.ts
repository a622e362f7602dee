import type { Words } from '../language/en'

/** A column of the list; its cells are drawn in cells.tsx. */
export type Column = {
  id: keyof Words['column']
  width: string
  least: number // pixels
  sort?: string // field that the server can sort by
  end?: boolean
  pinned?: { at: number; last: boolean } // it stays in view, so many pixels from the edge
}

export const columns: Column[] = [
  { id: 'number', width: '150px', least: 150, sort: 'number' },
  { id: 'placed', width: '110px', least: 110, sort: 'placed' },
  { id: 'customer', width: 'minmax(160px, 2fr)', least: 160 },
  { id: 'status', width: 'minmax(120px, 1fr)', least: 120 },
  { id: 'payment', width: 'minmax(130px, 1fr)', least: 130 },
  { id: 'fulfillment', width: 'minmax(120px, 1fr)', least: 120 },
  { id: 'returned', width: 'minmax(110px, 1fr)', least: 110 },
  { id: 'reference', width: 'minmax(120px, 1fr)', least: 120 },
  { id: 'tags', width: 'minmax(140px, 1fr)', least: 140 },
  { id: 'due', width: '110px', least: 110 },
  { id: 'day', width: '110px', least: 110, sort: 'day' },
  { id: 'updated', width: '110px', least: 110, sort: 'updated' },
  { id: 'total', width: '140px', least: 140, sort: 'total', end: true },
]

export const usual: Column['id'][] = ['number', 'placed', 'customer', 'status', 'payment', 'fulfillment', 'returned', 'total']
