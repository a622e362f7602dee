import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { arabic, base, launch, screens, show, signedIn } from '../test/console'

const folder = join(import.meta.dirname, '../../../docs/screenshots')
let browser: Browser

beforeAll(async () => {
  mkdirSync(folder, { recursive: true })
  browser = await launch()
})
afterAll(() => browser.close())

const looks = (['light', 'dark'] as const).flatMap((colorScheme) =>
  [1440, 360].flatMap((width) => [{ name: `${colorScheme}-${width}`, colorScheme, width }, { name: `rtl-${colorScheme}-${width}`, colorScheme, width, reader: arabic }]),
)

describe.each(looks)('$name', ({ name, colorScheme, width, reader }) => {
  const options = { colorScheme, viewport: { width, height: width > 500 ? 900 : 740 }, locale: reader?.locale ?? 'en-GB' }
  const path = (screen: string) => join(folder, `${screen}-${name}.png`)

  test('sign-in', async () => {
    const page = await browser.newPage({ ...options, reducedMotion: 'reduce' })
    await page.goto(base + '/console')
    await page.getByRole('heading').waitFor()
    await page.screenshot({ path: path('sign-in') })
  })

  test.each(screens)('$name', async (screen) => {
    const page = await (await signedIn(browser, options)).newPage()
    await show(page, screen, reader?.say)
    await page.screenshot({ path: path(screen.name) })
  })
})
