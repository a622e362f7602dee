import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { base, launch, lengthen, overlaps, type Say, screens, show, signedIn, violations } from './console'

/** How far the page reaches beyond its window. */
const beyond = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)

/** Lets the page have the colors of a scheme, and waits until each has come to its own. */
async function paint(page: Page, colorScheme: 'light' | 'dark') {
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
  await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor()
  await page.evaluate(async () => {
    const next = () => new Promise((resolve) => requestAnimationFrame(resolve))
    await next()
    do await next()
    while (document.getAnimations().some((animation) => animation instanceof CSSTransition && animation.playState === 'running'))
  })
}

/** What keeps people from using what is on the page: found by axe, or a window that is too small for it. In the dark only the colors are others. */
async function hindrances(page: Page, dark: boolean) {
  await paint(page, 'light')
  const found = await violations(page)
  if (dark) {
    await paint(page, 'dark')
    found.push(...(await violations(page, ['color-contrast'])).map((violation) => `dark: ${violation}`))
  }
  // A phone, the narrowest window, and one of 1,280 by 1,024 pixels in which all is twice as large.
  for (const [width, height] of [[360, 740], [320, 640], [640, 512]] as const) {
    await page.setViewportSize({ width, height })
    await expect.poll(() => beyond(page), { message: `${width} pixels are enough` }).toBe(0)
    await expect.poll(() => page.evaluate(overlaps), { message: `nothing lies over another at ${width} pixels` }).toEqual([])
  }
  return found
}

/** Tests every screen as a reader of this locale sees it, in the words of their language, or in English. */
export function everybodyCanUse({ locale, say }: { locale: string; say?: Say }) {
  let browser: Browser

  beforeAll(async () => {
    browser = await launch()
  })
  afterAll(() => browser.close())

  test('nothing hinders on the sign-in', async () => {
    const page = await browser.newPage({ locale, reducedMotion: 'reduce' })
    await page.goto(base + '/console')
    await page.getByRole('heading').waitFor()
    expect(await hindrances(page, !say)).toEqual([])
  })

  test.each(screens)('nothing hinders on $name', async (screen) => {
    const page = await (await signedIn(browser, { locale })).newPage()
    if (!say) await lengthen(page) // words of 80 letters need more room than any others
    await show(page, screen, say)
    expect(await page.evaluate(() => document.documentElement.dir)).toBe(say ? 'rtl' : 'ltr')
    expect(await hindrances(page, !say)).toEqual([])
    await page.context().close()
  })
}
