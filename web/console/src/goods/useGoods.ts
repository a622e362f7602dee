import { useWords } from '../language'
import type { Input } from '../record/RecordForm'
import { kinds, type Variant } from './facts'

/** The inputs of a variant; their names begin with at. A new one asks for the least. */
export function useVariantInputs(before?: Variant, at = ''): Input[] {
  const { t } = useWords()
  const first: Input[] = [
    { name: at + 'sku', label: t('variant/sku'), needed: true },
    { name: at + 'title', label: t('variant/name'), hint: t('variant/nameHint') },
    { name: at + 'kind', label: t('variant/kind'), kind: 'choice', needed: true, options: kinds.map((value) => ({ value, label: t(`kind/${value}`) })) },
    { name: at + 'unit', label: t('variant/unit'), hint: t('variant/unitHint') },
    { name: at + 'tax_class', label: t('variant/taxClass'), hint: t('variant/taxHint') },
    { name: at + 'barcodes', label: t('variant/barcodes'), hint: t('variant/barcodesHint') },
    { name: at + 'backorder', label: t('variant/backorder'), kind: 'switch' },
    { name: at + 'lot_tracked', label: t('variant/lots'), kind: 'switch' },
  ]
  if (!before) return first
  return [
    ...first,
    { name: at + 'weight_grams', label: t('variant/weight'), kind: 'number' },
    { name: at + 'minimum', label: t('variant/minimum'), kind: 'number' },
    { name: at + 'maximum', label: t('variant/maximum'), kind: 'number' },
    { name: at + 'multiple', label: t('variant/multiple'), kind: 'number' },
    { name: at + 'hs_code', label: t('variant/hsCode') },
    { name: at + 'external_id', label: t('variant/externalId') },
    { name: at + 'hazardous', label: t('variant/hazardous'), kind: 'switch' },
    { name: at + 'active', label: t('variant/active'), kind: 'switch' },
  ]
}

/** What a variant is, in a word. */
export function useKind(): (v: Pick<Variant, 'kind' | 'bundle'>) => string {
  const { t } = useWords()
  return (v) => t(`kind/${v.bundle ? 'bundle' : v.kind}`)
}
