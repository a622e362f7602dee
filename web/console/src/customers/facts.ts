import type { Schemas } from '../api/client'
import type { Values } from '../record/RecordForm'

export type Customer = Schemas['Customer']
export type CustomerFacts = Schemas['CustomerCreateInput']

export const types = ['retail', 'wholesale', 'vip', 'corporate', 'government'] as const

const texts = ['name', 'company', 'email', 'phone', 'tier', 'language', 'time_zone', 'price_list_id', 'external_id'] as const

/** What a form of a customer begins with. */
export function valuesOf(c: Customer): Values {
  return {
    ...Object.fromEntries(texts.map((name) => [name, c[name] ?? ''])),
    type: c.type,
    payment_terms_days: c.payment_terms_days ? String(c.payment_terms_days) : '',
    on_account: c.on_account ?? false,
    tax_exempt: c.tax_exempt ?? false,
    active: c.active,
  }
}

/** The customer that was filled into a form: all facts, for a change names all. */
export function customerOf(values: Values): CustomerFacts {
  const text = (name: string) => String(values[name] ?? '').trim()
  return {
    ...Object.fromEntries(texts.flatMap((name) => (text(name) ? [[name, text(name)]] : []))),
    type: text('type'),
    ...(text('payment_terms_days') && { payment_terms_days: Number(text('payment_terms_days')) }),
    on_account: values.on_account === true,
    tax_exempt: values.tax_exempt === true,
    active: values.active === true,
  }
}

/** What people call a customer. */
export function called(c: Pick<Customer, 'name' | 'company' | 'number'>): string {
  return c.company || c.name || c.number
}
