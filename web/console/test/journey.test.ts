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

test('tags are put on and taken off by keyboard, lead to the list, and are taken back if refused', async () => {
  const { id } = await orderOf('SO-2026-000012')
  const { page, heard } = await opened(`/console/orders/${id}`)
  const tags = page.getByRole('group', { name: 'Tags' })
  const stored = async () => (await call<{ tags?: string[] }>('GET', `/v1/orders/${id}`)).tags ?? []
  await tags.waitFor()
  const ready = () => expect.poll(() => page.getByRole('combobox', { name: 'Tag' }).evaluate((e) => e === document.activeElement)).toBe(true)
  await page.keyboard.press('t')
  await ready()
  await page.keyboard.type(' Phoned')
  await page.keyboard.press('Enter')
  await tags.getByText('phoned', { exact: true }).waitFor()
  await page.keyboard.type('gi')
  await page.getByRole('option', { name: 'gift wrap' }).waitFor()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect.poll(() => page.getByRole('combobox', { name: 'Tag' }).inputValue()).toBe('')
  await expect.poll(stored).toEqual(['gift wrap', 'phoned'])
  await page.keyboard.press('Escape')
  await page.getByRole('combobox', { name: 'Tag' }).waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Take off the tag gift wrap' }).focus()
  await page.keyboard.press('Enter')
  await tags.getByText('gift wrap', { exact: true }).waitFor({ state: 'detached' })
  await expect.poll(stored).toEqual(['phoned'])
  expect(heard.errors).toEqual([])

  await page.route('**/tag', (route) =>
    route.fulfill({ status: 422, contentType: 'application/problem+json', body: JSON.stringify({ code: 'tag_invalid', detail: 'no tag', faults: [{ code: 'tag_invalid', detail: '"<b>" can\'t have that', remedy: 'Use letters.' }] }) }),
  )
  await page.keyboard.press('t')
  await ready()
  await page.keyboard.type('<b>')
  await page.keyboard.press('Enter')
  await page.getByText('"<b>" can\'t have that Use letters.').waitFor()
  await expect.poll(() => tags.getByText('<b>', { exact: true }).count()).toBe(0)
  await page.keyboard.press('Escape')

  await page.getByRole('link', { name: 'Orders with the tag phoned' }).click()
  await expect.poll(() => rows(page).count()).toBe(1)
  expect(page.url()).toContain('filter=tag%3Aphoned')
  await page.getByRole('button', { name: 'Tag phoned' }).click()
  await page.getByRole('menuitemcheckbox', { name: 'phoned' }).click()
  await expect.poll(() => rows(page).count()).toBeGreaterThan(10)
})

test('a note mentions somebody, asks before the customer may read it, is changed, removed, and kept if refused', async () => {
  const { id } = await orderOf('SO-2026-000012')
  const { page } = await opened(`/console/orders/${id}`)
  type Notes = { items: { text: string; visibility: string; mentions?: { name: string }[] }[] }
  const stored = async () => (await call<Notes>('GET', `/v1/orders/${id}/notes`)).items.map((n) => [n.text, n.visibility, ...(n.mentions ?? []).map((p) => p.name)].join(' | '))
  const field = page.getByRole('textbox', { name: 'Note' })
  await field.waitFor()
  await page.keyboard.press('n')
  await page.keyboard.type('Please <b>check</b> @')
  const person = page.getByRole('option').first()
  const name = (await person.textContent())!
  await page.keyboard.type(name[0]!)
  await person.waitFor()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect.poll(() => field.inputValue()).toBe(`Please <b>check</b> @${name} `)
  await page.keyboard.type('today')
  await page.keyboard.press('Control+Enter')
  await page.getByText(`@${name}`, { exact: true }).waitFor()
  await expect.poll(stored).toEqual([`Please <b>check</b> @${name} today | staff | ${name}`])
  await page.getByRole('link', { name: 'Mentions' }).click()
  await page.getByRole('heading', { name: 'Mentions', exact: true }).waitFor()
  await page.locator('blockquote', { hasText: 'Please <b>check</b>' }).waitFor()
  await page.getByRole('link', { name: 'SO-2026-000012' }).click()

  await field.fill('It is on its way')
  await page.getByText('Customer too').first().click()
  await page.getByRole('button', { name: 'Write note' }).click()
  await page.getByRole('dialog').getByText('The customer will see this note').waitFor()
  expect(await stored()).toHaveLength(1)
  await page.getByRole('button', { name: 'Yes, the customer may read it' }).click()
  await expect.poll(async () => (await stored())[1]).toBe('It is on its way | customer')

  const written = page.locator('blockquote', { hasText: 'It is on its way' })
  await written.getByRole('button', { name: 'Change or remove the note' }).click()
  await page.getByRole('menuitem', { name: 'Change' }).click()
  await page.getByRole('textbox', { name: 'Note' }).nth(1).fill('It left today')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect.poll(async () => (await stored())[1]).toBe('It left today | customer')
  await page.locator('blockquote', { hasText: 'It left today' }).getByText('changed').waitFor()
  await page.locator('blockquote', { hasText: 'It left today' }).getByRole('button', { name: 'Change or remove the note' }).click()
  await page.getByRole('menuitem', { name: 'Remove' }).click()
  await expect.poll(async () => (await stored()).length).toBe(1)
  await page.getByText('A note was removed').waitFor()

  await page.route('**/notes', (route) => (route.request().method() === 'POST' ? route.abort() : route.continue()))
  await field.fill('Lost on the way')
  await page.keyboard.press('Control+Enter')
  await page.getByText('The note could not be saved').waitFor()
  expect(await field.inputValue()).toBe('Lost on the way')
  await expect.poll(() => page.locator('blockquote', { hasText: 'Lost on the way' }).count()).toBe(0)
})

test('the timeline tells of payments, shipments and returns too, by kind', async () => {
  const { id } = await orderOf('SO-2026-000011')
  const { page } = await opened(`/console/orders/${id}`)
  const timeline = page.getByRole('region', { name: 'Timeline' })
  await timeline.getByText('The shipment was delivered').waitFor()
  await timeline.getByText('A return was asked for').waitFor()
  await timeline.getByText('Money', { exact: true }).click()
  await timeline.getByText('Money was taken').waitFor()
  await timeline.getByText('The shipment was delivered').waitFor({ state: 'detached' })
  await timeline.getByText('Notes', { exact: true }).click()
  await timeline.getByText('Nothing of this kind has happened.').waitFor()
})
