import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { base, call, employ, Keyboard, launch, paste, signedIn, visit } from './console'

let browser: Browser

beforeAll(async () => {
  browser = await launch()
})
afterAll(() => browser.close())

type Order = { id: string; number?: string; status: string; payment_status: string; total: { amount: number }; lines: { sku: string; quantity: number }[]; deliveries: { address?: { city: string } }[]; customer_id: string }

/** A person at the keyboard, whose interactions are counted: a text typed in one go, a key, a click. */
class Hands {
  count = 0
  readonly keys: Keyboard
  constructor(page: Page) {
    this.keys = new Keyboard(page)
  }

  async types(text: string) {
    this.count++
    await this.keys.type(text)
  }
  async press(key: string) {
    this.count++
    await this.keys.press(key)
  }
}

/** Somebody who counts new orders in the shop of the demo, unless the customer orders elsewhere. */
async function clerk(): Promise<BrowserContext> {
  const context = await signedIn(browser)
  const { items } = await call<{ items: { id: string }[] }>('GET', '/v1/channels?filter=code:web')
  const answer = await context.request.put(`${base}/v1/preferences/order.channel`, { data: { value: JSON.stringify(items[0]!.id) }, headers: { 'X-Ordo-Csrf': '1' } })
  expect(answer.status()).toBe(200)
  return context
}

const opened = async (path: string, context?: BrowserContext) => visit(context ?? (await clerk()), path)

const poll = (look: () => unknown) => expect.poll(look, { timeout: 15_000 })
const placed = async (page: Page) => {
  await page.getByRole('heading', { level: 1, name: /^SO-/ }).waitFor()
  return call<Order>('GET', `/v1/orders/${page.url().split('/').at(-1)}`)
}
const ofLines = (o: Order) => o.lines.map((l) => `${l.quantity} ${l.sku}`)
const product = (page: Page) => page.getByRole('combobox', { name: 'Product, SKU or barcode' })
const saved = (page: Page) => page.getByText(/^saved \d+ s ago/).waitFor()
const draftsOf = (customer: string) => call<{ items: { id: string }[] }>('GET', `/v1/orders?filter=status:draft customer:${customer}`)

async function customer(name: string, more: object = {}) {
  return call<{ id: string; number: string }>('POST', '/v1/customers', { type: 'retail', name, active: true, ...more })
}

// Spec: 1.1.1, 1.3.1, M.15
test('a known customer with five lines takes 14 interactions, all by keyboard', async () => {
  const { page, heard } = await opened('/console/orders')
  await page.getByRole('heading', { name: 'Orders' }).waitFor()
  const hands = new Hands(page)
  await hands.press('c')
  await page.getByRole('combobox', { name: 'Find the customer' }).waitFor()
  await hands.types('grace')
  await hands.press('Enter')
  await poll(() => product(page).evaluate((e) => e === document.activeElement)).toBe(true)
  for (const line of ['assam 3', 'darjeeling', '2 x brown betty', 'cup 4', 'tin-s 12']) {
    await hands.types(line)
    await hands.press('Enter')
  }
  await hands.press('Control+Enter')
  const order = await placed(page)
  expect([order.status, ...ofLines(order)]).toEqual(['approved', '3 TEA-500', '1 TEA-100', '2 POT-1', '4 CUP-2', '12 TIN-S'])
  expect(order.deliveries[0]?.address?.city).toBe('London') // where the last one went
  expect(hands.count).toBeLessThanOrEqual(14)
  expect(heard.errors).toEqual([])
})

test('a discount is given on a line and on the order, no more than its clerk may give', async () => {
  const { page, heard } = await opened(`/console/orders/new?customer=${(await customer('Ida Rhodes')).id}`)
  const total = async (amount: string) => page.getByText('Total', { exact: true }).locator('..').getByText(amount).waitFor()
  await product(page).pressSequentially('assam 4')
  await page.keyboard.press('Enter')
  await total('50.00')
  await page.getByRole('button', { name: 'Discount on Assam, second flush, 500 g' }).click()
  const form = page.getByRole('dialog')
  await form.getByLabel('Discount').fill('ten')
  await page.keyboard.press('Enter')
  await form.getByText('A percentage up to 100%').waitFor()
  await form.getByLabel('Discount').fill('10%')
  await page.keyboard.press('Enter')
  await total('45.00')
  await page.getByRole('button', { name: 'Discount on The order so far' }).click()
  await form.getByLabel('Discount').fill('5')
  await form.getByLabel('The customer reads').fill('For the wait')
  await page.keyboard.press('Enter')
  await total('40.00')
  await saved(page)
  await page.reload()
  await page.getByRole('button', { name: 'Discount on Assam, second flush, 500 g: −10%' }).click()
  await form.getByRole('button', { name: 'Remove' }).click()
  await total('45.00')
  const { items } = await call<{ items: { id: string }[] }>('GET', '/v1/orders?filter=status:draft&limit=1')
  const { agreement } = await call<{ agreement: { discounts: object[]; lines: { discounts?: object[] }[] } }>('GET', `/v1/orders/${items[0]!.id}`)
  expect([agreement.discounts, agreement.lines[0]!.discounts]).toEqual([[{ kind: 'amount', amount: 500, label: 'For the wait' }], undefined])

  const junior = await employ('junior', ['order.draft', 'order.get', 'channel.list', 'customer.list', 'customer.get', 'variant.list', 'account.get'])
  const { page: theirs } = await opened(`/console/orders/new?draft=${items[0]!.id}`, await signedIn(browser, {}, junior))
  await theirs.getByRole('button', { name: 'Discount on Assam, second flush, 500 g' }).click()
  await theirs.getByRole('dialog').getByLabel('Discount').fill('10%')
  await theirs.keyboard.press('Enter')
  await theirs.getByText(/above your limit/).first().waitFor()
  expect(heard.errors).toEqual([])
})

// Spec: M.4
test('a repeat order takes 3 interactions', async () => {
  const { page, heard } = await opened('/console/orders?filter=customer%3A' + (await call<Order>('GET', `/v1/orders/${(await call<{ items: Order[] }>('GET', '/v1/orders?filter=number:SO-2026-000007')).items[0]!.id}`)).customer_id)
  const first = page.getByRole('row').filter({ has: page.getByRole('cell') }).first()
  await first.waitFor()
  await page.keyboard.press('j') // where the clerk is
  const hands = new Hands(page)
  await hands.press('Enter')
  const source = await placed(page)
  await hands.press('r')
  await page.getByRole('heading', { name: 'The order so far' }).waitFor()
  await page.getByText(`the same goods within a day: order ${source.number}`).waitFor()
  await hands.press('Control+Enter')
  await page.getByText(/Order SO-\d+-\d+ is placed/).waitFor()
  const again = await placed(page)
  expect(again.id).not.toBe(source.id)
  expect([again.status, ...ofLines(again)]).toEqual(['approved', ...ofLines(source)])
  expect(hands.count).toBeLessThanOrEqual(3)
  expect(heard.errors).toEqual([])
})

// Spec: 1.2.2
test('an order is saved as a template, and from it to a placed order takes 5 interactions', async () => {
  const { page, heard } = await opened(`/console/orders/${(await call<{ items: Order[] }>('GET', '/v1/orders?filter=number:SO-2026-000007')).items[0]!.id}`)
  const source = await placed(page)
  await page.getByRole('button', { name: 'More actions' }).click()
  await page.getByRole('menuitem', { name: 'Save as a template' }).click()
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').getByText('This is needed.').waitFor()
  await page.keyboard.type('Every Monday <b>')
  await page.keyboard.press('Enter')
  await page.getByText('Saved: Every Monday <b>').waitFor()

  await page.goto(base + '/console/orders')
  await page.getByRole('heading', { name: 'Orders' }).waitFor()
  const hands = new Hands(page)
  await hands.press('c')
  await page.getByRole('combobox', { name: 'Find the customer' }).waitFor()
  await hands.types('grace')
  await hands.press('Enter')
  await poll(() => product(page).evaluate((e) => e === document.activeElement)).toBe(true)
  const add = page.getByRole('button', { name: 'Add the lines of Every Monday <b>' })
  await add.click()
  hands.count++
  await saved(page)
  await hands.press('Control+Enter')
  const order = await placed(page)
  expect(order.id).not.toBe(source.id)
  expect(ofLines(order)).toEqual(ofLines(source))
  expect(order.deliveries[0]?.address?.city).toBe('London')
  expect(hands.count).toBeLessThanOrEqual(5)
  expect(heard.errors).toEqual([])

  // By its page: renamed, given to everybody, used and removed.
  await page.keyboard.press('g')
  await page.keyboard.press('t')
  await page.getByRole('link', { name: 'Every Monday <b>' }).click()
  await page.getByRole('button', { name: 'Give to everybody' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Give to everybody' }).click()
  await page.getByText('Everybody', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Rename' }).click()
  await page.getByRole('textbox', { name: 'Name' }).fill('Mondays')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'Mondays' }).waitFor()
  await page.getByRole('button', { name: 'Make an order of it' }).click()
  await page.getByRole('heading', { name: 'The order so far' }).waitFor()
  await page.goBack()
  expect(heard.errors).toEqual([]) // what is removed may be asked for once more
  await page.getByRole('button', { name: 'Remove the template' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove the template' }).click()
  await page.getByText('Mondays was removed').waitFor()
  expect(await page.getByRole('link', { name: 'Mondays' }).count()).toBe(0)
})

// Spec: M.15
test('every step is saved, and another device goes on; who comes second is told', async () => {
  const { id } = await customer('Rosalind Franklin', { email: 'rosalind@example.com' })
  const { page, heard } = await opened(`/console/orders/new?customer=${id}`)
  await poll(async () => (await draftsOf(id)).items.length).toBe(1) // a customer is enough
  await product(page).fill('assam 2')
  await page.keyboard.press('Enter')
  await saved(page)
  const draft = (await draftsOf(id)).items[0]!.id
  expect(page.url()).toContain(`draft=${draft}`)

  const other = await opened('/console/orders/new')
  await other.page.getByRole('link', { name: 'Rosalind Franklin' }).click()
  await other.page.getByRole('textbox', { name: 'Quantity of Assam, second flush, 500 g' }).fill('5')
  await other.page.getByRole('textbox', { name: 'Reference of the customer' }).fill('PO 77')
  await saved(other.page)
  await poll(() => page.getByRole('textbox', { name: 'Reference of the customer' }).inputValue()).toBe('PO 77') // followed live
  expect(await page.getByRole('textbox', { name: /^Quantity of/ }).inputValue()).toBe('5')

  await call('PUT', `/v1/orders/${draft}`, { channel_id: (await call<{ items: { id: string }[] }>('GET', '/v1/channels?filter=code:web')).items[0]!.id, customer_id: id, lines: [{ sku: 'POT-1', quantity: 1 }] })
  await page.getByRole('textbox', { name: 'Quantity of Brown betty teapot, 1 l' }).waitFor()
  expect(heard.errors).toEqual([])
})

test('what is refused stands at its field, all at once, and the rest is saved', async () => {
  const { id } = await customer('Lise Meitner')
  const { page } = await opened(`/console/orders/new?customer=${id}`)
  await product(page).focus()
  await paste(page, 'SKU\tQuantity\nTEA-500\t2\nNO-SUCH\t3\n<img src=x onerror=alert(1)>\t1\n\u202Eevil\u{1F4A3}\t1\nPOT-1\t0\nTEA-500\t1')
  await page.getByText('no variant NO-SUCH').waitFor()
  await page.getByText('no variant <img src=x onerror=alert(1)>').waitFor()
  await page.getByText('is not above zero').waitFor()
  await poll(async () => ofLines(await call('GET', `/v1/orders/${(await draftsOf(id)).items[0]?.id}`))).toEqual(['3 TEA-500'])
  expect(await page.getByRole('textbox', { name: 'Quantity of NO-SUCH' }).inputValue()).toBe('3')
  await page.keyboard.press('Control+Enter')
  await page.getByText('Something needs you first').waitFor()
  for (const name of ['NO-SUCH', '<img src=x onerror=alert(1)>', '\u202Eevil\u{1F4A3}']) await page.getByRole('button', { name: `Remove ${name}` }).click()
  await page.getByRole('textbox', { name: 'Quantity of POT-1' }).fill('x')
  await page.getByText('A quantity is a number').waitFor()
  await page.getByRole('textbox', { name: 'Quantity of POT-1' }).fill('1')
  await page.getByText('Brown betty teapot, 1 l').first().waitFor()

  await page.getByRole('radio', { name: 'Another address' }).check()
  await page.getByRole('textbox', { name: 'Country, two letters' }).fill('G')
  await page.getByRole('button', { name: 'Use this address' }).click()
  const form = page.getByRole('form', { name: 'Another address' })
  await poll(() => form.getByText(/./).filter({ has: page.locator('xpath=self::*[contains(@class,"error")]') }).count()).toBe(3) // street, city, country
  await page.getByRole('textbox', { name: 'Street', exact: true }).fill('1 Gower Street')
  await page.getByRole('textbox', { name: 'City' }).fill('London')
  await page.getByRole('textbox', { name: 'Country, two letters' }).fill('gb')
  await page.keyboard.press('Enter')
  await page.getByRole('radio', { name: /1 Gower Street/ }).waitFor()
  await page.getByRole('radio', { name: 'Cash' }).check()
  await page.getByRole('button', { name: /^Place and take payment/ }).click()
  const order = await placed(page)
  expect([order.payment_status, ...ofLines(order)]).toEqual(['paid', '3 TEA-500', '1 POT-1'])
})

// Spec: M.15
test('a lost connection keeps the work, and saves it once when it is back', async () => {
  const { id } = await customer('Chien-Shiung Wu')
  const { page } = await opened(`/console/orders/new?customer=${id}`)
  await saved(page)
  let lost = 0
  await page.route('**/v1/orders/*', async (route) => {
    if (route.request().method() !== 'PUT' || lost > 0) return route.fallback()
    lost++
    await route.fetch() // it arrives; the answer does not
    await route.abort()
  })
  await product(page).fill('assam')
  await page.keyboard.press('Enter')
  await page.getByText('Not saved: no connection').waitFor()
  await product(page).fill('brown betty')
  await page.keyboard.press('Enter')
  const drafts = (await draftsOf(id)).items
  await poll(async () => ofLines(await call('GET', `/v1/orders/${drafts[0]!.id}`))).toEqual(['1 TEA-500', '1 POT-1'])
  const { revision } = await call<{ revision: number }>('GET', `/v1/orders/${drafts[0]!.id}`)
  expect([drafts.length, revision]).toEqual([1, 3])

  await page.route('**/v1/orders/*', (route) => (route.request().method() === 'PUT' ? route.abort() : route.fallback()))
  await product(page).fill('assam')
  await page.keyboard.press('Enter')
  await page.getByText('Not saved: no connection').waitFor()
  await page.getByRole('link', { name: 'Home' }).click()
  await page.getByRole('dialog', { name: 'Leave what is not saved?' }).getByRole('button', { name: 'Stay' }).click()
  expect(await page.getByRole('textbox', { name: 'Quantity of Assam, second flush, 500 g' }).inputValue()).toBe('2')
})

test('a scanner loses nothing, however fast', async () => {
  const code = '4006381333931'
  const { items } = await call<{ items: Record<string, unknown>[] }>('GET', '/v1/variants?filter=sku:TEA-500')
  const { id, sku, title, kind, unit, tax_class, active } = items[0]!
  await call('PUT', `/v1/variants/${String(id)}`, { sku, title, kind, unit, tax_class, active, barcodes: [code] })
  const { id: who } = await customer('Emmy Noether the younger')
  const { page } = await opened(`/console/orders/new?customer=${who}`)
  await product(page).focus()
  for (let i = 0; i < 200; i++) {
    await page.keyboard.insertText(code)
    await page.keyboard.press('Enter')
  }
  await poll(() => page.getByRole('textbox', { name: /^Quantity of/ }).inputValue()).toBe('200')
  await page.keyboard.type('4006381333932')
  await page.keyboard.press('Enter')
  await page.getByText('is no barcode').waitFor()
  await poll(async () => ofLines(await call('GET', `/v1/orders/${(await draftsOf(who)).items[0]?.id}`))).toEqual(['200 TEA-500'])
})

// Spec: 1.1.2
test('who is not found is added in place; likely doubles are offered', async () => {
  await customer('Marie Curie', { email: 'marie@example.com', phone: '+33 1 44 27 00 00' })
  const { page } = await opened('/console/orders/new')
  const find = page.getByRole('combobox', { name: 'Find the customer' })
  await find.fill('144270000')
  await page.getByRole('option', { name: /Marie Curie/ }).waitFor()
  await find.fill('Irène Curie')
  await page.getByText('Nobody has “Irène Curie”').waitFor()
  await page.keyboard.press('Enter')
  const form = page.getByRole('form', { name: 'New customer' })
  expect(await form.getByRole('textbox', { name: 'Name' }).inputValue()).toBe('Irène Curie')
  await form.getByRole('textbox', { name: 'Mail address' }).fill('marie@example')
  await form.getByRole('textbox', { name: 'Phone' }).fill('12-3')
  await form.getByRole('button', { name: /Marie Curie/ }).waitFor()
  await page.keyboard.press('Enter')
  await form.getByText('this is no phone number').waitFor()
  expect(await form.getByRole('textbox', { name: 'Phone' }).inputValue()).toBe('12-3')
  await form.getByRole('textbox', { name: 'Phone' }).fill('+33 1 23 45')
  await page.keyboard.press('Enter')
  await page.getByText('C-0').first().waitFor()
  await poll(() => product(page).evaluate((e) => e === document.activeElement)).toBe(true)
})

test('who may not place orders can draft them, and is told', async () => {
  const who = await employ('drafter', ['order.draft', 'order.get', 'channel.list', 'customer.list', 'customer.get', 'variant.list', 'account.get'])
  const { page } = await opened('/console/orders/new', await signedIn(browser, {}, who))
  await page.getByRole('combobox', { name: 'Find the customer' }).fill('ada')
  await page.getByRole('option').first().waitFor()
  await page.keyboard.press('Enter')
  await product(page).fill('assam')
  await page.keyboard.press('Enter')
  await saved(page)
  const button = page.getByRole('button', { name: /^Place/ })
  expect(await button.getAttribute('aria-disabled')).toBe('true')
  expect(await page.getByRole('button', { name: 'New customer' }).count()).toBe(0)
})
