import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { base, call, found, Keyboard, launch, signedIn } from './console'

// The core tasks, and the tests that do them by keyboard alone. Some stand with
// the rest of their subject.
const tasks: [task: string, file: string, test: string][] = [
  ['find an order', 'keyboard', 'an order is found by its number, in the list and by the palette'],
  ['filter and sort', 'keyboard', 'the list is filtered and sorted, and kept as a view'],
  ['save a view', 'keyboard', 'the list is filtered and sorted, and kept as a view'],
  ['place an order on the phone', 'wizard', 'a known customer with five lines takes 14 interactions, all by keyboard'],
  ['hold and release', 'keyboard', 'an order is held and let go again'],
  ['change a quantity', 'keyboard', 'a quantity of a placed order is changed'],
  ['cancel in parts', 'keyboard', 'one piece of a placed order is canceled'],
  ['refund', 'keyboard', 'money is given back'],
  ['pick, pack and ship', 'fulfillment', 'an order is picked, packed and shipped by scanning, without the mouse'],
  ['receive and inspect a return', 'desks', 'a return goes all its way on a phone, by scanner and keyboard alone'],
  ['adjust stock', 'goods', 'a product is found, goods of it are received and corrected, by keyboard alone'],
  ['invite a user with a role', 'keyboard', 'a user is invited, with a role'],
]

test.each(tasks)('to %s, a keyboard is enough', (_, file, name) => {
  const source = readFileSync(join(import.meta.dirname, `${file}.test.ts`), 'utf8')
  const from = source.indexOf(`\ntest('${name}'`)
  const steps = source.slice(from, source.indexOf('\n})', from))
  expect(from, 'the test is there').toBeGreaterThan(-1)
  expect(steps).toMatch(/\b(keys|hands)\./)
  expect(steps.match(/\b(click|dblclick|fill|focus|blur|tap|check|uncheck|hover|selectOption)\b|\.mouse|\)\.(press|type)/g)).toBeNull()
})

let browser: Browser
let page: Page
let keys: Keyboard

beforeAll(async () => {
  browser = await launch()
  page = await (await signedIn(browser)).newPage()
  page.setDefaultTimeout(20_000)
  keys = new Keyboard(page)
})
afterAll(() => browser.close())

const rows = () => page.getByRole('row').filter({ has: page.getByRole('cell') })
const heading = (name: string | RegExp) => page.getByRole('heading', { name, level: 1 }).waitFor()

type Order = { id: string; number: string; holds: { reason: string; released_at?: string }[]; lines: { quantity: number; canceled: number }[]; refunds: { moved: { amount: number } }[] }

/** An order of three tins and two cups, paid or not; its page is open. */
async function ordered(paid = false): Promise<() => Promise<Order>> {
  const { id: channel_id } = await found('/v1/channels?filter=code:web')
  const address = { name: 'Ada Byron', street: "12 St James's Square", postcode: 'SW1Y 4JH', city: 'London', country: 'GB' }
  const lines = [{ sku: 'TIN-S', quantity: 3 }, { sku: 'CUP-2', quantity: 2 }]
  const { id, number } = await call<Order>('POST', '/v1/orders', { channel_id, contact: { name: 'Ada Byron' }, lines, deliveries: [{ address }], payment: { method: 'cash' } })
  if (paid) await call('POST', `/v1/orders/${id}/payments`, { method: 'cash' })
  await page.goto(`${base}/console/orders/${id}`)
  await heading(number)
  return () => call<Order>('GET', `/v1/orders/${id}`)
}

/** Begins what can be done with the order: by its button, or else by the menu. */
async function begin(action: RegExp) {
  const atHand = (await page.getByRole('main').getByRole('button', { name: action }).count()) > 0
  await keys.to(atHand ? action : /^More actions$/)
  await keys.press('Enter')
  if (!atHand) {
    await page.getByRole('menu').waitFor()
    await keys.down(action)
    await keys.press('Enter')
  }
  await page.getByRole('dialog').waitFor()
}

test('an order is found by its number, in the list and by the palette', async () => {
  await page.goto(base + '/console')
  await heading('What waits')
  await page.keyboard.press('g')
  await keys.press('o')
  await heading('Orders')
  await keys.press('/')
  await keys.type('number:SO-2026-000010')
  await expect.poll(() => rows().count()).toBe(1)
  await keys.press('Escape', 'j', 'Enter')
  await heading('SO-2026-000010')
  await keys.press('Control+k')
  await page.getByPlaceholder('Search or do something').waitFor()
  await keys.type('SO-2026-000012')
  await page.getByRole('dialog').getByRole('button', { name: /^SO-2026-000012/ }).waitFor()
  await keys.down(/^SO-2026-000012/)
  await keys.press('Enter')
  await heading('SO-2026-000012')
})

test('the list is filtered and sorted, and kept as a view', async () => {
  await page.goto(base + '/console/orders')
  await rows().first().waitFor()
  await keys.press('/')
  await keys.type('status:processing')
  await expect.poll(() => rows().count()).toBe(3)
  await keys.to(/^Sort by Total$/)
  await keys.press('Enter')
  await expect.poll(() => page.url()).toContain('sort=-total')
  await keys.press('v')
  await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).waitFor()
  await keys.type('Largest under way')
  await keys.press('Enter')
  await page.getByRole('tab', { name: 'Largest under way 3', selected: true }).waitFor()
})

test('an order is held and let go again', async () => {
  const order = await ordered()
  await begin(/^Hold$/)
  await keys.to(/^Reason, as a code/)
  await keys.type('asked_by_phone')
  await keys.press('Enter')
  await page.getByText('Held: By hand').waitFor()
  await expect.poll(async () => (await order()).holds.map((h) => [h.reason, h.released_at])).toEqual([['asked_by_phone', undefined]])
  await keys.to(/^Release hold/)
  await keys.press('Enter')
  await page.getByRole('dialog').waitFor()
  await keys.to(/^Release hold/)
  await keys.press('Enter')
  await page.getByText('Held: By hand').waitFor({ state: 'detached' })
  await expect.poll(async () => (await order()).holds[0]!.released_at).toBeTruthy()
})

test('a quantity of a placed order is changed', async () => {
  const order = await ordered()
  await keys.press('e')
  await keys.to(/^Quantity TIN-S/)
  await keys.press('Control+A')
  await keys.type('5')
  await keys.press('Enter')
  await page.getByRole('heading', { name: 'What it does' }).waitFor()
  await page.getByRole('button', { name: /^Commit/, disabled: false }).waitFor()
  await keys.to(/^Commit/)
  await keys.press('Enter')
  await page.getByText('was changed.').waitFor()
  expect((await order()).lines.map((l) => l.quantity)).toEqual([5, 2])
})

test('one piece of a placed order is canceled', async () => {
  const order = await ordered()
  await keys.press('e')
  await keys.to(/^Cancel CUP-2/)
  await keys.press('Control+A')
  await keys.type('1')
  await keys.press('Enter')
  await page.getByRole('button', { name: /^Commit/, disabled: false }).waitFor()
  await keys.to(/^Commit/)
  await keys.press('Enter')
  await page.getByText('was changed.').waitFor()
  expect((await order()).lines.map((l) => l.canceled)).toEqual([0, 1])
})

test('money is given back', async () => {
  const order = await ordered(true)
  await begin(/^Grant refund$/)
  await keys.type('4.50')
  await keys.press('Enter')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await expect.poll(async () => (await order()).refunds.length).toBe(1)
  await page.getByRole('button', { name: 'Pay refund out' }).or(page.getByText('Refunds', { exact: true })).first().waitFor()
  await begin(/^Pay refund out$/)
  await keys.to(/^Pay refund out/)
  await keys.press('Enter')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await expect.poll(async () => (await order()).refunds.map((r) => r.moved.amount)).toEqual([450])
})

test('a user is invited, with a role', async () => {
  await page.goto(base + '/console')
  await heading('What waits')
  await page.keyboard.press('Control+k')
  await page.getByPlaceholder('Search or do something').waitFor()
  await keys.type('users')
  await page.getByRole('dialog').getByText('Users', { exact: true }).waitFor()
  await keys.down(/^Users$/)
  await keys.press('Enter')
  await heading('Users')
  await keys.to(/^Invite a user$/)
  await keys.press('Enter')
  await page.getByRole('dialog').waitFor()
  await keys.type('Mary Somerville')
  await keys.to(/^Mail address/)
  await keys.type('mary@example.com')
  await keys.to(/^Role/)
  await keys.press('ArrowDown')
  await page.getByRole('option', { name: 'warehouse' }).waitFor()
  await keys.down(/^warehouse$/)
  await keys.press('Enter')
  await keys.to(/^Invite a user$/)
  await keys.press('Enter')
  await heading('Mary Somerville')
  const { items } = await call<{ items: { role: string; invited: boolean }[] }>('GET', '/v1/users?filter=email:mary@example.com')
  expect(items).toMatchObject([{ role: 'warehouse', invited: true }])
})
