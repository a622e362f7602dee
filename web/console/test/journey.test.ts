import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { base, call, launch, listen, orderOf, signedIn, signIn, stageMore } from './console'

let browser: Browser

beforeAll(async () => {
  browser = await launch()
})
afterAll(() => browser.close())

async function opened(path: string): Promise<{ page: Page; heard: ReturnType<typeof listen> }> {
  const page = await (await signedIn(browser)).newPage()
  page.setDefaultTimeout(15_000)
  const heard = listen(page)
  await page.goto(base + path)
  return { page, heard }
}

const rows = (page: Page) => page.getByRole('row').filter({ has: page.getByRole('cell') })

test('a wrong password is told, the right one leads to where somebody wanted to go, and out again', async () => {
  const page = await browser.newPage({ locale: 'en-GB' })
  await page.goto(base + '/console/style')
  await page.getByRole('textbox', { name: 'Mail address' }).fill('demo@example.com')
  await page.locator('input[type=password]').fill('not the password')
  await page.keyboard.press('Enter')
  await page.getByRole('alert').getByText('wrong').first().waitFor()
  await signIn(page, '/console/style')
  await page.getByRole('heading', { name: 'Style guide' }).waitFor()

  const cookies = await page.context().cookies()
  expect(cookies).toMatchObject([{ name: 'ordo_session', httpOnly: true, sameSite: 'Lax', path: '/' }])
  const token = cookies[0]!.value
  expect(await page.evaluate(() => document.cookie + JSON.stringify({ ...localStorage, ...sessionStorage }))).not.toContain(token)

  await page.getByRole('button', { name: 'Account' }).click()
  await page.getByText('Role admin').waitFor()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  expect(await page.evaluate(() => localStorage.getItem('ordo.session'))).toBeNull()
  expect(await page.context().cookies()).toEqual([])
  expect((await fetch(base + '/v1/me', { headers: { Authorization: `Bearer ${token}` } })).status).toBe(401)
})

test('a page of another origin writes nothing with the session of this browser, though its cookie goes along', async () => {
  const evil = createServer((_, answer) => answer.setHeader('Content-Type', 'text/html').end('<title>Evil</title>')).listen(0, '127.0.0.1')
  onTestFinished(() => void evil.close())
  await once(evil, 'listening')
  const context = await signedIn(browser)
  const page = await context.newPage()
  await page.goto(`http://127.0.0.1:${(evil.address() as AddressInfo).port}/`) // of the same site, as ports make none
  const send = (path: string, init: RequestInit) => page.evaluate(([url, init]) => fetch(url, { credentials: 'include', ...init }).then((r) => r.type, String), [base + path, init] as const)

  const answered = page.waitForResponse(base + '/v1/views')
  expect(await send('/v1/views', { method: 'POST', mode: 'no-cors', body: '{"list":"order.list","name":"Evil"}' })).toBe('opaque')
  expect((await answered).status()).toBe(403) // without the cookie it were 401
  const proof = { 'X-Ordo-Csrf': '1', 'Content-Type': 'application/json' } // needs a preflight, which nobody permits
  expect(await send('/v1/preferences/evil', { method: 'PUT', headers: proof, body: '{"value":"x"}' })).toContain('TypeError')
  const mine = async (path: string) => (await context.request.get(base + path)).json() as Promise<{ items: unknown[] }>
  expect([...(await mine('/v1/views?filter=shared:false')).items, ...(await mine('/v1/preferences')).items]).toEqual([])
})

test('the filter is text and chips, its mistakes are marked, and the address keeps it', async () => {
  const { page, heard } = await opened('/console/orders')
  await rows(page).first().waitFor()
  await page.keyboard.press('/')
  await page.keyboard.type('status:proces')
  await page.getByRole('alert').getByText('no value').waitFor()
  expect(await page.locator('mark').textContent()).toBe('proces')
  await page.getByRole('textbox', { name: 'Filter' }).fill('status:processing')
  await expect.poll(() => rows(page).count()).toBe(1)
  expect(page.url()).toContain('filter=status%3Aprocessing')
  await page.getByText('1 order', { exact: true }).waitFor()
  await page.getByRole('tab', { name: 'To ship 1' }).waitFor()
  await page.reload()
  await expect.poll(() => rows(page).count()).toBe(1)
  await page.getByRole('button', { name: 'Remove status:processing' }).click()
  await expect.poll(() => rows(page).count()).toBeGreaterThan(10)
  expect(heard.errors.filter((e) => !e.includes('422'))).toEqual([])
})

test('the server sorts, and the list goes on without blank rows', async () => {
  const { page } = await opened('/console/orders')
  await rows(page).first().waitFor()
  await page.getByRole('button', { name: 'Sort by Total' }).click()
  await expect.poll(() => page.url()).toContain('sort=-total')
  const largest = await call<{ items: { number: string }[] }>('GET', '/v1/orders?sort=-total&limit=1')
  await rows(page).first().getByText(largest.items[0]!.number).waitFor()
  const table = page.getByRole('region', { name: 'Orders' })
  for (let i = 0; i < 12; i++) {
    await table.evaluate((e) => (e.scrollTop += 1500))
    await page.waitForTimeout(100)
    expect(await rows(page).count()).toBeGreaterThan(10)
  }
  await expect.poll(async () => Number(await rows(page).last().getAttribute('aria-rowindex'))).toBeGreaterThan(300)
})

test('by keyboard: find, open, hold; what another does is seen live; only the public API is asked', async () => {
  const { page, heard } = await opened('/console/orders?filter=number%3ASO-2026-000008')
  await expect.poll(() => rows(page).count()).toBe(1)
  await page.keyboard.press('j')
  await page.keyboard.press('x')
  await page.getByText('1 order selected').first().waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'SO-2026-000008' }).waitFor()
  await page.getByText('Explain').click()
  await page.getByText('How this total comes about').waitFor()

  await page.getByRole('button', { name: 'More actions' }).click()
  await page.getByRole('menuitem', { name: 'Hold', exact: true }).click()
  await page.getByLabel('Reason, as a code').fill('Not A Code')
  await page.getByRole('dialog').getByRole('button', { name: 'Hold' }).click()
  await page.getByRole('dialog').getByText(/reason/i).nth(1).waitFor()
  await page.getByLabel('Reason, as a code').fill('asked_by_phone')
  await page.getByRole('dialog').getByRole('button', { name: 'Hold' }).click()
  await page.getByText('Held: By hand').waitFor()
  await expect.poll(async () => (await orderOf('SO-2026-000008')).holds.length).toBe(1)

  const { id, holds } = await orderOf('SO-2026-000008')
  await page.getByText('live', { exact: true }).waitFor()
  await call('POST', `/v1/orders/${id}/holds/${holds[0]!.id}/release`)
  await page.getByText('Held: By hand').waitFor({ state: 'detached' })
  await page.getByText('A hold ended').waitFor()

  await page.keyboard.press('u')
  await expect.poll(() => rows(page).count()).toBe(1)
  await page.getByText('1 order selected').first().waitFor()

  const paths = heard.requests.map((url) => (url.startsWith(base) ? new URL(url).pathname : url))
  expect(paths.filter((path) => !/^\/(v1|console|assets)(\/|$)/.test(path))).toEqual([])
  expect(heard.errors.filter((e) => !e.includes('422'))).toEqual([])
})

test('a refused command is told, and what was foreseen is taken back', async () => {
  const { id } = await orderOf('SO-2026-000007')
  const { page } = await opened(`/console/orders/${id}`)
  await page.route('**/holds', (route) =>
    route.fulfill({ status: 409, contentType: 'application/problem+json', body: JSON.stringify({ code: 'stale', detail: 'somebody was faster', faults: [{ code: 'stale', detail: 'somebody was faster', remedy: 'Look again.' }] }) }),
  )
  await page.getByRole('button', { name: 'More actions' }).click()
  await page.getByRole('menuitem', { name: 'Hold', exact: true }).click()
  await page.getByLabel('Reason, as a code').fill('some_reason')
  await page.getByRole('dialog').getByRole('button', { name: 'Hold' }).click()
  await page.getByRole('alert').getByText('somebody was faster').waitFor()
  await page.getByText('Held: By hand').waitFor({ state: 'detached' })
  expect(await page.getByLabel('Reason, as a code').inputValue()).toBe('some_reason')
})

test('a placed order is changed: staged, found again, previewed, committed; a conflict is told', async () => {
  const placed = await orderOf('SO-2026-000008')
  const { page, heard } = await opened(`/console/orders/${placed.id}`)
  await page.getByRole('heading', { name: 'SO-2026-000008' }).waitFor()
  await stageMore(page)
  const panel = page.getByRole('dialog')
  await panel.getByLabel('Add a product').first().fill('caddy')
  await page.getByRole('option').first().click()
  await panel.getByText(/1 × \S+ more/).waitFor()
  await page.reload()
  await page.getByRole('heading', { name: 'SO-2026-000008' }).waitFor()
  await page.keyboard.press('e')
  await panel.getByText(/1 × \S+ more/).waitFor() // kept, also for another device

  await page.getByText('live', { exact: true }).waitFor()
  const whole = await call<{ lines: { id: string }[]; total: { amount: number } }>('GET', `/v1/orders/${placed.id}`)
  await call('POST', `/v1/orders/${placed.id}/amend`, { steps: [{ kind: 'set_quantity', line_id: whole.lines[0]!.id, quantity: 5 }] })
  await panel.getByRole('alert').getByText(/is 5 by now/).waitFor()
  await panel.getByRole('button', { name: 'Set it nevertheless' }).click()
  await panel.getByRole('alert').first().waitFor({ state: 'detached' })
  await panel.getByRole('button', { name: /^Commit: total/ }).click()
  await page.getByText('SO-2026-000008 was changed.').waitFor()
  const now = await call<{ lines: { quantity: number }[]; revision: number }>('GET', `/v1/orders/${placed.id}`)
  expect([now.lines[0]!.quantity, now.lines.length, now.revision]).toEqual([7, whole.lines.length + 1, 3])
  expect(heard.errors.filter((e) => !/409|422/.test(e))).toEqual([])
})

test('the palette finds orders and screens, and speaks German', async () => {
  const { page } = await opened('/console/orders')
  await rows(page).first().waitFor()
  await page.keyboard.press('Control+k')
  await page.getByPlaceholder('Search or do something…').fill('Deutsch')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Aufträge' }).waitFor()
  expect(await page.locator('html').getAttribute('lang')).toBe('de')
  await page.keyboard.press('Control+k')
  await page.getByPlaceholder('Suchen oder etwas tun…').fill('SO-2026-000010')
  await page.getByRole('button', { name: /Ada Byron/ }).click()
  await page.getByRole('heading', { name: 'SO-2026-000010' }).waitFor()
  await page.keyboard.press('?')
  await page.getByRole('dialog').getByText('Nächster Auftrag der Liste').waitFor()
})
