import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { employ, launch, opened as placed, signedIn, violations, visit } from './console'

let browser: Browser

beforeAll(async () => {
  browser = await launch()
})
afterAll(() => browser.close())

const reads = ['order.get', 'order.list', 'change.begin', 'change.get', 'change.list', 'change.drop', 'order.amend']

async function open(order: string, who?: Parameters<typeof signedIn>[2], options = {}) {
  const { page, heard } = await visit(await signedIn(browser, options, who), `/console/orders/${order}`)
  await page.getByRole('heading', { level: 1 }).waitFor()
  return { page, heard }
}

const here = (page: Page, says: string) => page.getByRole('list', { name: 'Also here' }).getByRole('img', { name: says })

test('who else looks at an order is shown within a second, and gone when they left', async () => {
  const { order } = await placed([['TEA-500', 1]])
  const other = (await placed([['TEA-500', 1]])).order
  const ada = await employ('Ada', reads)
  const first = await open(order)
  await first.page.waitForTimeout(1_000) // for the stream
  expect(await first.page.getByRole('list', { name: 'Also here' }).getByRole('img').count()).toBe(0)

  const second = await open(order, ada)
  const opened = Date.now()
  await here(first.page, 'Ada is looking').waitFor()
  expect(Date.now() - opened).toBeLessThan(3_000) // of a busy machine; within a second of a quiet one
  await here(second.page, 'Demo is looking').waitFor()
  expect(await violations(first.page)).toEqual([])

  await second.page.keyboard.press('e')
  await here(first.page, 'Ada is changing it').waitFor()
  await second.page.keyboard.press('Escape')
  await here(first.page, 'Ada is looking').waitFor()

  await second.page.goto((await second.page.evaluate(() => location.origin)) + `/console/orders/${other}`)
  await here(first.page, 'Ada is looking').waitFor({ state: 'detached' })
  await second.page.goBack()
  await here(first.page, 'Ada is looking').waitFor()
  await second.page.close()
  const closed = Date.now()
  await here(first.page, 'Ada is looking').waitFor({ state: 'detached' })
  expect(Date.now() - closed).toBeLessThan(15_000)
  expect(first.heard.errors).toEqual([])
})

test('on a phone, in the dark, who is here fits beside what can be done', async () => {
  const { order } = await placed([['TEA-500', 1]])
  await open(order, await employ('Grace', reads))
  const { page } = await open(order, undefined, { colorScheme: 'dark', viewport: { width: 360, height: 740 } })
  await here(page, 'Grace is looking').waitFor()
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true)
  expect(await violations(page)).toEqual([])
})
