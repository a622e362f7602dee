import { expect, test } from 'vitest'
import { called, type Customer, customerOf, valuesOf } from './facts'

const ada: Customer = {
  id: 'cus_1',
  number: 'C-000001',
  name: 'Ada Byron',
  company: 'Analytical Engines Ltd',
  email: 'ada@example.com',
  type: 'corporate',
  active: true,
  on_account: true,
  payment_terms_days: 30,
  price_list_id: 'prl_1',
  profile_version: 1,
  version: 2,
  created_at: '2026-11-01T00:00:00Z',
}

test('a customer who was only looked at stays who they were', () => {
  const { id: _, number: _n, profile_version: _p, version: _v, created_at: _c, ...facts } = ada
  expect(customerOf(valuesOf(ada))).toEqual({ ...facts, tax_exempt: false })
})

test('what was emptied is not sent', () => {
  const facts = customerOf({ ...valuesOf(ada), phone: ' ', payment_terms_days: '', price_list_id: '' })
  for (const name of ['phone', 'payment_terms_days', 'price_list_id']) expect(facts).not.toHaveProperty(name)
})

test('a company is called by its name, a person by theirs', () => {
  expect(called(ada)).toBe('Analytical Engines Ltd')
  expect(called({ ...ada, company: '' })).toBe('Ada Byron')
})
