import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { base, launch, screens, show, signedIn, violations } from './console'

let browser: Browser

beforeAll(async () => {
  browser = await launch()
})
afterAll(() => browser.close())

describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
  test('axe finds nothing on the sign-in', async () => {
    const page = await browser.newPage({ colorScheme, reducedMotion: 'reduce' })
    await page.goto(base + '/console')
    await page.getByRole('heading').waitFor()
    expect(await violations(page)).toEqual([])
  })

  test.each(screens)('axe finds nothing on $name', async (screen) => {
    const page = await (await signedIn(browser, { colorScheme })).newPage()
    await show(page, screen)
    expect(await violations(page)).toEqual([])
  })
})

test.each(screens)('$name fits into 320 pixels', async (screen) => {
  const page = await (await signedIn(browser, { viewport: { width: 320, height: 640 } })).newPage()
  await show(page, screen)
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320)
})
