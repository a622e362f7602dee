import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { base, call, checked, endpoint, launch, listen, opened, signedIn, template, tried } from './console'

// Goes through the console as somebody would who tries everything once: from
// Home by links to each route of the router and to each filter that a link
// sets, and on each screen presses every button. What would be written is
// refused, so that the demo stays as it is.

let browser: Browser

beforeAll(async () => {
  browser = await launch()
})
afterAll(() => browser.close())

declare global {
  interface Window {
    changes: number // what the page changed since it was last set to 0
    asking: number // requests that are under way
    aim: HTMLElement // the button that is pressed next
    kindOf: (href: string) => { route: string; kind: string }
  }
}

const samples = '/style' // whose buttons only show how they look

/** Where a link leads. */
type Way = { href: string; kind: string; from: string }

class Crawl {
  readonly routes = new Set<string>()
  readonly faults = new Set<string>()
  pressed = 0
  private readonly waiting: Way[] = []
  private readonly known = new Set<string>()
  private readonly framed = new Set<string>() // buttons of the frame that were pressed
  private busy = 0

  constructor(readonly context: BrowserContext) {}

  /** Goes through all that is reached from an address, by several hands at once. */
  async from(path: string) {
    this.waiting.push({ href: base + path, kind: path, from: 'the reader' })
    await Promise.all(Array.from({ length: 3 }, () => this.walk()))
  }

  private async walk() {
    const page = await this.context.newPage()
    const hand = new Hand(page)
    await hand.begins()
    for (;;) {
      const way = this.waiting.shift()
      if (!way && this.busy === 0) return page.close()
      if (!way) {
        await new Promise((go) => setTimeout(go, 50))
        continue
      }
      this.busy++
      await this.visit(hand, way).catch((error: Error) => this.faults.add(`${way.kind} (from ${way.from}): ${error.message}`))
      this.busy--
    }
  }

  private async visit(hand: Hand, way: Way) {
    hand.errors.length = 0
    await hand.goes(way.href)
    const { route, kind } = await hand.place()
    this.known.add(kind)
    const blame = (what: string) => this.faults.add(`${kind} (from ${way.from}): ${what}`)
    await this.collect(hand, kind, blame)
    if (!(await hand.page.evaluate(leadsOn))) blame('leads nowhere')
    const first = !this.routes.has(route)
    this.routes.add(route)
    if (first && route !== samples) await this.press(hand, kind, blame)
    await this.collect(hand, kind, blame)
    for (const error of hand.errors) blame(error)
  }

  /** Remembers where the links of a page lead, and asks for what is not of the console. */
  private async collect(hand: Hand, from: string, blame: (what: string) => void) {
    for (const { href, kind, console } of await hand.page.evaluate(links)) {
      if (this.known.has(kind)) continue
      this.known.add(kind)
      if (console) this.waiting.push({ href, kind, from })
      else {
        const answer = await hand.page.request.get(href)
        if (!answer.ok()) blame(`a link to ${href} is answered ${answer.status()}`)
      }
    }
  }

  /** Presses each button of a page once: something has to come of it, and Escape has to close what opened. */
  private async press(hand: Hand, kind: string, blame: (what: string) => void) {
    const done = new Set(this.framed)
    const address = hand.page.url()
    const { route } = await hand.place()
    for (;;) {
      const name = await hand.page.evaluate(focusNext, [...done, ...this.framed])
      if (name === null) return
      done.add(name)
      if (name.startsWith('frame:')) this.framed.add(name)
      this.pressed++
      if (!(await hand.presses('Enter'))) blame(`nothing comes of the button “${name}”`)
      const at = await hand.place()
      if (at.route !== route) {
        if (!this.known.has(at.kind)) this.waiting.push({ href: hand.page.url(), kind: at.kind, from: `${kind}, “${name}”` })
        this.known.add(at.kind)
        await hand.goes(address)
        continue
      }
      await this.collect(hand, kind, blame)
      for (let tries = 0; await hand.page.evaluate(covered); tries++) {
        if (tries < 3) await hand.presses('Escape')
        else {
          blame(`Escape does not close what “${name}” opened`)
          await hand.opens(address)
        }
      }
    }
  }
}

/** One page of the crawl, and what is heard of it. */
class Hand {
  errors: string[] = []
  private outside = 0 // files that were chosen or saved
  private readonly refused = new Set<string>()

  constructor(readonly page: Page) {}

  async begins() {
    const { page } = this
    page.setDefaultTimeout(60_000)
    await page.addInitScript(watch)
    await page.route(
      (url) => url.pathname.startsWith('/v1/'),
      (route) => {
        const request = route.request()
        if (request.method() === 'GET' || request.url().includes('dry_run=true')) return route.fallback()
        this.refused.add(request.url())
        const detail = 'nothing is written while the crawl goes on'
        return route.fulfill({ status: 422, contentType: 'application/problem+json', body: JSON.stringify({ code: 'not_now', title: 'Not now', detail }) })
      },
    )
    this.errors = listen(page).errors
    page.on('response', (r) => r.status() >= 400 && !this.refused.has(r.url()) && this.errors.push(`${r.status()} ${r.url()}`))
    page.on('console', (m) => m.text().includes('status of 422') && this.errors.splice(this.errors.indexOf(m.text()), 1)) // told above, with its address
    page.on('filechooser', () => this.outside++)
    page.on('download', () => this.outside++)
  }

  /** Goes to an address, within the console as its links do. */
  async goes(href: string) {
    if (!(await this.page.evaluate(() => window.__TSR_ROUTER__ !== undefined))) return this.opens(href)
    const url = new URL(href)
    await this.page.evaluate((path) => window.__TSR_ROUTER__!.history.push(path), url.pathname + url.search + url.hash)
    await this.settles()
    if ((await this.page.evaluate(() => location.pathname)) !== url.pathname) await this.opens(href) // what is not saved keeps one there
  }

  async opens(href: string) {
    await this.page.goto(href)
    await this.settles()
  }

  /** Ends once nothing is being loaded, and there is something to read; the style guide shows how loading looks. */
  async settles() {
    await this.page.waitForFunction(settled, undefined, { polling: 50 })
    await this.page.evaluate(() => new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go))))
  }

  place() {
    return this.page.evaluate(() => window.kindOf(location.href))
  }

  /** Presses a key, and tells whether anything came of it. */
  async presses(key: string): Promise<boolean> {
    const before = this.outside
    await this.page.evaluate(() => new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go))))
    const there = await this.page.evaluate((key) => {
      window.changes = 0
      return key !== 'Enter' || (window.aim.isConnected && document.activeElement === window.aim)
    }, key)
    if (!there) return true // it was gone before it could be pressed
    await this.page.keyboard.press(key)
    const lives = await this.page.evaluate(changed)
    await this.settles()
    return lives || this.outside > before
  }
}

/** In the page: counts what it changes and asks for; a hint that comes and goes is nothing. */
function watch() {
  window.changes = 0
  const hint = (node: Node) => (node instanceof Element ? node : node.parentElement)?.closest('[role=tooltip]') ?? null
  new MutationObserver((all) => {
    for (const m of all) if (!hint(m.target) && ![...m.addedNodes, ...m.removedNodes].some(hint) && m.attributeName !== 'aria-describedby') window.changes++
  }).observe(document, { subtree: true, childList: true, attributes: true, characterData: true })
  const { fetch, navigator } = window
  window.asking = 0
  window.fetch = (...of) => {
    window.changes++
    window.asking++
    return fetch(...of).finally(() => window.asking--)
  }
  document.addEventListener('copy', () => window.changes++, true)
  if (navigator.clipboard) navigator.clipboard.writeText = async () => void window.changes++
  // Which record it is makes no difference, nor who acted on what; which filter does.
  window.kindOf = (href) => {
    const { pathname, search } = new URL(href)
    const own = /^\/console(\/|$)/.test(pathname)
    const route = own ? window.__TSR_ROUTER__!.getMatchedRoutes(pathname.slice('/console'.length) || '/')[0].at(-1)!.fullPath.replace(/(?<=.)\/$/, '') : pathname
    return { route, kind: (route + decodeURIComponent(search)).replace(/(?<=\b(actor|subject):)("[^"]*"|[^+]+)|\b[a-z]{3}_[0-9a-z]{10,}|[A-Z]+-[\d-]+|\d[\d-]*/g, '…') }
  }
}

/** In the page: waits until something changed, or it is clear that nothing will. */
async function changed(): Promise<boolean> {
  for (const end = performance.now() + 700; performance.now() < end; ) {
    await new Promise((go) => setTimeout(go, 30))
    if (window.changes > 0) break
  }
  await new Promise((go) => setTimeout(go, 100)) // what opens and closes has moved
  return window.changes > 0
}

/** In the page: whether all of where it is was loaded and drawn. */
function settled(): boolean {
  const router = window.__TSR_ROUTER__
  const at = router?.state.resolvedLocation
  if (!at || router.state.status !== 'idle' || at.state.__TSR_key !== router.history.location.state.__TSR_key || window.asking > 0 || !document.querySelector('h1, h2')) return false
  return location.pathname.endsWith('/style') || !document.querySelector('[role=status][aria-label=Loading]')
}

/** In the page: its links. */
function links() {
  return [...new Set([...document.querySelectorAll<HTMLAnchorElement>('a[href]')].map((a) => a.href))]
    .filter((href) => href.startsWith(location.origin) && href.split('#')[0] !== location.href.split('#')[0])
    .map((href) => ({ href, kind: window.kindOf(href).kind, console: /^\/console(\/|$)/.test(new URL(href).pathname) }))
}

/** In the page: whether its own part has something to go on with. */
function leadsOn(): boolean {
  const part = document.querySelector('main') ?? document.body
  return [...part.querySelectorAll('a[href], button:enabled, input:enabled')].some((e) => e.checkVisibility())
}

/** In the page: whether something lies over it. */
function covered(): boolean {
  return [...document.querySelectorAll('[role=dialog], [role=menu], [role=listbox]')].some((e) => e.checkVisibility({ visibilityProperty: true }))
}

/** In the page: gives the focus to the next button that was not pressed, and tells its name; of rows those of the first. */
function focusNext(done: string[]): string | null {
  for (const e of document.querySelectorAll<HTMLElement>('button, summary, [role=button], [role=tab]')) {
    if (!e.checkVisibility({ visibilityProperty: true }) || e.matches(':disabled, [aria-disabled=true], [data-disabled], [aria-selected=true]') || e.closest('[aria-hidden=true], [inert]')) continue
    const row = e.closest('[role=row], tr, li')
    const all = [...(row?.querySelectorAll('button, summary, [role=button], [role=tab]') ?? [])]
    const list = row?.parentElement!.closest('[aria-label]')?.getAttribute('aria-label') ?? ''
    const says = (e.getAttribute('aria-label') ?? e.textContent ?? '').trim().replace(/\b\w*\d[\w.,:-]*/g, '…')
    const name = `${document.querySelector('main') && !e.closest('main, [role=dialog]') ? 'frame:' : ''}${row ? `${list}, button ${all.indexOf(e) + 1} of ${all.length} in a row` : says}`
    if (done.includes(name)) continue
    e.focus()
    window.aim = e
    return name
  }
  return null
}

test('from Home everything is reached, every button does something, and nothing fails', { timeout: 600_000 }, async () => {
  // What the demo lacks: a bulk, an import, a template, a delivery of a webhook, and work that is to be picked.
  await Promise.all([tried(), checked(), template(), opened([['TEA-500', 1]])])
  await call('POST', `/v1/webhooks/${await endpoint()}/trial`)

  const began = Date.now()
  const inside = new Crawl(await signedIn(browser))
  await inside.from('/console')
  const outside = new Crawl(await browser.newContext({ locale: 'en-GB', reducedMotion: 'reduce', serviceWorkers: 'block' }))
  await outside.from('/console/sign-in')
  await outside.from('/console/welcome#token') // which a mail leads to

  const { page } = new Hand(await inside.context.newPage())
  await page.goto(base + '/console')
  await page.getByRole('heading').first().waitFor()
  const all = await page.evaluate(() => Object.values<{ fullPath: string; options: { path?: string } }>(window.__TSR_ROUTER__!.routesById).flatMap((r) => (r.options.path === undefined ? [] : [r.fullPath.replace(/(?<=.)\/$/, '')])))
  const reached = new Set([...inside.routes, ...outside.routes])
  console.log(`${inside.pressed + outside.pressed} buttons on ${reached.size} screens in ${Math.round((Date.now() - began) / 1000)} s:\n${[...reached].sort().join('\n')}`)
  expect({ faults: [...inside.faults, ...outside.faults], unreached: all.filter((route) => !reached.has(route)) }).toEqual({ faults: [], unreached: [] })
})
