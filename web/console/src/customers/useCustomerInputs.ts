import { useWords } from '../language'
import type { Input } from '../record/RecordForm'
import { useChoices } from '../record/useChoices'
import { types } from './facts'

/** The inputs of a customer; a new one asks for the least. */
export function useCustomerInputs(whole: boolean): Input[] {
  const { t } = useWords()
  const { options } = useChoices('/v1/price-lists')
  const first: Input[] = [
    { name: 'name', label: t('customer/name') },
    { name: 'company', label: t('customer/company'), hint: t('customer/nameHint') },
    { name: 'email', label: t('customer/email') },
    { name: 'phone', label: t('customer/phone'), hint: t('customer/phoneHint') },
    { name: 'type', label: t('customer/type'), kind: 'choice', needed: true, options: types.map((value) => ({ value, label: t(`customer_type/${value}`) })) },
    { name: 'on_account', label: t('customer/mayPayLater'), kind: 'switch' },
    { name: 'payment_terms_days', label: t('customer/terms'), hint: t('customer/termsHint'), kind: 'number', shown: (v) => v.on_account === true },
  ]
  if (!whole) return first
  return [
    ...first,
    { name: 'price_list_id', label: t('customer/priceList'), hint: t('customer/priceListHint'), kind: 'choice', options },
    { name: 'tier', label: t('customer/tier') },
    { name: 'language', label: t('customer/language'), hint: t('customer/languageHint') },
    { name: 'time_zone', label: t('customer/timeZone'), hint: t('customer/timeZoneHint') },
    { name: 'external_id', label: t('customer/externalId') },
    { name: 'tax_exempt', label: t('customer/taxExempt'), kind: 'switch' },
    { name: 'active', label: t('customer/active'), kind: 'switch' },
  ]
}
