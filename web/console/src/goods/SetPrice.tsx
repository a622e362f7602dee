import { request, type Schemas } from '../api/client'
import { useWords } from '../language'
import { decimal } from '../part/format'
import { RecordForm } from '../record/RecordForm'
import type { Variant } from './facts'

type List = Schemas['CatalogPriceList']
type Start = { sku: string; list?: List; minimum?: number; unit_price?: string }

/** Sets a price in a list, which is chosen where it is not given. */
export function SetPrice({ variants, lists, start, close }: { variants?: Pick<Variant, 'sku'>[]; lists: List[]; start: Start; close: () => void }) {
  const { t, locale } = useWords()
  return (
    <RecordForm
      title={t('prices/set')}
      lead={t('prices/setLead')}
      inputs={[
        { name: 'list', label: t('prices/one'), kind: 'choice', needed: true, options: lists.map((l) => ({ value: l.id, label: `${l.name} · ${l.currency}` })), shown: () => lists.length > 1 },
        variants
          ? { name: 'prices/0/sku', label: t('variant/sku'), kind: 'choice', needed: true, options: variants.map((v) => ({ value: v.sku, label: v.sku })), shown: () => variants.length > 1 }
          : { name: 'prices/0/sku', label: t('variant/sku'), needed: true },
        { name: 'prices/0/unit_price', label: t('prices/price'), needed: true },
        { name: 'prices/0/minimum', label: t('prices/from'), kind: 'number', hint: t('prices/fromHint') },
      ]}
      start={{
        list: start.list?.id ?? lists[0]?.id ?? '',
        'prices/0/sku': start.sku,
        'prices/0/unit_price': start.unit_price ? start.unit_price.replace('.', (1.1).toLocaleString(locale)[1]!) : '',
        'prices/0/minimum': start.minimum ? String(start.minimum) : '',
      }}
      submit={t('prices/set')}
      request={(v) => {
        const typed = String(v['prices/0/unit_price'])
        return request('put', '/v1/price-lists/{id}/prices', [String(v.list)], {
          prices: [{ sku: String(v['prices/0/sku']), minimum: Number(v['prices/0/minimum'] || 0), unit_price: decimal(typed, locale) ?? typed }],
        })
      }}
      says={() => t('prices/isSet')}
      close={close}
    />
  )
}
