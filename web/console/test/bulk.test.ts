import { readFileSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { base, call, launch, signedIn, violations, visit } from './console'

let browser: Browser

beforeAll(async () => {
  browser = await launch()
})
afterAll(() => browser.close())

const opened = async (path: string) => visit(await signedIn(browser, { acceptDownloads: true }), path)

const rows = (page: Page) => page.getByRole('row').filter({ has: page.getByRole('cell') })
const own = '/console/orders?filter=origin%3Aordo&sort=number'

async function activeHolds(reason: string): Promise<number> {
  const { items } = await call<{ items: { id: string }[] }>('GET', '/v1/orders?filter=origin:ordo&limit=100')
  const orders = await Promise.all(items.map(({ id }) => call<{ holds: { reason: string; released_at?: string }[] }>('GET', `/v1/orders/${id}`)))
  return orders.flatMap((o) => o.holds).filter((h) => h.reason === reason && !h.released_at).length
}

test('many orders are held after a preview, and let go again; who is refused is told', async () => {
  const { page, heard } = await opened(own)
  await rows(page).first().waitFor()
  await page.getByRole('checkbox', { name: 'Select all that are loaded' }).check()
  await page.getByRole('button', { name: 'More', exact: true }).click()
  await page.getByRole('menuitem', { name: 'Hold', exact: true }).click()
  const form = page.getByRole('dialog')
  await form.getByLabel('Reason, as a code').fill('Not A Code')
  await form.getByText(/must match|reason/i).nth(1).waitFor()
  await form.getByLabel('Reason, as a code').fill('held_together')
  await form.getByText(/orders can be done, \d+ will be refused/).waitFor()
  expect(await activeHolds('held_together')).toBe(0)
  await form.locator('summary').first().click()
  await form.getByRole('listitem').first().waitFor()
  // The component library makes a header of the head of a dialog.
  expect((await violations(page)).filter((v) => !v.startsWith('landmark-'))).toEqual([])
  await form.getByRole('button', { name: /^Hold · \d+ orders$/ }).click()

  await page.getByText('Refused orders').waitFor()
  await page.getByText('Done', { exact: true }).waitFor()
  const told = (await page.getByText(/\d+ of \d+ tried/).textContent())!
  const done = Number(/· (\d+) done/.exec(told)![1])
  expect(done).toBeGreaterThan(3)
  expect(await activeHolds('held_together')).toBe(done)
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Result as CSV' }).click()])
  expect(readFileSync((await file.path())!, 'utf8')).toMatch(/^position,number,outcome,code,detail,remedy,order_id\r\n/)

  await page.getByRole('button', { name: 'Undo' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Undo' }).click()
  await page.getByText('Undoes an earlier one').waitFor()
  await page.getByText(`${done} of ${done} tried`).waitFor()
  expect(await activeHolds('held_together')).toBe(0)
  expect(heard.errors.filter((e) => !e.includes('422'))).toEqual([])
})

test('rows are selected by key, by a range and with all that the filter finds', async () => {
  const { page } = await opened('/console/orders')
  await rows(page).first().waitFor()
  await page.keyboard.press('j')
  await page.keyboard.press('x')
  await page.getByText('1 order selected').first().waitFor()
  await rows(page).nth(4).getByRole('checkbox').click({ modifiers: ['Shift'] })
  await page.getByText('5 orders selected').first().waitFor()
  await rows(page).nth(6).click({ modifiers: ['Shift'], position: { x: 300, y: 10 } })
  await page.getByText('7 orders selected').first().waitFor()
  await page.getByRole('checkbox', { name: 'Select all that are loaded' }).check()
  await page.getByRole('button', { name: /^Select all .* of the filter$/ }).click()
  await page.getByText(/^All .* orders of the filter are selected$/).first().waitFor()
  await page.getByRole('button', { name: 'Release to fulfillment' }).click()
  await page.getByRole('dialog').getByText(/Tried on 200 of/).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await page.keyboard.press('Escape')
  await page.getByText(/orders of the filter are selected/).first().waitFor({ state: 'detached' })
})

// Spec: 1.6.5, M.10
test('many orders get a tag, which becomes another, and all is undone', async () => {
  const tagged = async (tag: string) => (await call<{ count: number }>('GET', `/v1/orders?filter=tag:"${tag}"&limit=1&count=true`)).count
  const { page, heard } = await opened(own)
  const run = async (tags: string, insteadOf?: string) => {
    await rows(page).first().waitFor()
    await page.getByRole('checkbox', { name: 'Select all that are loaded' }).check()
    await page.getByRole('button', { name: 'More', exact: true }).click()
    await page.getByRole('menuitem', { name: 'Tag', exact: true }).click()
    const form = page.getByRole('dialog')
    const enter = async (name: string, text: string) => {
      await form.getByRole('combobox', { name }).pressSequentially(text)
      await page.keyboard.press('Enter')
    }
    await enter('Tags', 'no <tag>')
    await form.getByText(/will be refused/).first().waitFor()
    await page.keyboard.press('Backspace')
    await enter('Tags', tags)
    if (insteadOf) await enter('Instead of', insteadOf)
    await form.getByText(/orders can be done/).waitFor()
    await form.getByRole('button', { name: /^Tag · \d+ orders$/ }).click()
    await page.getByText('Done', { exact: true }).waitFor()
  }
  await run('spring sale')
  const done = await tagged('spring sale')
  expect(done).toBeGreaterThan(3)
  await page.goto(base + own)
  await run('summer sale', 'spring sale')
  expect([await tagged('spring sale'), await tagged('summer sale')]).toEqual([0, done])
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Undo' }).click()
  await page.getByText('Undoes an earlier one').waitFor()
  await page.getByText(`${done} of ${done} tried`).waitFor()
  expect([await tagged('spring sale'), await tagged('summer sale')]).toEqual([done, 0])
  expect(heard.errors.filter((e) => !e.includes('422'))).toEqual([])
})

test('a command on many orders that runs can be stopped', async () => {
  const { id } = await call<{ id: string }>('POST', '/v1/bulks', { operation: 'order.note', input: { text: 'seen' }, filter: 'origin:ordo' })
  const { page } = await opened(`/console/bulks/${id}`)
  await page.route(`**/v1/bulks/${id}`, async (route) => {
    const answer = await route.fetch()
    const bulk = (await answer.json()) as { state: string; actions: { name: string; allowed: boolean }[] }
    const open = { ...bulk, state: 'running', done: 1, succeeded: 1, actions: bulk.actions.map((a) => ({ ...a, allowed: a.name === 'bulk.stop' })) }
    await route.fulfill({ response: answer, json: open })
  })
  await page.reload()
  const stop = page.waitForRequest((r) => r.method() === 'POST' && r.url().endsWith(`/v1/bulks/${id}/stop`))
  await page.getByRole('button', { name: 'Stop' }).click()
  await stop
})

test('the list is a file: as it is shown, or with all columns', async () => {
  const { page } = await opened(own)
  await rows(page).first().waitFor()
  const load = async (nth: number) => {
    await page.getByRole('button', { name: 'Export' }).click()
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem').nth(nth).click()])
    return { name: file.suggestedFilename(), text: readFileSync((await file.path())!) }
  }
  const csv = await load(0)
  expect(csv.name).toBe('orders.csv')
  const lines = csv.text.toString('utf8').trim().split('\r\n')
  expect(lines[0]).toBe('number,placed,customer,company,status,payment,fulfillment,returned,currency,total')
  const { count } = await call<{ count: number }>('GET', '/v1/orders?filter=origin:ordo&limit=1&count=true')
  expect(lines.length).toBe(count + 1)
  const book = await load(3)
  expect(book.name).toBe('orders.xlsx')
  expect(book.text.subarray(0, 2).toString()).toBe('PK')
})
