import { createServer, request } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { base, launch, signedIn } from './console'

let browser: Browser

beforeAll(async () => {
  browser = await launch()
})
afterAll(() => browser.close())

/** A page of the console that keeps it for when there is no network. */
async function kept(options: BrowserContextOptions = {}): Promise<Page> {
  const page = await (await signedIn(browser, { serviceWorkers: 'allow', ...options })).newPage()
  await page.goto(base + '/console')
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.evaluate(async () => void (await navigator.serviceWorker.ready))
  return page
}

// Spec: 14.2.6
test('Chromium can install the console', async () => {
  const page = await kept()
  const cdp = await page.context().newCDPSession(page)
  const { errors, url } = await cdp.send('Page.getAppManifest')
  expect(errors).toEqual([])
  expect(url).toBe(base + '/assets/site/console.webmanifest')
  const { installabilityErrors } = await cdp.send('Page.getInstallabilityErrors')
  expect(installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito')).toEqual([]) // as tests are
})

test('without a network the console opens, each screen of it, and tells that the server does not answer', async () => {
  const page = await kept()
  await page.context().setOffline(true)
  await page.goto(base + '/console/orders')
  await page.getByText('The server does not answer.').waitFor()
  await page.getByRole('navigation').getByRole('link', { name: 'Mail templates' }).click() // a part that was not loaded before
  await page.getByText('The server does not answer.').first().waitFor()
  await page.getByRole('button', { name: 'Account' }).click()
  await page.getByRole('menuitem', { name: 'العربية' }).click()
  await page.getByText('الخادم لا يجيب.').first().waitFor()

  await page.context().setOffline(false)
  await page.goto(base + '/console/orders')
  await page.getByText('SO-2026-000013').waitFor()
})

test('what the API answers is not kept', async () => {
  const page = await kept()
  await page.goto(base + '/console/orders')
  await page.getByText('SO-2026-000013').waitFor()
  const addresses = await page.evaluate(async () => {
    const places = await caches.keys()
    const requests = await Promise.all(places.map(async (place) => (await caches.open(place)).keys()))
    return requests.flat().map(({ url }) => new URL(url).pathname)
  })
  expect(addresses.length).toBeGreaterThan(20)
  expect(addresses.filter((path) => !/^\/console($|\/assets\/)|^\/assets\/site\/mark\.svg$/.test(path))).toEqual([])
})

/** What stands between the browser and the server, and answers for it at some addresses once it is told to. */
async function between(instead: (path: string) => { status: number; body: string } | undefined) {
  const server = createServer((asked, answer) => {
    const { pathname, search } = new URL(asked.url!, base)
    const own = instead(pathname)
    if (own) return void answer.writeHead(own.status, { 'Content-Type': 'text/javascript', 'Service-Worker-Allowed': '/console' }).end(own.body)
    asked.pipe(
      request(base + pathname + search, { method: asked.method, headers: asked.headers }, (got) => {
        answer.writeHead(got.statusCode!, got.headers)
        got.pipe(answer)
      }),
    )
  })
  server.on('connect', (asked, socket) => {
    const there = connect(Number(asked.url!.split(':')[1]), '127.0.0.1', () => socket.write('HTTP/1.1 200 OK\r\n\r\n'))
    socket.pipe(there).pipe(socket)
    there.on('error', () => socket.destroy()) // the browser asks its maker's hosts, too
    socket.on('error', () => there.destroy())
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  afterAll(() => void server.close())
  return { server: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

test('another version waits until no window is open, and windows keep the parts of theirs', async () => {
  let next: string | undefined // what the worker of the other version is, once there is one
  const proxy = await between((path) => {
    if (!next) return
    if (path === '/console/worker.js') return { status: 200, body: next }
    if (path.startsWith('/console/assets/Templates')) return { status: 404, body: '' }
  })
  const page = await kept({ proxy })
  const places = () => page.evaluate(() => caches.keys())
  const [first] = await places()
  await page.goto(base + '/console') // which the worker serves from now on
  await page.getByRole('heading', { level: 1 }).waitFor()

  const source = await (await fetch(base + '/console/worker.js')).text()
  next = source.replace(first!.replace('console ', ''), 'another').replace(/"\/console\/assets\/Templates[^"]*",?/g, '')
  await page.evaluate(async () => {
    const registration = (await navigator.serviceWorker.getRegistration('/console'))!
    await registration.update()
    while (!registration.waiting) await new Promise((go) => setTimeout(go, 20))
  })
  expect((await places()).sort()).toEqual([first, 'console another'].sort())
  await page.getByRole('navigation').getByRole('link', { name: 'Mail templates' }).click()
  await page.getByRole('heading', { name: 'Mail templates' }).waitFor()

  const context = page.context()
  await page.close()
  const later = await context.newPage()
  await later.goto(base + '/docs') // which is no window of the console
  await expect.poll(() => later.evaluate(() => caches.keys()), { timeout: 20_000 }).toEqual(['console another'])
})
