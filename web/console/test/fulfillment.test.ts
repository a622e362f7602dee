import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { base, call, employ, Keyboard, launch, listen, opened, signedIn } from './console'

let browser: Browser

beforeAll(async () => {
  browser = await launch()
})
afterAll(() => browser.close())

type Work = { id: string; status: string; lines: { sku: string; picked: number; packed: number; shipped: number }[]; shipments: { id: string; status: string; carrier?: string; tracking_number?: string; packages: { weight_grams: number; lines: { sku: string; quantity: number }[] }[] }[] }

const work = (id: string) => call<Work>('GET', `/v1/fulfillments/${id}`)

async function desk(path: string, options: BrowserContextOptions = {}): Promise<Page> {
  const page = await (await signedIn(browser, options)).newPage()
  page.setDefaultTimeout(20_000)
  await page.goto(base + path)
  return page
}

/** Types as a scanner does: a code and Enter, wherever the focus is. */
async function scan(by: Page | Keyboard, code: string) {
  const keys = by instanceof Keyboard ? by : by.keyboard
  await keys.type(code)
  await keys.press('Enter')
}

// Spec: 8.2.1
test('an order is picked, packed and shipped by scanning, without the mouse', async () => {
  const { id, number } = await opened([['TEA-500', 2], ['CUP-2', 1]])
  const page = await desk('/console/fulfillment')
  const heard = listen(page)
  const keys = new Keyboard(page)
  await page.getByRole('link', { name: number }).waitFor()
  await scan(keys, number)
  await page.getByText('Took 2').waitFor()

  await scan(keys, 'POT-1')
  await page.getByText('Wrong item: POT-1 is not in this order').waitFor()
  await scan(keys, '4006381333930')
  await page.getByText('Not read right').waitFor()
  await scan(keys, '2000000000114') // the EAN of the tea
  await page.getByText('TEA-500: 1 of 2').waitFor()
  await scan(keys, '(01)02000000000114(10)L7') // the same as GS1
  await page.getByText('TEA-500: 2 of 2').waitFor()
  await scan(keys, 'tea-500')
  await page.getByText('Enough: all of TEA-500').waitFor()
  await scan(keys, 'CUP-2')
  await page.getByText('Package 1').first().waitFor()
  await expect.poll(async () => (await work(id)).lines.map((l) => l.picked)).toEqual([2, 1])

  await scan(keys, 'CUP-2')
  await page.getByText('CUP-2 into package 1').waitFor()
  await keys.to(/^New package$/)
  await keys.press('Enter')
  await scan(keys, 'TEA-500')
  await scan(keys, 'TEA-500')
  await page.getByText('TEA-500 into package 2').waitFor()
  await keys.to(/^Weight in grams/)
  await keys.press('Tab', 'Tab')
  await keys.to(/^Weight in grams/) // of the second
  await keys.type('1080')
  await keys.press('Control+Enter')

  await page.getByLabel('Carrier').waitFor()
  await keys.to(/^Ship$/)
  await keys.press('Enter') // without a carrier, which the server refuses
  await page.locator('[aria-invalid=true]').waitFor()
  await scan(keys, 'RM4711GB')
  expect(await page.getByLabel('Tracking number', { exact: true }).inputValue()).toBe('RM4711GB')
  await keys.to(/^Carrier/)
  await keys.type('royal_mail')
  await keys.press('Enter')
  await page.getByText('All that is to leave from here has left.').waitFor()
  const { status, shipments } = await work(id)
  expect(status).toBe('closed')
  expect(shipments.map(({ status, carrier, tracking_number, packages }) => ({ status, carrier, tracking_number, packages: packages.map((p) => [p.weight_grams, p.lines.map((l) => [l.quantity, l.sku])]) }))).toEqual([
    { status: 'in_transit', carrier: 'royal_mail', tracking_number: 'RM4711GB', packages: [[0, [[1, 'CUP-2']]], [1080, [[2, 'TEA-500']]]] },
  ])
  await page.getByRole('region', { name: 'What is to be done' }).getByRole('link', { name: number }).waitFor({ state: 'detached' })

  await keys.to(/^Carrier says…$/)
  await keys.press('Enter')
  await page.getByRole('dialog').waitFor()
  await keys.to(/^What/)
  await keys.press('ArrowDown')
  await keys.down(/^Out for delivery$/)
  await keys.press('Enter')
  await keys.to(/^Note it$/)
  await keys.press('Enter')
  await expect.poll(async () => (await work(id)).shipments[0]!.status).toBe('out_for_delivery')
  await keys.to(/^It arrived$/)
  await keys.press('Enter')
  await expect.poll(async () => (await work(id)).shipments[0]!.status).toBe('delivered')
  expect(heard.errors.filter((e) => !e.includes('422'))).toEqual([])
})

test('what is chosen of the queue is printed, in the language of the reader', async () => {
  const { number } = await opened([['CUP-2', 1]])
  const page = await desk('/console/fulfillment', { locale: 'de-DE' })
  await page.getByRole('checkbox', { name: `${number} auswählen` }).check()
  const list = page.getByRole('link', { name: 'Pickliste für 1' })
  const answer = await page.request.get(base + (await list.getAttribute('href')))
  expect(answer.headers()['content-type']).toBe('application/pdf')
  expect((await answer.body()).subarray(0, 5).toString()).toBe('%PDF-')
  expect(await list.getAttribute('href')).toContain('language=de')
})

// Spec: 8.2.1
test('what is scanned without a connection is kept over the end of the page, and counts once', async () => {
  const { id } = await opened([['TIN-S', 5]])
  const page = await desk(`/console/fulfillment/${id}`)
  await page.getByText('Took 5').waitFor()
  await page.route('**/v1/fulfillments/*/pick', (route) => route.abort('connectionfailed'))
  for (let i = 0; i < 3; i++) await scan(page, 'TIN-S')
  await page.getByText('TIN-S: 3 of 5').waitFor()
  await page.getByText(/No connection\. \d scans? (is|are) kept/).waitFor()
  expect((await work(id)).lines[0]!.picked).toBe(0)

  await page.unroute('**/v1/fulfillments/*/pick')
  // The server hears of it, but its answer is lost.
  let lost = 0
  await page.route('**/v1/fulfillments/*/pick', async (route) => {
    if (lost++ > 0) return route.continue()
    await route.fetch()
    await route.abort('connectionreset')
  })
  await page.reload()
  await page.getByText('Took 2').waitFor()
  await page.getByText(/No connection/).waitFor({ state: 'detached' })
  expect((await work(id)).lines[0]!.picked).toBe(3)
  expect(lost).toBeGreaterThan(1)
})

test('without a connection one goes on with the next order of the queue', async () => {
  const [first, second] = [await opened([['TIN-S', 1]]), await opened([['CUP-2', 1]])]
  const page = await desk('/console/fulfillment')
  await page.getByRole('link', { name: second.number }).waitFor()
  await scan(page, first.number)
  await page.getByText('Took 1').waitFor()
  await page.context().setOffline(true)
  await scan(page, 'TIN-S')
  await page.getByRole('button', { name: 'Waits for your scans to arrive' }).waitFor()
  await page.getByRole('link', { name: second.number }).click()
  await page.getByRole('region', { name: 'Take this' }).getByText('CUP-2').waitFor()
  await scan(page, '2000000000145')
  await page.getByText('2 scans are kept').waitFor()
  await page.context().setOffline(false)
  await expect.poll(async () => (await Promise.all([first, second].map(({ id }) => work(id)))).map((w) => w.lines[0]!.picked)).toEqual([1, 1])
  await page.getByRole('button', { name: 'Pack 1 into 1 package' }).waitFor()
})

test('what the server refuses is told, and does not count', async () => {
  const { id, order } = await opened([['TIN-S', 1]])
  const page = await desk(`/console/fulfillment/${id}`)
  await page.getByText('Took 1').waitFor()
  await page.route('**/v1/fulfillments/*/pick', async (route) => {
    await call('POST', `/v1/orders/${order}/cancel`, { reason: 'customer' }) // meanwhile
    await route.continue()
  })
  await scan(page, 'TIN-S')
  await page.getByText('A scan does not count').waitFor()
  await page.getByText('Nothing is to leave from here any more.').waitFor()
})

test('a phone shows one thing at a time; what is not there is passed over', async () => {
  const { id, number } = await opened([['TEA-500', 2], ['TIN-S', 2]])
  const page = await desk('/console/fulfillment', { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true })
  await page.getByRole('link', { name: number }).tap()
  await page.getByRole('button', { name: 'Took 2' }).waitFor()
  expect(await page.getByRole('region', { name: 'What is to be done' }).isVisible()).toBe(false)
  await page.getByRole('button', { name: 'Missing…' }).tap()
  await page.getByRole('button', { name: 'Go on without it' }).tap()
  await page.getByRole('region', { name: 'Take this' }).getByText('TIN-S').waitFor()
  await page.getByRole('button', { name: 'Took 2' }).tap()
  await page.getByRole('button', { name: /^Pack 2 into 1 package$/ }).tap()
  await page.getByLabel('Carrier').fill('van')
  await page.getByRole('button', { name: 'Ship', exact: true }).last().tap()
  await page.getByText('Was not there').waitFor()
  await page.getByRole('button', { name: 'Look again' }).tap()
  await page.getByRole('region', { name: 'Take this' }).getByText('TEA-500').waitFor()
  await expect.poll(async () => (await work(id)).status).toBe('incomplete')
})

test('who may only look is offered nothing else', async () => {
  const { id } = await opened([['TEA-500', 1]])
  const page = await (await signedIn(browser, {}, await employ('onlooker', ['fulfillment.queue', 'fulfillment.get', 'location.list']))).newPage()
  page.setDefaultTimeout(20_000)
  await page.goto(`${base}/console/fulfillment/${id}`)
  await page.getByText('This can’t be picked now').waitFor()
  expect(await page.getByRole('button', { name: 'Took 1' }).isDisabled()).toBe(true)
})
