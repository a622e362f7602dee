import { createHmac } from 'node:crypto'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { call, launch, signedIn, visit } from './console'

let browser: Browser

const patience = { timeout: 20_000 }

beforeAll(async () => {
  browser = await launch()
})
afterAll(() => browser.close())

type Request = { headers: IncomingHttpHeaders; body: string }

/** A receiver that refuses everything, with an answer that wants to run in the page, until it is told to take it. */
async function receiver() {
  const heard: Request[] = []
  const r = { heard, takes: false, url: '' }
  const server = createServer((request, answer) => {
    let body = ''
    request.setEncoding('utf8').on('data', (text) => (body += text))
    request.on('end', () => {
      heard.push({ headers: request.headers, body })
      if (r.takes) return answer.writeHead(204).end()
      answer.writeHead(500, { 'Content-Type': 'text/html' }).end('<img src=x onerror="document.title=\'taken over\'">no room')
    })
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  afterAll(() => void server.close())
  r.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/ordo`
  return r
}

/** Which of the secrets signed the request. */
function signers({ headers, body }: Request, secrets: string[]) {
  const signatures = String(headers['webhook-signature']).split(' ')
  const sum = (secret: string) =>
    createHmac('sha256', Buffer.from(secret.replace('whsec_', ''), 'base64'))
      .update(`${headers['webhook-id'] as string}.${headers['webhook-timestamp'] as string}.${body}`)
      .digest('base64')
  return secrets.filter((secret) => signatures.includes('v1,' + sum(secret)))
}

/** Reads the secret that is shown, and says that one has it. */
async function readSecret(page: Page) {
  const secret = (await page.getByRole('dialog', { name: /^The secret of/ }).locator('pre').textContent())!.trim()
  expect(secret).toMatch(/^whsec_\S{20,}$/)
  await page.getByRole('button', { name: 'I have it' }).click()
  await page.getByRole('heading', { name: 'stubborn' }).waitFor()
  expect(await page.getByText(secret).count()).toBe(0)
  await page.reload()
  await page.getByText('Secret number').waitFor()
  expect(await page.getByText(secret).count()).toBe(0)
  return secret
}

async function openMore(page: Page, item: string) {
  await page.getByRole('button', { name: 'More', exact: true }).click()
  await page.getByRole('menuitem', { name: item }).click()
}

// Spec: 11.2.3
test('what a receiver refused is sent again by a press, one or a range, and a new secret signs beside the one before', async () => {
  const r = await receiver()
  const { page, heard } = await visit(await signedIn(browser), '/console/webhooks')
  await page.getByRole('button', { name: 'Add an endpoint' }).first().click()
  const form = page.getByRole('dialog')
  await form.getByLabel('Name').fill('stubborn')
  await form.getByLabel('Address').fill(r.url)
  await form.getByRole('combobox', { name: 'Events' }).fill('role.created')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Escape')
  await form.getByLabel('Only those that match').fill('body.name:awaited')
  await form.getByRole('button', { name: 'Add an endpoint' }).click()
  const first = await readSecret(page)

  for (const name of ['not meant', 'awaited']) await call('POST', '/v1/roles', { name, permissions: [], discount_limit: 0, refund_limit: 0 })
  await expect.poll(() => r.heard.length, patience).toBeGreaterThan(0)
  expect(signers(r.heard[0]!, [first])).toEqual([first])
  await page.reload()
  const row = page.getByRole('row').filter({ hasText: 'role.created' })
  await row.getByText('Waiting').waitFor()
  expect(await row.count()).toBe(1) // the filter kept the other one
  await row.click()
  await page.getByText(/Request 1/).waitFor()
  await page.getByText('500', { exact: true }).first().waitFor()
  await page.getByText('no room').first().waitFor() // its answer is shown, and does nothing
  expect(await page.title()).not.toBe('taken over')

  r.takes = true
  const before = r.heard.length
  await page.getByRole('button', { name: 'Send again' }).click()
  await page.getByText('Delivered', { exact: true }).first().waitFor()
  await expect.poll(() => page.getByText('204', { exact: true }).count(), patience).toBeGreaterThan(0)
  await page.getByText('Asked for again').waitFor()
  expect(r.heard.length).toBeGreaterThan(before)
  expect(new Set(r.heard.map(({ headers }) => headers['webhook-id'])).size).toBe(1)

  const again = async (secrets: string[]) => {
    const count = r.heard.length
    await page.getByRole('row').filter({ hasText: 'role.created' }).click()
    await page.getByRole('button', { name: 'Send again' }).click()
    await expect.poll(() => r.heard.length, patience).toBeGreaterThan(count)
    expect(signers(r.heard.at(-1)!, [first, second, third].filter(Boolean))).toEqual(secrets)
    await page.keyboard.press('u')
    await page.getByRole('heading', { name: 'Deliveries' }).waitFor()
  }
  const rotate = async () => {
    await openMore(page, 'New secret')
    await page.getByRole('dialog').getByRole('button', { name: 'New secret' }).click()
    return readSecret(page)
  }
  let second = '', third = ''
  await page.keyboard.press('u')
  await page.getByRole('heading', { name: 'Deliveries' }).waitFor()
  second = await rotate()
  await page.getByText('Secret before valid until').waitFor()
  await again([first, second])
  third = await rotate()
  await again([second, third]) // two live at a time

  const count = r.heard.length
  await openMore(page, 'Replay days')
  await page.getByRole('dialog').getByRole('button', { name: 'Replay days' }).click()
  await expect.poll(() => r.heard.length, patience).toBeGreaterThan(count)
  expect(r.heard.at(-1)!.headers['webhook-id']).toBe(r.heard[0]!.headers['webhook-id'])
  expect(heard.errors).toEqual([])
}, 120_000)
