import type { Schemas } from '../api/client'
import type { Values } from '../record/RecordForm'

export type Variant = Schemas['CatalogVariant']
export type VariantFacts = Schemas['CatalogVariantFacts']
export type Product = Schemas['CatalogProduct']

/** Events after which stock is read again: orders promise it. */
export const movesStock = ['stock', 'lot', 'order', 'fulfillment']

export const kinds = ['stock', 'drop_ship', 'made_to_order', 'service', 'digital'] as const
export const stockReasons = ['count', 'damage', 'loss', 'found', 'other'] as const
export const movementKinds = ['receipt', 'adjustment', 'dispatch', 'return'] as const

const texts = ['title', 'unit', 'tax_class', 'hs_code', 'external_id'] as const
const numbers = ['weight_grams', 'minimum', 'maximum', 'multiple'] as const
const switches = ['backorder', 'lot_tracked', 'hazardous'] as const

/** What can be said of a variant, without what the server says of it. */
function told(v: Variant): VariantFacts {
  const { id: _, product_id: _product, bundle: _bundle, version: _version, created_at: _created, actions: _actions, ...facts } = v
  return facts
}

/** What a form of a variant begins with; the names of its inputs begin with at. */
export function valuesOf(v: Variant, at = ''): Values {
  return {
    [at + 'sku']: v.sku,
    [at + 'kind']: v.kind,
    [at + 'barcodes']: (v.barcodes ?? []).join(', '),
    [at + 'active']: v.active,
    ...Object.fromEntries(texts.map((name) => [at + name, v[name] ?? ''])),
    ...Object.fromEntries(numbers.map((name) => [at + name, v[name] ? String(v[name]) : ''])),
    ...Object.fromEntries(switches.map((name) => [at + name, v[name] ?? false])),
  }
}

/** The variant that was filled into a form; what the form does not ask for stays as it was. */
export function variantOf(values: Values, before?: Variant, at = ''): VariantFacts {
  const text = (name: string) => String(values[at + name] ?? '').trim()
  return {
    ...(before && told(before)),
    sku: text('sku'),
    kind: text('kind') as VariantFacts['kind'],
    active: values[at + 'active'] !== false,
    barcodes: text('barcodes')
      .split(',')
      .map((b) => b.trim())
      .filter(Boolean),
    ...Object.fromEntries(texts.map((name) => [name, text(name)])),
    ...Object.fromEntries(numbers.map((name) => [name, Number(text(name) || 0)])),
    ...Object.fromEntries(switches.map((name) => [name, values[at + name] === true])),
  }
}
