import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { base, launch, screens, show, signedIn } from '../test/console'

const folder = join(import.meta.dirname, '../../../docs/screenshots')
let browser: Browser

beforeAll(async () => {
  mkdirSync(folder, { recursive: true })
  browser = await launch()
})
afterAll(() => browser.close())

const looks = (['light', 'dark'] as const).flatMap((colorScheme) => [1440, 360].map((width) => ({ colorScheme, width, height: width > 500 ? 900 : 740 })))

describe.each(looks)('$colorScheme, $width pixels wide', ({ colorScheme, width, height }) => {
  const options = { colorScheme, viewport: { width, height } }
  const path = (screen: string) => join(folder, `${screen}-${colorScheme}-${width}.png`)

  test('sign-in', async () => {
    const page = await browser.newPage({ ...options, locale: 'en-GB', reducedMotion: 'reduce' })
    await page.goto(base + '/console')
    await page.getByRole('heading').waitFor()
    await page.screenshot({ path: path('sign-in') })
  })

  test.each(screens)('$name', async (screen) => {
    const page = await (await signedIn(browser, options)).newPage()
    await show(page, screen)
    await page.screenshot({ path: path(screen.name) })
  })
})
