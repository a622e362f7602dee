import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { arabic, base, launch, lengthen, overlaps, screens, show, signedIn, violations } from './console'

let browser: Browser

beforeAll(async () => {
  browser = await launch()
})
afterAll(() => browser.close())

/** How far the page reaches beyond its window. */
const beyond = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)

/** What keeps people from using what is on the page: found by axe in each of the schemes, or a window that is too small for it. */
async function hindrances(page: Page, schemes: readonly ('light' | 'dark')[]) {
  const found: string[] = []
  for (const colorScheme of schemes) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor()
    await page.waitForTimeout(150) // until the colors of all are those of the scheme
    found.push(...(await violations(page)).map((violation) => `${colorScheme}: ${violation}`))
  }
  // A phone, the narrowest window, and one of 1,280 by 1,024 pixels in which all is twice as large.
  for (const [width, height] of [[360, 740], [320, 640], [640, 512]] as const) {
    await page.setViewportSize({ width, height })
    await expect.poll(() => beyond(page), { message: `${width} pixels are enough` }).toBe(0)
    await expect.poll(() => page.evaluate(overlaps), { message: `nothing lies over another at ${width} pixels` }).toEqual([])
  }
  return found
}

describe.each([
  { name: 'left to right', locale: 'en-GB', say: undefined, schemes: ['light', 'dark'] as const },
  { name: 'right to left', ...arabic, schemes: ['light'] as const },
])('$name', ({ locale, say, schemes }) => {
  test('nothing hinders on the sign-in', async () => {
    const page = await browser.newPage({ locale, reducedMotion: 'reduce' })
    await page.goto(base + '/console')
    await page.getByRole('heading').waitFor()
    expect(await hindrances(page, schemes)).toEqual([])
  })

  test.each(screens)('nothing hinders on $name', async (screen) => {
    const page = await (await signedIn(browser, { locale })).newPage()
    if (!say) await lengthen(page) // words of 80 letters need more room than any others
    await show(page, screen, say)
    expect(await page.evaluate(() => document.documentElement.dir)).toBe(say ? 'rtl' : 'ltr')
    expect(await hindrances(page, schemes)).toEqual([])
    await page.context().close()
  })
})
