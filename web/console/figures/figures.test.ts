import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, release, totalmem } from 'node:os'
import { join } from 'node:path'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'

const root = join(import.meta.dirname, '../../..')
const database = process.env.ORDO_FIGURES_DATABASE!
const rounds = Number(process.env.ORDO_FIGURES_ROUNDS ?? 40)
const person = { email: 'figures@example.com', password: 'a password of figures' }

let base = ''
let server: ChildProcessWithoutNullStreams
let browser: Browser
let context: BrowserContext
const shown = new Map<string, number[]>() // milliseconds by what was measured
const notes: string[] = []

beforeAll(async () => {
  server = spawn(join(root, 'bin/ordo'), ['serve', '--database', database, '--addr', '127.0.0.1:0'])
  process.once('exit', () => server.kill('SIGKILL'))
  const said = await new Promise<string>((started, failed) => {
    let text = ''
    server.once('exit', () => failed(new Error(text)))
    for (const out of [server.stdout, server.stderr]) out.on('data', (more) => (text += more))
    server.stdout.on('data', () => text.includes('serves') && setTimeout(() => started(text), 500))
  })
  base = /http:\/\/127\.0\.0\.1:\d+/.exec(said)![0]
  const token = /setup=(\w+)/.exec(said)?.[1]
  if (token) await post('/v1/setup', { token, admin: { ...person, name: 'Figures' }, company: 'Figures', currency: 'EUR', tax_country: 'DE', time_zone: 'UTC' })
  const flags = ['no-sandbox', 'disable-gpu', 'disable-quic', 'no-first-run', 'disable-background-networking', 'disable-component-update', 'disable-sync']
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: flags.map((f) => '--' + f) })
  context = await signedIn()
})

afterAll(async () => {
  await browser.close()
  server.kill()
  write()
})

async function post<T>(path: string, body: unknown, headers = {}): Promise<T> {
  const answer = await fetch(base + path, { method: 'POST', headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`)
  return (await answer.json()) as T
}

async function signedIn(): Promise<BrowserContext> {
  const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1440, height: 900 } })
  const { id, user_id, expires_at } = await (await context.request.post(base + '/v1/sessions', { data: { ...person, cookie: true } })).json()
  await context.addInitScript((session) => localStorage.setItem('ordo.session', session), JSON.stringify({ id, user_id, expires_at }))
  await context.addInitScript(watch)
  return context
}

/** What the page itself sees of its speed, in the terms of Core Web Vitals. */
function watch() {
  const seen = { lcp: 0, cls: 0, inp: [] as number[] }
  Object.assign(window, { seen })
  const on = (type: string, tell: (e: PerformanceEntry & { value: number; hadRecentInput: boolean; interactionId: number }) => void, more = {}) =>
    new PerformanceObserver((list) => list.getEntries().forEach((e) => tell(e as never))).observe({ type, buffered: true, ...more })
  on('largest-contentful-paint', (e) => (seen.lcp = e.startTime))
  on('layout-shift', (e) => e.hadRecentInput || (seen.cls += e.value))
  on('event', (e) => e.interactionId && seen.inp.push(e.duration), { durationThreshold: 16 })
}

type Seen = ReturnType<typeof seenOf> extends Promise<infer S> ? S : never
const seenOf = (page: Page) => page.evaluate(() => (window as unknown as { seen: { lcp: number; cls: number; inp: number[] } }).seen)

/** Milliseconds from the next click or key to the first frame in which the condition, an expression, holds. */
function untilSeen(page: Page, condition: string): Promise<number> {
  return page.evaluate((condition) => {
    const holds = new Function(`return ${condition}`) as () => boolean
    return new Promise<number>((done) => {
      let begun: number | undefined
      for (const type of ['click', 'keydown']) window.addEventListener(type, (e) => (begun ??= e.timeStamp), { capture: true, once: true })
      requestAnimationFrame(function look() {
        if (begun === undefined || !holds()) return void requestAnimationFrame(look)
        const painted = new MessageChannel()
        painted.port1.onmessage = () => done(performance.now() - begun!)
        requestAnimationFrame(() => painted.port2.postMessage(0))
      })
    })
  }, condition)
}

async function measure(name: string, page: Page, act: () => Promise<unknown>, condition: string) {
  const time = untilSeen(page, condition)
  await act()
  shown.set(name, [...(shown.get(name) ?? []), await time])
}

const rows = (page: Page) => page.getByRole('row').filter({ has: page.getByRole('cell') })
const drawn = `!document.querySelector('[aria-label=Loading]') && document.querySelectorAll('[role=row] [role=cell]').length > 0`

async function drafts(n: number): Promise<string[]> {
  const { items } = await (await context.request.get(`${base}/v1/orders?filter=status:approved&limit=1`)).json()
  const headers = { 'X-Ordo-Csrf': '1', Origin: base }
  const ids: string[] = []
  for (let i = 0; i < n; i++) {
    const answer = await context.request.post(`${base}/v1/orders/${items[0].id}/clone`, { headers, data: {} })
    if (!answer.ok()) throw new Error(await answer.text())
    ids.push((await answer.json()).id)
  }
  return ids
}

test('first load', { timeout: 300_000 }, async () => {
  let seen: Seen | undefined
  for (let i = 0; i < 10; i++) {
    const cold = await signedIn()
    const page = await cold.newPage()
    await page.goto(base + '/console/orders')
    await rows(page).first().waitFor()
    await page.waitForTimeout(400)
    seen = await seenOf(page)
    shown.set('largest contentful paint', [...(shown.get('largest contentful paint') ?? []), seen.lcp])
    if (i === 0) {
      const size = await page.evaluate(() => {
        const all = performance.getEntriesByType('resource') as PerformanceResourceTiming[]
        const bytes = (end: RegExp) => all.filter((e) => end.test(e.name)).reduce((sum, e) => sum + e.encodedBodySize, 0)
        return { scripts: bytes(/\.js$/), styles: bytes(/\.css$/), fonts: bytes(/\.woff2$/) }
      })
      notes.push(`first load of the orders: ${kB(size.scripts)} of scripts, ${kB(size.styles)} of styles, ${kB(size.fonts)} of fonts, all compressed`)
      expect(size.scripts).toBeGreaterThan(0)
    }
    notes[1] = `layout shift ${seen.cls.toFixed(4)}`
    await cold.close()
  }
})

test('the list is filtered and sorted, and an order is opened', { timeout: 600_000 }, async () => {
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  await page.goto(base + '/console/orders')
  await rows(page).first().waitFor()
  for (let i = 0; i < rounds; i++) {
    const tab = page.getByRole('tab').nth(i % 2 ? 0 : 3)
    await measure('filter the orders', page, () => tab.click(), `document.querySelectorAll('[role=tab]')[${i % 2 ? 0 : 3}]?.getAttribute('aria-selected') === 'true' && ${drawn}`)
    const head = page.getByRole('columnheader', { name: /Total/ })
    const before = await head.getAttribute('aria-sort')
    await measure('sort the orders', page, () => head.getByRole('button').first().click(), `[...document.querySelectorAll('[role=columnheader]')].find((h) => /Total/.test(h.textContent))?.getAttribute('aria-sort') === '${before === 'descending' ? 'ascending' : 'descending'}' && ${drawn}`)
    const row = rows(page).nth(i % 15)
    const number = await row.getByRole('link').first().innerText()
    await measure('open an order', page, () => row.getByRole('link').first().click(), `document.querySelector('h1')?.textContent.includes('${number}') && document.querySelectorAll('section h2').length > 2`)
    await page.goBack()
    await rows(page).first().waitFor()
  }
  shown.set('any interaction with the list', (await seenOf(page)).inp)
  await page.close()
})

test('a note is written and a draft is placed', { timeout: 600_000 }, async () => {
  const page = await context.newPage()
  const ids = await drafts(rounds)
  for (const [i, id] of ids.entries()) {
    await page.goto(`${base}/console/orders/${id}`)
    await page.getByRole('heading', { name: 'Lines' }).waitFor()
    const note = page.getByRole('textbox', { name: 'Note' })
    await note.fill(`seen ${i}`)
    await measure('write a note', page, () => note.press('Control+Enter'), `[...document.querySelectorAll('blockquote')].some((q) => q.textContent.includes('seen ${i}'))`)
    await page.getByRole('button', { name: /^Place/ }).first().click()
    const dialog = page.getByRole('dialog')
    await dialog.waitFor()
    const placing = untilSeen(page, `!document.querySelector('[role=dialog]') && document.querySelector('h1')?.textContent !== 'Draft'`)
    await measure('place a draft', page, () => dialog.getByRole('button', { name: /^Place/ }).click(), `/SO-|B-|\\d{4}/.test(document.querySelector('h1')?.textContent ?? '') && !document.querySelector('[role=dialog]')`)
    shown.set('see a draft as placed', [...(shown.get('see a draft as placed') ?? []), await placing])
  }
  shown.set('any interaction with an order', (await seenOf(page)).inp)
  await page.close()
})

const kB = (bytes: number) => `${Math.round(bytes / 1000)} kB`

/** The report, in the form of all others. */
function write() {
  const at = new Date()
  const of = (times: number[], part: number) => times[Math.min(times.length - 1, Math.ceil(times.length * part) - 1)] ?? 0
  const figures = [...shown].map(([name, unsorted]) => {
    const times = unsorted.toSorted((a, b) => a - b)
    return { name, clients: 1, seconds: 0, answers: times.length, refused: 0, failed: 0, per_second: 0, p50_ms: of(times, 0.5), p95_ms: of(times, 0.95), p99_ms: of(times, 0.99), max_ms: times.at(-1) ?? 0, cpu: [] }
  })
  const report = {
    profile: 'console',
    database: 'sqlite',
    at: at.toISOString().replace(/\.\d+Z/, 'Z'),
    version: execFileSync('git', ['describe', '--always', '--dirty'], { cwd: root, encoding: 'utf8' }).trim(),
    orders: Number(process.env.ORDO_FIGURES_ORDERS ?? 0),
    clients: 1,
    warmup: '0s',
    duration: `${rounds} rounds`,
    machine: { cpu: cpus()[0]!.model, cores: cpus().length, memory_mb: Math.round(totalmem() / 2 ** 20), kernel: release(), go: `Chromium ${/Chromium (\S+)/.exec(execFileSync('/usr/bin/chromium', ['--version'], { encoding: 'utf8' }))?.[1]}` },
    settings: {},
    figures,
    notes,
  }
  const file = join(root, 'bench/results', `console-sqlite-${report.at.replace(/\D/g, '').slice(0, 8)}-${report.at.replace(/\D/g, '').slice(8, 12)}.json`)
  writeFileSync(file, JSON.stringify(report, null, 2) + '\n')
  console.table(Object.fromEntries(figures.map((f) => [f.name, { times: f.answers, p50: f.p50_ms.toFixed(1), p95: f.p95_ms.toFixed(1), max: f.max_ms.toFixed(1) }])))
  console.log(notes.join('\n'), readFileSync(file, 'utf8').length > 0 ? `\nwritten to ${file}` : '')
}
