import { spawn } from 'node:child_process'
import { join } from 'node:path'
import axe from 'axe-core'
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, expect } from 'vitest'
import { ar } from '../src/language/ar'
import { en } from '../src/language/en'

/** Starts the demo of bin/ordo: each file of tests has its own, so none meets what another left. */
function demo(): Promise<{ base: string; key: string }> {
  const server = spawn(join(import.meta.dirname, '../../../bin/ordo'), ['demo', '--addr', '127.0.0.1:0', '--webhook-local'])
  const ended = new Promise<void>((done) => server.once('exit', () => done()))
  process.once('exit', () => server.kill('SIGKILL'))
  afterAll(() => {
    server.kill()
    return ended
  })
  let said = ''
  server.stderr.on('data', (text) => (said += text))
  return new Promise((started, failed) => {
    void ended.then(() => failed(new Error(`the demo ended: ${said}`)))
    server.stdout.on('data', (text) => {
      said += text
      const base = /^ {2}Ordo .* (http\S+)$/m.exec(said)?.[1]
      const key = /^ {2}API key +(\S+)$/m.exec(said)?.[1]
      if (base && key) started({ base, key })
    })
  })
}

export const { base, key } = await demo()
const person = { email: 'demo@example.com', password: 'a demo password' }

/** Chromium as Debian has it, without what it would do in the background. */
export function launch(): Promise<Browser> {
  const flags = ['no-sandbox', 'disable-gpu', 'disable-quic', 'no-first-run', 'disable-background-networking', 'disable-component-update', 'disable-sync']
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: flags.map((f) => '--' + f) })
}

/** Calls the API as a script would. */
export async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const answer = await fetch(base + path, {
    method,
    headers: { Authorization: `Bearer ${key}`, ...(body !== undefined && { 'Content-Type': 'application/json' }) },
    body: body === undefined ? undefined : JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
  return (await answer.json()) as T
}

/** Adds a user who may do what is named, and nobody else is; the permissions are a role of their own. */
export async function employ(name: string, permissions: string[]): Promise<typeof person> {
  const role = await call<{ id: string }>('POST', '/v1/roles', { name, permissions, discount_limit: 0, refund_limit: 0 })
  const who = { email: `${name}@example.com`, password: 'a password of a test' }
  await call('POST', '/v1/users', { ...who, name, role_id: role.id })
  return who
}

/** The order with a number. */
export async function orderOf(number: string): Promise<{ id: string; customer_id: string; holds: { id: string; released_at?: string }[] }> {
  const { items } = await call<{ items: { id: string }[] }>('GET', `/v1/orders?filter=number:${number}`)
  return call('GET', `/v1/orders/${items[0]!.id}`)
}

type Found = { id: string; product_id: string; payment_id: string }

/** The first that a list shows. */
export async function found(list: string): Promise<Found> {
  return (await call<{ items: Found[] }>('GET', list)).items[0]!
}

/** The variant with an SKU. */
export const variantOf = (sku: string) => found(`/v1/variants?filter=sku:${sku}`)

/** An order of these goods that is released, and what the main warehouse has to do for it. */
export async function opened(goods: [sku: string, quantity: number][]): Promise<{ id: string; number: string; order: string }> {
  const { items: channels } = await call<{ items: { id: string }[] }>('GET', '/v1/channels?filter=code:web')
  const address = { name: 'Ada Byron', street: "12 St James's Square", postcode: 'SW1Y 4JH', city: 'London', country: 'GB' }
  const placed = { channel_id: channels[0]!.id, contact: { name: 'Ada Byron' }, lines: goods.map(([sku, quantity]) => ({ sku, quantity })), deliveries: [{ address }], payment: { method: 'test', token: 'tok_approve' } }
  const { id: order, number } = await call<{ id: string; number: string }>('POST', '/v1/orders', placed)
  await call('POST', `/v1/orders/${order}/release`)
  const { items } = await call<{ items: { id: string }[] }>('GET', `/v1/fulfillments?filter=order:${order}`)
  return { id: items[0]!.id, number, order }
}
/** A view that everybody sees, and which differs from what the address says. */
async function changedView(): Promise<string> {
  const facts = { list: 'order.list', name: 'Tea, unpaid', filter: 'payment:unpaid sku:TIN-S', sort: '-total', columns: ['number', 'customer', 'status', 'payment', 'total'] }
  const { items } = await call<{ items: { id: string; name: string }[] }>('GET', '/v1/views?filter=shared:true')
  const id = items.find((v) => v.name === facts.name)?.id ?? (await call<{ id: string }>('POST', '/v1/views', facts)).id
  await call('POST', `/v1/views/${id}/share`)
  return `/console/orders?view=${id}&sort=number`
}

/** A command on many orders that is done, and was refused by all: it leaves nothing behind. */
export async function tried(): Promise<string> {
  const { id } = await call<{ id: string }>('POST', '/v1/bulks', { operation: 'order.release_holds', input: { kind: 'compliance' }, filter: 'origin:ordo', sort: 'number' })
  for (;;) {
    const { state } = await call<{ state: string }>('GET', `/v1/bulks/${id}`)
    if (state === 'done') return id
    await new Promise((go) => setTimeout(go, 50))
  }
}

/** An import that was checked: rows are new, changed and refused. */
export async function checked(): Promise<string> {
  const text = 'SKU;Title;Weight;Color\nJAR-1;Jar;300;blue\nJAR-2;Jar with a lid;320;\nTIN-S;Small tin of tea;60;\nJAR-3;Odd jar;heavy;\n'
  const { id } = await call<{ id: string }>('POST', '/v1/imports', { name: 'jars.csv', format: 'products', size: text.length })
  await call('PUT', `/v1/imports/${id}/parts/1`, { content: Buffer.from(text).toString('base64') })
  const until = async (phase: string) => {
    for (;;) {
      const i = await call<{ phase: string; state: string }>('GET', `/v1/imports/${id}`)
      if (i.phase === phase && i.state === 'done') return
      await new Promise((go) => setTimeout(go, 50))
    }
  }
  await until('read')
  await call('POST', `/v1/imports/${id}/check`, { columns: { weight: 'weight_grams', color: '' } })
  await until('check')
  return id
}

/** Signs in by the form. */
export async function signIn(page: Page, to = '/console') {
  await page.goto(base + to)
  await page.getByRole('textbox', { name: /mail/i }).fill(person.email)
  await page.locator('input[type=password]').fill(person.password)
  await page.keyboard.press('Enter')
  await page.getByRole('navigation').first().waitFor({ state: 'attached' })
}

/** A context in which somebody is signed in already. */
export async function signedIn(browser: Browser, options: BrowserContextOptions = {}, who = person): Promise<BrowserContext> {
  const context = await browser.newContext({ locale: 'en-GB', reducedMotion: 'reduce', serviceWorkers: 'block', ...options })
  const answer = await context.request.post(base + '/v1/sessions', { data: { ...who, cookie: true } })
  const { id, user_id, expires_at } = (await answer.json()) as { id: string; user_id: string; expires_at: string }
  await context.addInitScript(([place, session]) => localStorage.setItem(place!, session!), ['ordo.session', JSON.stringify({ id, user_id, expires_at })])
  return context
}

/** Presses keys, one after the other. */
export async function press(page: Page, ...keys: string[]) {
  for (const key of keys) await page.keyboard.press(key)
}

/** Presses keys of which the next may not wait until the page has dealt with the one before: the pause between them counts. */
export async function chord(page: Page, ...keys: string[]) {
  await Promise.all(keys.map((key) => page.keyboard.press(key)))
}

/** Presses Enter once the dialog has put the focus on its button. */
export async function agree(page: Page) {
  await page.locator('[role=dialog] button[type=submit]:focus').waitFor()
  await page.keyboard.press('Enter')
}

/** Goes on by Tab until what is named so has the focus. */
export async function tabTo(page: Page, name: RegExp) {
  for (let tries = 0; tries < 60; tries++) {
    const at = await page.evaluate(() => {
      const e = document.activeElement as HTMLInputElement | null
      return (e?.getAttribute('aria-label') || e?.labels?.[0]?.textContent || e?.textContent || '').trim()
    })
    if (name.test(at)) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`nothing is reached that is named ${name}`)
}

/** Somebody who has a keyboard and nothing else. After each step it is seen where the focus is, and that is not the page as a whole. */
export class Keyboard {
  constructor(readonly page: Page) {}

  async press(...keys: string[]) {
    for (const key of keys) {
      await this.page.keyboard.press(key)
      await this.sees(key)
    }
  }

  async type(text: string) {
    await this.page.keyboard.type(text)
    await this.sees(text)
  }

  /** Goes on by Tab until what is named so has the focus. */
  async to(name: RegExp) {
    await tabTo(this.page, name)
    await this.sees(`Tab to ${name}`)
  }

  /** Goes down a menu, a list of options or what the palette found to what is named so. */
  async down(name: RegExp) {
    for (let tries = 0; tries < 30; tries++) {
      if (name.test(await this.page.evaluate(chosen))) return
      await this.press('ArrowDown')
    }
    throw new Error(`no arrow leads to ${name}`)
  }

  private async sees(step: string) {
    await expect.poll(() => this.page.evaluate(focusSeen), { message: `the focus is seen after ${step}`, timeout: 10_000 }).toBe('')
  }
}

/** In the page: what is wrong with what has the focus. */
function focusSeen(): string {
  const e = document.activeElement
  if (!e || e === document.body) return 'nothing has the focus'
  const { top, bottom, left, right } = e.getBoundingClientRect()
  if (!e.checkVisibility({ visibilityProperty: true, opacityProperty: true }) || right <= 0 || left >= innerWidth || bottom <= 0 || top >= innerHeight) return `${e.outerHTML.slice(0, 200)} is not seen`
  const { outlineStyle, outlineWidth } = getComputedStyle(e)
  return e.matches('input, textarea, [role=dialog], [role=dialog] *') || (outlineStyle !== 'none' && outlineWidth !== '0px') ? '' : `${e.outerHTML.slice(0, 200)} has no ring`
}

/** In the page: the words of what the arrows chose, be it by the focus or, in a list of options, without. */
function chosen(): string {
  const active = document.activeElement
  const option = document.querySelector('[data-combobox-selected], [role=dialog] [data-selected]')
  return ((active?.getAttribute('role') === 'menuitem' ? active : option)?.textContent ?? '').trim()
}

/** What is heard of a page while a test runs: its requests, and what went wrong. */
export function listen(page: Page) {
  const heard = { requests: [] as string[], errors: [] as string[] }
  page.on('request', (r) => heard.requests.push(r.url()))
  page.on('pageerror', (e) => heard.errors.push(String(e)))
  page.on('console', (m) => m.type() === 'error' && heard.errors.push(m.text()))
  return heard
}

/** Opens a path of the console for who is signed in, and listens to the page. */
export async function visit(context: BrowserContext, path: string) {
  const page = await context.newPage()
  page.setDefaultTimeout(20_000)
  const heard = listen(page)
  await page.goto(base + path)
  return { page, heard }
}

/** What axe finds on the page, in short. */
export async function violations(page: Page, rules?: string[]): Promise<string[]> {
  // Through the debugger, so that the page's policy stays as it is.
  await page.evaluate(axe.source)
  const { violations } = await page.evaluate((runOnly) => (window as unknown as { axe: typeof axe }).axe.run({ resultTypes: ['violations'], runOnly }), rules)
  return violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.target.join(' ')} ${n.any[0]?.message ?? ''}`))
}

/** Work of which all is picked. */
async function picked(): Promise<string> {
  const { id } = await opened([['POT-1', 1], ['TIN-S', 2]])
  const { lines } = await call<{ lines: { line_id: string; quantity: number }[] }>('GET', `/v1/fulfillments/${id}`)
  await call('POST', `/v1/fulfillments/${id}/pick`, { lines: lines.map(({ line_id, quantity }) => ({ line_id, quantity })) })
  return id
}

/** Work of which all is packed. */
async function packed(): Promise<string> {
  const id = await picked()
  const { lines } = await call<{ lines: { line_id: string; quantity: number }[] }>('GET', `/v1/fulfillments/${id}`)
  await call('POST', `/v1/fulfillments/${id}/pack`, { packages: [{ weight_grams: 1540, lines: lines.map(({ line_id, quantity }) => ({ line_id, quantity })) }] })
  return id
}

/** Says words of the English console, or what they begin with, in the language of a reader; what is no word of it stays. */
export type Say = (english: string) => string
const inEnglish: Say = (english) => english

/** Somebody who reads Arabic, from right to left, and the words that they see. */
export const arabic = { locale: 'ar-EG', say: translated(en, ar) }

export type Tree = { [key: string]: string | Tree | undefined }

export function translated(from: Tree, to: Tree): Say {
  const pairs = [...pairsOf(from, to)].sort(([a], [b]) => a.length - b.length)
  return (english) => pairs.find(([words]) => words.startsWith(english))?.[1] ?? english
}

/** Words without places for values, with the same in the other language. */
function* pairsOf(from: Tree, to: Tree): Generator<[string, string]> {
  for (const [key, words] of Object.entries(from)) {
    const other = to[key]
    if (typeof words === 'object' && typeof other === 'object') yield* pairsOf(words, other)
    if (typeof words === 'string' && typeof other === 'string' && !words.includes('{{')) yield [words, other]
  }
}

/** The screens, each with what is there once it is drawn. */
export const screens: { name: string; path: () => Promise<string>; drawn: string; then?: (page: Page, say?: Say) => Promise<void> }[] = [
  { name: 'home', path: async () => '/console', drawn: 'Orders to release' },
  { name: 'orders', path: async () => '/console/orders', drawn: 'SO-2026-000013' },
  { name: 'view', path: changedView, drawn: 'Tea, unpaid' },
  { name: 'no-view', path: async () => '/console/orders?view=vie_none', drawn: 'There is no such view' },
  { name: 'filter', path: async () => '/console/orders?filter=status%3Aprocessng+total%3E5', drawn: 'no value' },
  { name: 'order', path: async () => `/console/orders/${(await orderOf('SO-2026-000010')).id}`, drawn: 'Placed; its stock' },
  { name: 'held', path: async () => `/console/orders/${(await orderOf('SO-2026-000009')).id}`, drawn: 'Placed; its stock' },
  { name: 'new', path: async () => '/console/orders/new', drawn: 'Drafts to go on with' },
  { name: 'draft', path: async () => `/console/orders/new?draft=${await draftOf()}`, drawn: 'The order so far', then: refuseOne },
  { name: 'change', path: async () => `/console/orders/${(await orderOf('SO-2026-000010')).id}`, drawn: 'Placed; its stock', then: stageMore },
  { name: 'split', path: async () => `/console/orders/${(await placed(['TEA-500', 3], ['CUP-2', 2])).id}`, drawn: 'Placed; its stock', then: splitSome },
  { name: 'merge', path: async () => `/console/orders/${(await placed(['TEA-500', 1])).id}`, drawn: 'Placed; its stock', then: beginMerge },
  { name: 'past', path: async () => `/console/orders/${(await orderOf('SO-2026-000010')).id}`, drawn: 'Placed; its stock', then: lookBack },
  { name: 'mentions', path: async () => '/console/mentions', drawn: 'The fourth cup' },
  { name: 'forgot', path: async () => '/console/forgot', drawn: 'Send the link' },
  { name: 'welcome', path: async () => '/console/welcome#token', drawn: 'Set it and sign in' },
  { name: 'bulks', path: async () => ((await tried()), '/console/bulks'), drawn: 'Release holds of a kind' },
  { name: 'bulk', path: async () => `/console/bulks/${await tried()}`, drawn: 'Refused orders' },
  { name: 'imports', path: async () => ((await checked()), '/console/imports'), drawn: 'jars.csv' },
  { name: 'import', path: async () => `/console/imports/${await checked()}`, drawn: 'must be a number' },
  { name: 'fulfillment', path: async () => '/console/fulfillment', drawn: 'SO-2026-' },
  { name: 'pick', path: async () => `/console/fulfillment/${(await opened([['TEA-500', 3], ['CUP-2', 2]])).id}`, drawn: 'Missing…' },
  { name: 'pack', path: async () => `/console/fulfillment/${await picked()}`, drawn: 'Weight in grams' },
  { name: 'ship', path: async () => `/console/fulfillment/${await packed()}`, drawn: 'Carrier' },
  { name: 'missing', path: async () => '/console/orders/ord_none', drawn: 'Nothing here' },
  { name: 'products', path: async () => '/console/products?filter=sku%3ATEA', drawn: 'TEA-500' },
  { name: 'product', path: async () => `/console/products/${(await variantOf('TEA-500')).product_id}`, drawn: 'All movements' },
  { name: 'variant', path: async () => `/console/variants/${(await variantOf('TEA-500')).id}`, drawn: 'Promised to orders' },
  { name: 'stock', path: async () => '/console/stock?filter=sku%3ATEA-500', drawn: 'Main warehouse' },
  { name: 'movements', path: async () => '/console/movements', drawn: 'Received' },
  { name: 'price-lists', path: async () => '/console/price-lists', drawn: 'Tea, retail' },
  { name: 'price-list', path: async () => `/console/price-lists/${(await found('/v1/price-lists?filter=name:tea')).id}`, drawn: 'TEA-500' },
  { name: 'customers', path: async () => '/console/customers?filter=type%3Avip', drawn: 'VIP' },
  { name: 'customer', path: async () => `/console/customers/${(await orderOf('SO-2026-000010')).customer_id}`, drawn: 'Owed by the customer' },
  { name: 'returns', path: async () => '/console/returns?filter=status%3Aapproved', drawn: 'RMA-2026-000001' },
  { name: 'return', path: async () => `/console/returns/${(await found('/v1/returns?filter=number:RMA-2026-000001')).id}`, drawn: 'What came back?' },
  { name: 'payments', path: async () => '/console/payments', drawn: 'SO-2026-000006' },
  { name: 'payment', path: async () => `/console/payments/${(await found('/v1/payments/unclear')).payment_id}`, drawn: 'Why this is not known' },
  { name: 'order-templates', path: async () => ((await template()), '/console/templates'), drawn: 'Weekly tea' },
  { name: 'order-template', path: async () => `/console/templates/${await template()}`, drawn: 'Make an order of it' },
  { name: 'templates', path: async () => '/console/mail-templates', drawn: 'thank you for your order' },
  { name: 'audit', path: async () => '/console/audit', drawn: 'user.signed_in' },
  { name: 'event', path: async () => `/console/audit/${await first('/v1/events?filter=type:order.released')}`, drawn: 'approved' },
  { name: 'verification', path: async () => '/console/audit/verification', drawn: 'A hash that you kept', then: verify },
  { name: 'users', path: async () => '/console/users', drawn: 'Invite a user' },
  { name: 'user', path: async () => `/console/users/${await first('/v1/users')}`, drawn: 'What they did' },
  { name: 'roles', path: async () => '/console/roles', drawn: 'warehouse' },
  { name: 'role', path: async () => `/console/roles/${await first('/v1/roles?filter=name:sales')}`, drawn: 'Audit log and live stream' },
  { name: 'keys', path: async () => '/console/keys', drawn: 'Make a key' },
  { name: 'key', path: async () => `/console/keys/${await first('/v1/keys')}`, drawn: 'What they did' },
  { name: 'webhooks', path: async () => '/console/webhooks', drawn: 'Add an endpoint' },
  { name: 'webhook', path: async () => `/console/webhooks/${await endpoint()}`, drawn: 'Deliveries that wait' },
  { name: 'jobs', path: async () => '/console/jobs', drawn: 'orders.allocate' },
  { name: 'job', path: async () => `/console/jobs/${await first('/v1/jobs')}`, drawn: 'Error of the last try' },
  { name: 'mails', path: async () => '/console/mails', drawn: 'Order confirmation' },
  { name: 'mail', path: async () => `/console/mails/${await first('/v1/mails')}`, drawn: 'Tells of' },
  { name: 'settings', path: async () => '/console/settings', drawn: 'Taxed in' },
  { name: 'channels', path: async () => '/console/settings/channels', drawn: 'Add a channel' },
  { name: 'channel', path: async () => `/console/settings/channels/${await first('/v1/channels')}`, drawn: 'Next numbers' },
  { name: 'locations', path: async () => '/console/settings/locations', drawn: 'Add a location' },
  { name: 'shipping', path: async () => '/console/settings/shipping', drawn: 'Add a shipping method' },
  { name: 'taxes', path: async () => '/console/settings/taxes', drawn: 'Add a tax rate' },
  { name: 'customer-types', path: async () => '/console/settings/customer-types', drawn: 'Wholesale' },
  { name: 'system', path: async () => '/console/system', drawn: 'Operations since the start' },
  { name: 'style', path: async () => '/console/style', drawn: 'Every shared part' },
]

export type Placed = { id: string; number: string; status: string; total: { amount: number }; lines: { sku: string; quantity: number }[]; split_from?: string; merged_into?: string }

/** Places an order of a customer who has others. */
export async function placed(...goods: [sku: string, quantity: number][]): Promise<Placed> {
  const { items: channels } = await call<{ items: { id: string }[] }>('GET', '/v1/channels?filter=code:web')
  const address = { name: 'Ada Byron', street: "12 St James's Square", postcode: 'SW1Y 4JH', city: 'London', country: 'GB' }
  const { customer_id } = await orderOf('SO-2026-000010')
  return call('POST', '/v1/orders', { channel_id: channels[0]!.id, customer_id, lines: goods.map(([sku, quantity]) => ({ sku, quantity })), deliveries: [{ address }] })
}

/** A template that everybody sees. */
export async function template(): Promise<string> {
  const { items } = await call<{ items: { id: string }[] }>('GET', '/v1/templates?filter=name:weekly')
  if (items[0]) return items[0].id
  const made = await call<{ id: string }>('POST', '/v1/templates', { name: 'Weekly tea', order_id: (await orderOf('SO-2026-000010')).id })
  await call('POST', `/v1/templates/${made.id}/share`)
  return made.id
}

/** The draft of the demo. */
async function draftOf(): Promise<string> {
  const { items } = await call<{ items: { id: string }[] }>('GET', '/v1/orders?filter=status:draft&sort=placed&limit=1')
  return items[0]!.id
}

/** Adds a line that the server refuses to the draft on the screen. */
async function refuseOne(page: Page, say = inEnglish) {
  await page.getByRole('combobox', { name: say('Product, SKU or barcode') }).focus()
  await paste(page, 'NO-SUCH\t2')
  await page.getByRole('alert').getByText('no variant NO-SUCH').waitFor()
}

/** Pastes into the field that has the focus. */
export async function paste(page: Page, text: string) {
  await page.evaluate((text) => {
    const data = new DataTransfer()
    data.setData('text', text)
    document.activeElement!.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
  }, text)
}

/** The id of what a list has first. */
async function first(list: string): Promise<string> {
  return (await call<{ items: { id: string }[] }>('GET', list)).items[0]!.id
}

/** A webhook endpoint that is paused: nothing is sent. */
export async function endpoint(): Promise<string> {
  const { items } = await call<{ items: { id: string; name: string }[] }>('GET', '/v1/webhooks')
  const known = items.find((w) => w.name === 'of a picture')
  if (known) return known.id
  const { id } = await call<{ id: string }>('POST', '/v1/webhooks', { name: 'of a picture', url: 'https://hooks.example.com/ordo', types: ['order.*'] })
  await call('POST', `/v1/webhooks/${id}/pause`)
  return id
}

/** Verifies the log on the screen. */
async function verify(page: Page, say = inEnglish) {
  await page.getByRole('button', { name: say('Verify the whole log') }).click()
  await page.getByText(say('The log is whole')).waitFor()
}

/** Shows the order on the screen as it was when it was placed. */
export async function lookBack(page: Page, say = inEnglish) {
  await page.getByRole('button', { name: say('As it was') }).click()
  await page.getByRole('slider').press('Home')
  await page.locator('[role=slider][aria-valuenow="1"]').waitFor()
  await page.getByRole('dialog').getByRole('listitem').locator('s').first().waitFor()
}

/** Opens the panel of an order on the screen, and stages more of its first line. */
export async function stageMore(page: Page, say = inEnglish) {
  await page.keyboard.press('e')
  const quantity = page.getByRole('dialog').getByLabel(say('Quantity')).first()
  await quantity.fill('7')
  await quantity.press('Enter')
  await page.getByRole('heading', { name: say('What it does') }).waitFor()
  await page.getByRole('region', { name: say('What it does') }).locator('s').first().waitFor()
}

/** Chooses in the menu of an order. */
export async function choose(page: Page, action: string, say = inEnglish) {
  await page.getByRole('button', { name: say('More actions') }).click()
  await page.getByRole('menuitem', { name: say(action) }).click()
}

/** Moves some of the first line to a new order, as far as the preview. */
async function splitSome(page: Page, say = inEnglish) {
  await choose(page, 'Split…', say)
  const quantity = page.getByRole('dialog').getByRole('textbox').first()
  await quantity.fill('1')
  await quantity.press('Enter')
  await page.getByRole('heading', { name: say('The new order') }).waitFor()
}

/** Shows the orders that can become a part of the one on the screen, and those that can't. */
async function beginMerge(page: Page, say = inEnglish) {
  await choose(page, 'Merge…', say)
  await page.getByRole('dialog').getByRole('checkbox').first().waitFor()
}

export async function show(page: Page, screen: (typeof screens)[number], say = inEnglish) {
  await page.goto(base + (await screen.path()))
  await page.getByText(say(screen.drawn)).first().waitFor()
  await page.locator(`[aria-label='${say('Loading')}']`).first().waitFor({ state: 'detached', timeout: 5000 }).catch(() => undefined)
  await screen.then?.(page, say)
  await page.evaluate(() => document.fonts.ready)
}

const word = 'Donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbauunterbeamtengesellschaft'

/** Lets a page read the names, SKUs, mail addresses and texts of all records as words of 80 letters; what they are known by stays at their beginning. */
export async function lengthen(page: Page) {
  const named = /^(name|title|sku|email|company|customer_name|label|reference|street|city|phone|text|subject|reason|file|url|to|actor_name|tags|lot|carrier|tracking_number|detail|hint|role)$/
  const code = /^[a-z_]+(\.[a-z_*]+)*$|^[a-z]{3}_\w+$/ // which the console has words for, or an id
  const long = (key: string, value: unknown): unknown => {
    if (Array.isArray(value)) return value.map((v) => long(key, v))
    if (value && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, long(k, v)]))
    return typeof value === 'string' && value && named.test(key) && !code.test(value) ? value + word.slice(0, Math.max(0, 80 - value.length)) : value
  }
  await page.route(
    (url) => url.pathname.startsWith('/v1/') && !/stream|presence|preferences/.test(url.pathname),
    async (route) => {
      if (route.request().method() !== 'GET') return route.fallback()
      const response = await route.fetch()
      if (!/json/.test(response.headers()['content-type'] ?? '')) return route.fulfill({ response })
      return route.fulfill({ response, json: long('', await response.json()) })
    },
  )
}

/** In the page: words that lie over others or over a button, as far as both are seen. */
export function overlaps(): string[] {
  type Piece = { of: Element; layer: Element | null; says: string; left: number; top: number; right: number; bottom: number }
  const pieces: Piece[] = []
  const add = (of: Element, says: string, { left, top, right, bottom }: DOMRect) => {
    const piece = { of, says: says.trim().slice(0, 60), layer: null as Element | null, left, top, right, bottom }
    for (let e: Element | null = of; e; e = e.parentElement) {
      const { position, overflowX, overflowY } = getComputedStyle(e)
      if (/hidden|clip|auto|scroll/.test(overflowX + overflowY)) {
        const box = e.getBoundingClientRect()
        piece.left = Math.max(piece.left, box.left)
        piece.right = Math.min(piece.right, box.right)
        piece.top = Math.max(piece.top, box.top)
        piece.bottom = Math.min(piece.bottom, box.bottom)
      }
      if (/fixed|sticky/.test(position)) {
        piece.layer = e // what floats is meant to lie over the rest
        break
      }
    }
    if (piece.right - piece.left > 2 && piece.bottom - piece.top > 2) pieces.push(piece)
  }
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const of = node.parentElement!
    if (!node.textContent!.trim() || of.closest('[aria-hidden=true], script, style, noscript') || !of.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue
    const range = document.createRange()
    range.selectNodeContents(node)
    for (const box of range.getClientRects()) add(of, node.textContent!, box)
  }
  for (const e of document.querySelectorAll('button')) if (e.checkVisibility({ visibilityProperty: true, opacityProperty: true })) add(e, e.getAttribute('aria-label') ?? e.localName, e.getBoundingClientRect())
  const found = new Set<string>()
  for (const [i, a] of pieces.entries())
    for (const b of pieces.slice(i + 1)) {
      if (a.layer !== b.layer || a.of === b.of || a.of.contains(b.of) || b.of.contains(a.of)) continue
      if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > 3 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 4) found.add(`${a.says} | ${b.says}`)
    }
  return [...found]
}
