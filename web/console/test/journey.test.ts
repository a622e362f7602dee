import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { base, call, launch, listen, orderOf, signedIn, signIn } from './console'

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
  await page.getByRole('button', { name: 'Account' }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  expect(await page.evaluate(() => localStorage.getItem('ordo.session'))).toBeNull()
})

test('who forgot the password gets the same answer as everybody, and a link that does not work says so', async () => {
  const page = await browser.newPage({ locale: 'en-GB' })
  const heard = listen(page)
  await page.goto(base + '/console/sign-in')
  await page.getByRole('link', { name: 'Forgot your password?' }).click()
  await page.getByRole('textbox', { name: 'Mail address' }).fill('nobody@example.com')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Look into your mailbox' }).waitFor()
  await page.getByText('It works for 60 minutes.').waitFor()
  await page.getByRole('link', { name: 'Back to sign in' }).click()
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  await page.goto(base + '/console/welcome')
  await page.getByRole('heading', { name: 'This address lacks its link' }).waitFor()
  await page.goto(base + '/console/welcome#0123')
  await page.reload()
  await page.locator('input[type=password]').fill('short')
  await page.keyboard.press('Enter')
  await page.getByText('10').nth(1).waitFor()
  await page.locator('input[type=password]').fill('battery staple')
  await page.keyboard.press('Enter')
  await page.getByRole('alert').waitFor()
  await page.getByRole('link', { name: 'Ask for a new link' }).waitFor()
  expect(heard.requests.filter((r) => r.includes('0123'))).toEqual([])
})

test('what a customer was told stands with the order, and goes out again on request', async () => {
  const { page } = await opened(`/console/orders/${(await orderOf('SO-2026-000010')).id}`)
  const card = page.getByRole('region', { name: 'Mails to the customer' })
  await card.getByText('Order confirmation').first().waitFor()
  await card.getByText('this server has no mail server').first().waitFor()
  const before = await card.getByRole('listitem').count()
  await card.getByRole('button', { name: 'Send again' }).first().click()
  const form = page.getByRole('dialog')
  await form.getByRole('textbox', { name: 'To' }).fill('nobody')
  await page.keyboard.press('Enter')
  await form.getByText('is no mail address').waitFor()
  await form.getByRole('textbox', { name: 'To' }).fill('ada@example.com')
  await page.keyboard.press('Enter')
  await page.getByText('The mail is sent again').waitFor()
  await expect.poll(() => card.getByRole('listitem').count()).toBe(before + 1)
})

test('a mail gets words of its own, whose faults are marked as they are written', async () => {
  const { page, heard } = await opened('/console/mail-templates')
  await page.getByRole('textbox', { name: 'Subject' }).fill('Hurra {nummber}')
  await page.getByText('no {nummber}').waitFor()
  await page.getByRole('textbox', { name: 'Subject' }).fill('Hurra {number}')
  await page.getByText('Hurra SO-000042').waitFor()
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Own words').waitFor()
  await page.getByRole('button', { name: 'As Ordo has it' }).click()
  await page.getByText('As Ordo has it').first().waitFor()
  await page.getByText('Your order SO-000042 at').first().waitFor()
  expect(heard.errors.filter((e) => !e.includes('422'))).toEqual([])
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
