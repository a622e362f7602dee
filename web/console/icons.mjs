// Draws the icons of the installed console from its mark: npm run icons.
import { readFileSync } from 'node:fs'
import { chromium } from 'playwright-core'

const site = new URL('../../edge/web/site/', import.meta.url)
const mark = readFileSync(new URL('mark.svg', site), 'utf8')
const filled = mark.replace(/<rect[^>]*fill="([^"]+)"\/>/, '<rect width="24" height="24" fill="$1"/>') // for systems that cut a shape out themselves

const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
const page = await browser.newPage()
for (const [name, size, svg] of [
  ['icon-192', 192, mark],
  ['icon-512', 512, mark],
  ['icon-maskable-512', 512, filled],
  ['icon-apple-180', 180, filled],
]) {
  await page.setViewportSize({ width: size, height: size })
  await page.setContent(`<body style="margin:0">${svg.replace('<svg', '<svg style="display:block"')}`)
  await page.screenshot({ path: new URL(`${name}.png`, site).pathname, omitBackground: true })
}
await browser.close()
