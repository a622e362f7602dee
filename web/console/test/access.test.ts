import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { arabic, base, launch, screens, show, signedIn, violations } from './console'

let browser: Browser

beforeAll(async () => {
  browser = await launch()
})
afterAll(() => browser.close())

const readers = [
  { name: 'left to right', locale: 'en-GB', say: undefined },
  { name: 'right to left', ...arabic },
]

describe.each([
  { name: 'in light', colorScheme: 'light' as const, reader: readers[0]! },
  { name: 'in dark', colorScheme: 'dark' as const, reader: readers[0]! },
  { name: 'from right to left', colorScheme: 'light' as const, reader: readers[1]! },
])('$name', ({ colorScheme, reader: { locale, say } }) => {
  test('axe finds nothing on the sign-in', async () => {
    const page = await browser.newPage({ colorScheme, locale, reducedMotion: 'reduce' })
    await page.goto(base + '/console')
    await page.getByRole('heading').waitFor()
    expect(await violations(page)).toEqual([])
  })

  test.each(screens)('axe finds nothing on $name', async (screen) => {
    const page = await (await signedIn(browser, { colorScheme, locale })).newPage()
    await show(page, screen, say)
    expect(await page.evaluate(() => document.documentElement.dir)).toBe(say ? 'rtl' : 'ltr')
    expect(await violations(page)).toEqual([])
  })
})

/** How far the page reaches beyond its window. */
const beyond = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)

describe.each(readers)('$name', ({ locale, say }) => {
  test.each(screens)('$name fits into 320 pixels', async (screen) => {
    const page = await (await signedIn(browser, { viewport: { width: 320, height: 640 }, locale })).newPage()
    await show(page, screen, say)
    expect(await beyond(page)).toBe(0)
  })

  // A window of 1,280 by 1,024 pixels has half as many of twice the size.
  test.each(screens)('$name fits when it is twice as large', async (screen) => {
    const page = await (await signedIn(browser, { viewport: { width: 640, height: 512 }, deviceScaleFactor: 2, locale })).newPage()
    await show(page, screen, say)
    expect(await beyond(page)).toBe(0)
  })
})
