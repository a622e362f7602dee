import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { base, call, chord, employ, found, Keyboard, launch, placed, press, signedIn, variantOf, visit } from './console'

let browser: Browser

beforeAll(async () => {
  browser = await launch()
})
afterAll(() => browser.close())

const opened = async (path: string, who?: Parameters<typeof signedIn>[2]) => visit(await signedIn(browser, {}, who), path)

type Stock = { items: { location_id: string; available: number; on_hand: number }[] }
const stockOf = async (sku: string) => (await call<Stock>('GET', `/v1/stock?filter=sku:${sku}`)).items

/** Fills the input that has the focus, after it was reached by Tab. */
async function type(keys: Keyboard, label: RegExp, text: string) {
  await keys.to(label)
  await keys.press('Control+A')
  await keys.type(text)
}

test('a product is found, goods of it are received and corrected, by keyboard alone', async () => {
  const { page, heard } = await opened('/console')
  const keys = new Keyboard(page)
  await page.getByText('What waits').waitFor()
  await chord(page, 'g', 'p')
  await page.getByRole('heading', { name: 'Products' }).waitFor()
  await keys.press('/')
  await keys.type('sku:POT-1')
  await keys.press('Enter')
  await page.getByRole('row').filter({ hasText: 'POT-1' }).waitFor()
  await keys.press('Escape', 'j', 'Enter')
  await page.getByRole('button', { name: 'Receive' }).waitFor()
  const before = await stockOf('POT-1')

  await keys.to(/^Receive$/)
  await keys.press('Enter')
  const form = page.getByRole('dialog')
  await form.waitFor()
  await keys.press('Enter')
  await form.getByText('This is needed.').first().waitFor()
  await type(keys, /^Quantity/, '0')
  await keys.press('Enter')
  await form.getByText('is not above zero').waitFor() // the server's fault, at its input
  await type(keys, /^Quantity/, '7')
  await keys.press('Enter')
  await form.waitFor({ state: 'detached' })
  await page.getByText('+7', { exact: true }).waitFor()

  await keys.to(/^Correct$/)
  await keys.press('Enter')
  await type(keys, /^By how much/, '-2')
  await keys.to(/^Reason/)
  await keys.press('ArrowDown')
  await page.getByRole('option', { name: 'Damage' }).waitFor()
  await keys.press('ArrowDown', 'Enter')
  await page.getByRole('option', { name: 'Damage' }).waitFor({ state: 'hidden' })
  await keys.to(/^Correct$/)
  await keys.press('Enter')
  await form.waitFor({ state: 'detached' })
  await page.getByText('-2', { exact: true }).waitFor()
  const after = await stockOf('POT-1')
  const sum = (all: Stock['items']) => all.reduce((n, s) => n + s.on_hand, 0)
  expect(sum(after) - sum(before)).toBe(5)
  expect(heard.errors.filter((e) => !e.includes('422'))).toEqual([])
})

test('a movement that others make, and a price, are seen at once', async () => {
  const { id } = await variantOf('CUP-2')
  const { page } = await opened(`/console/variants/${id}`)
  await page.getByText('Promised to orders').waitFor()
  await page.getByText('live', { exact: true }).waitFor()
  const [at] = await stockOf('CUP-2')
  await call('POST', '/v1/stock/receipts', { location_id: at!.location_id, reference: 'DN-99', lines: [{ sku: 'CUP-2', quantity: 11 }] })
  await page.getByText('+11', { exact: true }).waitFor()
  await page.getByText('DN-99').waitFor()
  // A dispatched order stands behind what left, and leads to it.
  await page.getByRole('row').filter({ hasText: 'Left' }).first().getByRole('link').click()
  await page.getByRole('heading', { name: /SO-2026/ }).waitFor()

  await page.goBack()
  await page.getByRole('button', { name: 'Set a price' }).click()
  const form = page.getByRole('dialog')
  await form.getByLabel('Price of one').fill('abc')
  await form.getByRole('button', { name: 'Set a price' }).click()
  await form.getByText(/unit.price|decimal|pattern|match/i).first().waitFor()
  await form.getByLabel('Price of one').fill('16.995')
  await form.getByLabel('From').fill('10')
  await form.getByRole('button', { name: 'Set a price' }).click()
  await page.getByText('16.995').waitFor()
})

test('who may only look is offered nothing else, and what a role lacks is named', async () => {
  const who = await employ('looker', ['product.list', 'product.get', 'variant.get', 'variant.list', 'account.get'])
  const { id } = await variantOf('TEA-500')
  const { page } = await opened(`/console/variants/${id}`, who)
  await page.getByRole('heading', { name: /TEA-500/ }).waitFor()
  expect(await page.getByRole('button', { name: /Edit|Receive|Correct|Set/ }).count()).toBe(0)
  expect(await page.getByText('Stock movements').count()).toBe(0)
  await page.goto(base + '/console/customers')
  await page.getByText('customer.list').waitFor()
})

test('a customer is added with all faults at their inputs, found by the palette, and their address is kept', async () => {
  const { page } = await opened('/console/customers')
  await page.getByRole('button', { name: 'Add a customer' }).click()
  const form = page.getByRole('dialog')
  await form.getByLabel('Mail address').fill('nonsense')
  await form.getByLabel('Phone').fill('call me')
  await form.getByRole('button', { name: 'Add a customer' }).click()
  await form.locator('[aria-invalid=true]').nth(1).waitFor()
  expect(await form.getByLabel('Mail address').inputValue()).toBe('nonsense')
  await form.getByLabel('Mail address').fill('hedy@example.com')
  await form.getByLabel('Phone').fill('+43 1 5880')
  await form.getByLabel('Name').fill('Hedy Kiesler')
  await form.getByRole('button', { name: 'Add a customer' }).click()
  await page.getByRole('heading', { name: 'Hedy Kiesler' }).waitFor()
  await page.getByText('No orders yet.').first().waitFor()

  await page.getByRole('button', { name: 'Add an address' }).click()
  await form.getByLabel('Street').first().fill('1 Ring')
  await form.getByLabel('City').fill('Wien')
  await form.getByLabel('Country').fill('at')
  await form.getByRole('button', { name: 'Add an address' }).click()
  await page.getByText('1 Ring').waitFor()

  await page.goto(base + '/console')
  await page.getByText('What waits').waitFor()
  await page.keyboard.press('Control+K')
  await page.getByPlaceholder('Search or do something').fill('kiesl')
  await page.getByText('hedy@example.com').waitFor()
  await press(page, 'ArrowDown', 'Enter')
  await page.getByRole('heading', { name: 'Hedy Kiesler' }).waitFor()
  await page.getByText('1 Ring').waitFor()
})

test('the page of a customer tells what is owed, and it follows what is paid', async () => {
  const { customer_id: id } = (await call<{ items: { customer_id: string }[] }>('GET', '/v1/orders?filter=number:SO-2026-000004')).items[0]!
  const { page } = await opened(`/console/customers/${id}`)
  await page.getByText('Owed by the customer').waitFor()
  const owed = async () => (await call<{ items: { owed: { amount: number } }[] }>('GET', `/v1/customers/${id}/balance`)).items[0]!.owed.amount
  const before = await owed()
  const order = await found('/v1/orders?filter=number:SO-2026-000004')
  await page.getByText('live', { exact: true }).waitFor()
  await call('POST', `/v1/orders/${order.id}/payments`, { method: 'cash', amount: { amount: 100, currency: 'GBP' } })
  expect(await owed()).toBe(before - 100)
  await page.getByText(((before - 100) / 100).toLocaleString('en-GB', { minimumFractionDigits: 2 })).first().waitFor()
})

// Spec: 1.3.10
test('what is promised of a line says why from there, and comes from elsewhere by a choice', async () => {
  const { id } = await placed(['TEA-500', 3])
  const { page, heard } = await opened(`/console/orders/${id}`)
  await page.getByRole('button', { name: 'from Main warehouse' }).click()
  const form = page.getByRole('dialog')
  await form.getByText('Main warehouse × 3: the first location of the channel that had all of it').waitFor()
  await form.getByRole('combobox', { name: 'Let it come from' }).click()
  await page.getByRole('option', { name: /^Store in Soho: \d+ free$/ }).click()
  await form.getByLabel('Quantity').fill('4')
  await form.getByRole('button', { name: 'Move stock' }).click()
  await form.getByText(/is reserved elsewhere and not picked/).waitFor()
  await form.getByLabel('Quantity').fill('2')
  await form.getByRole('button', { name: 'Move stock' }).click()
  await page.getByText('It comes from elsewhere now.').waitFor()
  await page.getByRole('button', { name: /^from .*Store in Soho × 2/ }).click()
  await form.getByText('Store in Soho × 2: chosen by hand').waitFor()
  expect(heard.errors.filter((e) => !e.includes('409'))).toEqual([])
})
