import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { call, choose, launch, type Placed, placed, signedIn, visit } from './console'

let browser: Browser

beforeAll(async () => {
  browser = await launch()
})
afterAll(() => browser.close())

const order = (id: string) => call<Placed>('GET', `/v1/orders/${id}`)

// Spec: 1.2.5
test('an order is split in a panel beside it: quantities, a preview of both, links on both pages', async () => {
  const whole = await placed(['TEA-500', 3], ['CUP-2', 2])
  const { page, heard } = await visit(await signedIn(browser), `/console/orders/${whole.id}`)
  await page.getByRole('heading', { name: whole.number }).waitFor()
  await choose(page, 'Split…')
  const panel = page.getByRole('dialog', { name: `Split ${whole.number}` })
  const move = panel.getByLabel('Move TEA-500')
  await move.fill('4')
  await move.press('Enter')
  await panel.getByRole('alert').getByText('3 of TEA-500 can move, not 4').waitFor()
  expect(await panel.getByRole('button', { name: 'Split', exact: true }).isDisabled()).toBe(true)
  await move.fill('2')
  await move.press('Enter')
  await panel.getByRole('heading', { name: 'The new order' }).waitFor()
  await panel.getByRole('heading', { name: `This order, ${whole.number}` }).waitFor()
  await panel.getByRole('button', { name: 'Split', exact: true }).click()
  await page.getByText('Split off:').waitFor()
  const stays = await order(whole.id)
  await page.getByText('Split off:').getByRole('link').click()
  await page.getByText(`Split from ${whole.number}`).waitFor()
  const goes = await order(page.url().split('/').pop()!)
  expect(goes.split_from).toBe(whole.id)
  expect(stays.total.amount + goes.total.amount).toBe(whole.total.amount)
  expect(goes.lines.map((l) => [l.sku, l.quantity])).toEqual([['TEA-500', 2]])
  expect(heard.errors.filter((e) => !/409|422/.test(e))).toEqual([])
})

// Spec: 1.2.5
test('orders are merged in a panel: those that fit can be chosen, the others say why not; links on both pages', async () => {
  const [one, other, released] = [await placed(['TEA-500', 1]), await placed(['CUP-2', 1]), await placed(['TIN-S', 1])]
  await call('POST', `/v1/orders/${released.id}/release`)
  const { page, heard } = await visit(await signedIn(browser), `/console/orders/${one.id}`)
  await page.getByRole('heading', { name: one.number }).waitFor()
  await choose(page, 'Merge…')
  const panel = page.getByRole('dialog', { name: `Merge into ${one.number}` })
  const unfit = panel.getByRole('listitem').filter({ hasText: released.number })
  await unfit.getByText('deliveries: a delivery is released').waitFor()
  expect(await unfit.getByRole('checkbox').isDisabled()).toBe(true)
  await panel.getByRole('checkbox', { name: other.number }).click()
  await panel.getByText(`${other.number} becomes a part of this one`).waitFor()
  await panel.getByRole('heading', { name: `Order ${other.number}` }).waitFor()
  await panel.getByRole('button', { name: 'Merge', exact: true }).click()
  await page.getByText(`Merged in: ${other.number}`).waitFor()
  expect((await order(one.id)).total.amount).toBe(one.total.amount + other.total.amount)
  await page.getByRole('link', { name: other.number }).click()
  await page.getByText(`Merged into ${one.number}`).waitFor()
  await page.getByRole('button', { name: 'More actions' }).click()
  const why = page.getByRole('menuitem', { name: /^Split…/ })
  await why.getByText('it is a part of another order now').waitFor()
  expect(await why.getAttribute('aria-disabled')).toBe('true')
  expect(heard.errors.filter((e) => !/409|422/.test(e))).toEqual([])
})
