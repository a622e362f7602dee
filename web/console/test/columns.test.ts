import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { base, employ, launch, signedIn, violations } from './console'

let browser: Browser

beforeAll(async () => {
  browser = await launch()
})
afterAll(() => browser.close())

const heads = (page: Page) => page.getByRole('columnheader').filter({ hasText: /./ }).allTextContents()
const kept = async (context: BrowserContext) => {
  const { items } = (await (await context.request.get(base + '/v1/preferences')).json()) as { items: { name: string; value: string }[] }
  return JSON.parse(items.find((p) => p.name === 'orders.layout')?.value ?? 'null') as unknown
}

async function list(context: BrowserContext): Promise<Page> {
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  await page.goto(base + '/console/orders')
  await page.getByRole('row').nth(3).waitFor()
  return page
}

test('columns are chosen, ordered, sized and kept in view by keyboard, and stand so on another device', async () => {
  const who = await employ('columnist', ['order.list'])
  const context = await signedIn(browser, {}, who)
  const page = await list(context)
  expect(await heads(page)).toEqual(['Number', 'Placed', 'Customer', 'Status', 'Payment', 'Fulfillment', 'Return', 'Total'])
  await page.getByRole('button', { name: 'Columns' }).focus()
  await page.keyboard.press('Enter')
  for (const name of ['Payment', 'Fulfillment', 'Return']) {
    await page.getByRole('checkbox', { name }).focus()
    await page.keyboard.press('Space')
  }
  await page.getByRole('button', { name: 'Move Customer forward' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Keep Total in view' }).focus()
  await page.keyboard.press('Enter')
  await expect.poll(() => page.getByRole('button', { name: 'Keep Total in view' }).getAttribute('aria-pressed')).toBe('true')
  expect(await page.getByRole('button', { name: 'Move Total back' }).isDisabled()).toBe(true)
  expect(await violations(page)).toEqual([])
  await page.keyboard.press('Escape')
  expect(await heads(page)).toEqual(['Total', 'Number', 'Customer', 'Placed', 'Status'])

  const edge = page.getByRole('separator', { name: 'Width of Number' })
  await edge.focus()
  for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowRight')
  await expect.poll(() => edge.getAttribute('aria-valuenow')).toBe('198')
  await expect.poll(() => kept(context)).toEqual({ shown: ['number', 'customer', 'placed', 'status', 'total'], widths: { number: 198 }, pinned: ['total'], dense: false })
  expect(await page.evaluate(() => JSON.stringify({ ...localStorage }))).not.toContain('widths')

  const other = await list(await signedIn(browser, {}, who))
  expect(await heads(other)).toEqual(['Total', 'Number', 'Customer', 'Placed', 'Status'])
  expect(await other.getByRole('separator', { name: 'Width of Number' }).getAttribute('aria-valuenow')).toBe('198')
  await other.getByRole('button', { name: 'Columns' }).click()
  await other.getByRole('button', { name: 'As they were' }).click()
  await expect.poll(() => heads(other)).toEqual(['Number', 'Placed', 'Customer', 'Status', 'Payment', 'Fulfillment', 'Return', 'Total'])
  await expect.poll(() => kept(context)).toBeNull()
})

test('a column is drawn by hand, and one that is kept in view stays when the others scroll by', async () => {
  const context = await signedIn(browser, { viewport: { width: 900, height: 700 } }, await employ('drawer', ['order.list']))
  const page = await list(context)
  const edge = page.getByRole('separator', { name: 'Width of Customer' })
  const at = (await edge.boundingBox())!
  await page.mouse.move(at.x + 4, at.y + 10)
  await page.mouse.down()
  await page.mouse.move(at.x + 124, at.y + 10, { steps: 5 })
  await page.mouse.up()
  await expect.poll(() => edge.getAttribute('aria-valuenow')).toBe('280')
  await page.getByRole('button', { name: 'Columns' }).click()
  await page.getByRole('button', { name: 'Keep Number in view' }).click()
  await page.keyboard.press('Escape')
  const cell = page.getByRole('row').nth(3).getByRole('cell').nth(1)
  const before = (await cell.boundingBox())!.x
  await page.getByRole('region', { name: 'Orders' }).evaluate((e) => (e.scrollLeft = 400))
  expect((await cell.boundingBox())!.x).toBe(before)
  expect((await page.getByRole('row').nth(3).getByRole('cell').nth(2).boundingBox())!.x).toBeLessThan(before)
  await edge.dblclick()
  await expect.poll(() => edge.getAttribute('aria-valuenow')).toBe('160')
})

test('what could not be kept is told, and taken back', async () => {
  const page = await list(await signedIn(browser, {}, await employ('forgetful', ['order.list'])))
  await page.route('**/v1/preferences/*', (route) => route.fulfill({ status: 503, contentType: 'application/problem+json', body: JSON.stringify({ code: 'unavailable', detail: 'the disk is full' }) }))
  await page.getByRole('button', { name: 'Columns' }).click()
  await page.getByRole('checkbox', { name: 'Payment' }).click()
  await page.getByText('the disk is full').waitFor()
  await expect.poll(() => heads(page)).toContain('Payment')
})
