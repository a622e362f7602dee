import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { agree, base, call, chord, found, Keyboard, launch, signedIn, variantOf, visit } from './console'

let browser: Browser

beforeAll(async () => {
  browser = await launch()
})
afterAll(() => browser.close())

const opened = async (path: string, width = 1280) => visit(await signedIn(browser, { viewport: { width, height: 760 } }), path)

test('a return goes all its way on a phone, by scanner and keyboard alone', async () => {
  const { page, heard } = await opened('/console', 360)
  const keys = new Keyboard(page)
  const variant = await variantOf('POT-1')
  await call('PUT', `/v1/variants/${variant.id}`, { ...(await facts(variant.id)), barcodes: ['4006381333931'] })
  await page.getByText('What waits').waitFor()
  await chord(page, 'g', 'r')
  await page.getByText('To receive 1').waitFor()
  await keys.type('RMA-0')
  await keys.press('Enter')
  await page.getByText('No return has RMA-0').waitFor()
  await keys.type('RMA-2026-000001')
  await keys.press('Enter')

  await page.getByText('What came back?').waitFor()
  await keys.type('CUP-2')
  await keys.press('Enter')
  await page.getByText('CUP-2 is not in this return').waitFor()
  await keys.type('4006381333931')
  await keys.press('Enter')
  await page.getByText('Right: POT-1, 1 of 1').waitFor()
  await keys.type('pot-1')
  await keys.press('Enter')
  await page.getByText('No more of POT-1 is expected').waitFor()
  await keys.to(/^Receive 1$/)
  await keys.press('Enter')

  await page.getByText('What becomes of it?').waitFor()
  expect(await page.getByRole('button', { name: 'Decide' }).isDisabled()).toBe(true)
  await keys.to(/^Back to stock/)
  await keys.press('Enter')
  await keys.to(/^Decide$/)
  await keys.press('Enter')

  await page.getByText('Close it and grant the refund').waitFor()
  await page.getByRole('button', { name: 'Complete and grant 34.00 GBP' }).waitFor()
  await keys.to(/^Fee in percent/)
  await keys.type('10')
  await page.getByRole('button', { name: 'Complete and grant 30.60 GBP' }).waitFor()
  await page.getByText('-3.40').waitFor()
  await keys.to(/^Complete and grant/)
  await keys.press('Enter')

  await page.getByRole('button', { name: 'Move the refund' }).waitFor()
  await keys.to(/^Move the refund$/)
  await keys.press('Enter')
  await agree(page)
  await page.getByText('Nothing more is to do here.').waitFor()
  const r = await found('/v1/returns?filter=number:RMA-2026-000001')
  const { refund_id, order_id, lines } = await call<{ refund_id: string; order_id: string; lines: { restocked: number }[] }>('GET', `/v1/returns/${r.id}`)
  expect(lines[0]!.restocked).toBe(1)
  const { refunds } = await call<{ refunds: { id: string; moved: { amount: number } }[] }>('GET', `/v1/orders/${order_id}`)
  expect(refunds.find((f) => f.id === refund_id)!.moved.amount).toBe(3060)
  expect(heard.errors).toEqual([])
})

/** The facts of a variant, which a change names all. */
async function facts(id: string) {
  const { id: _, product_id: _p, bundle: _b, version: _v, created_at: _c, actions: _a, ...rest } = await call<Record<string, unknown>>('GET', `/v1/variants/${id}`)
  return rest
}

test('the next return of the queue follows the one that is dealt with; a refusal names why', async () => {
  const { items: orders } = await call<{ items: { id: string }[] }>('GET', '/v1/orders?filter=status:delivered+origin:ordo&sort=number')
  const asked: string[] = []
  for (const { id } of orders) {
    const { lines } = await call<{ lines: { id: string; sku: string }[] }>('GET', `/v1/orders/${id}`)
    const line = lines.find((l) => l.sku === 'CUP-2')
    if (line) asked.push((await call<{ number: string }>('POST', `/v1/orders/${id}/returns`, { outcome: 'refund', lines: [{ line_id: line.id, quantity: 1, reason: 'late' }] })).number)
  }
  expect(asked.length).toBeGreaterThan(1)
  const { page } = await opened('/console/returns?filter=status%3Arequested')
  await page.getByRole('link', { name: asked[0]! }).click()
  await page.getByText('May it come back?').waitFor()
  await page.getByRole('button', { name: 'Refuse' }).click()
  const form = page.getByRole('dialog')
  await form.getByLabel('Reason').click()
  await page.getByRole('option', { name: 'Too late' }).click()
  await form.getByRole('button', { name: 'Refuse' }).click()
  await page.getByText('Refused because').waitFor()
  await page.getByRole('link', { name: `Next return: ${asked[1]!}` }).click()
  await page.getByRole('heading', { name: asked[1]! }).waitFor()
  await page.getByRole('button', { name: 'Approve' }).click()
  await page.getByText('What came back?').waitFor()
  await page.getByText('That was the last one here').waitFor()
})

test('an unclear payment tells why, and what somebody records about it is a fact and a note', async () => {
  const { page } = await opened('/console')
  await page.getByRole('link', { name: 'Payments with unknown outcome' }).click()
  await page.getByRole('row').filter({ hasText: 'SO-2026-000006' }).getByRole('link').click()
  await page.getByText('The gateway was asked, and no answer came').waitFor()
  await page.getByText(/It was asked \d+ times? so far/).waitFor()
  await page.getByRole('button', { name: 'Record the outcome' }).click()
  const form = page.getByRole('dialog')
  await form.getByRole('button', { name: 'Record the outcome' }).click()
  await form.getByText('This is needed.').first().waitFor()
  await form.getByLabel('Outcome').click()
  await page.getByRole('option', { name: 'It happened' }).click()
  await form.getByLabel('Reference at the gateway').fill('ch_77')
  await form.getByLabel('How you know it').fill('Seen in the account at the gateway')
  await form.getByRole('button', { name: 'Record the outcome' }).click()
  await page.getByText('ch_77').first().waitFor()
  await page.getByText('Why this is not known').waitFor({ state: 'detached' })
  await page.getByRole('link', { name: 'To the order' }).click()
  await page.getByText('Seen in the account at the gateway').first().waitFor()
  await page.goto(base + '/console/payments')
  await page.getByText('Every outcome is known').waitFor()
})
