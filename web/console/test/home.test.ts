import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { base, call, employ, launch, listen, orderOf, signedIn } from './console'

let browser: Browser

beforeAll(async () => {
  browser = await launch()
})
afterAll(() => browser.close())

test('home tells what waits and since when, leads to it by keyboard, and hears of what comes', async () => {
  const page = await (await signedIn(browser)).newPage()
  page.setDefaultTimeout(20_000)
  const heard = listen(page)
  await page.goto(base + '/console')
  const stock = page.getByRole('listitem').filter({ hasText: 'Orders that wait for stock' })
  const { items, count } = await call<{ items: { id: string; number: string }[]; count: number }>('GET', '/v1/orders?filter=backordered:true&sort=placed&count=true')
  await stock.getByText(String(count), { exact: true }).waitFor()
  await stock.getByRole('link', { name: items[0]!.number }).waitFor()
  await stock.getByRole('link', { name: 'Orders that wait for stock' }).focus()
  await page.keyboard.press('Enter')
  await expect.poll(() => page.url()).toBe(base + '/console/orders?filter=backordered%3Atrue')
  await page.getByRole('heading', { name: 'Orders' }).waitFor()
  await page.keyboard.type('gh')
  await page.getByRole('heading', { name: 'What waits' }).waitFor()

  await page.getByText('Nothing waits here:').waitFor()
  await page.getByText('live', { exact: true }).waitFor()
  const { id } = await orderOf('SO-2026-000005')
  await call('POST', `/v1/orders/${id}/holds`, { kind: 'manual', reason: 'asked_at_home' })
  const held = page.getByRole('listitem').filter({ hasText: 'Held orders' })
  await held.getByRole('link', { name: 'SO-2026-000005' }).waitFor()
  const { holds } = await orderOf('SO-2026-000005')
  await call('POST', `/v1/orders/${id}/holds/${holds.find((h) => !h.released_at)!.id}/release`)
  await held.getByRole('link', { name: 'SO-2026-000005' }).waitFor({ state: 'detached' })
  expect(heard.errors).toEqual([])
})

test('home shows nobody what they may not see, and asks for nothing of it', async () => {
  const page = await (await signedIn(browser, {}, await employ('inspector', ['return.*', 'order.get']))).newPage()
  const heard = listen(page)
  await page.goto(base + '/console')
  await page.getByText('Returns to inspect').first().waitFor()
  expect(await page.getByText('Held orders').count()).toBe(0)
  expect(heard.requests.filter((url) => /\/v1\/(orders|payments|webhooks|jobs)/.test(url))).toEqual([])
  expect(heard.errors).toEqual([])

  const other = await (await signedIn(browser, {}, await employ('idler', ['setting.get']))).newPage()
  await other.goto(base + '/console')
  await other.getByText('Your role shows none of the work').waitFor()
})
