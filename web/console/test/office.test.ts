import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { base, call, employ, launch, listen, signedIn, violations } from './console'

let browser: Browser

const patience = { timeout: 20_000 }

beforeAll(async () => {
  browser = await launch()
})
afterAll(() => browser.close())

async function opened(path: string, who?: { email: string; password: string }) {
  const page = await (await signedIn(browser, {}, who)).newPage()
  page.setDefaultTimeout(20_000)
  const heard = listen(page)
  await page.goto(base + path)
  return { page, heard }
}

/** Moves by the Tab key until what has the focus has a name. */
async function tabTo(page: Page, name: RegExp) {
  for (let i = 0; i < 80; i++) {
    await page.keyboard.press('Tab')
    const said = await page.evaluate(() => {
      const at = document.activeElement as HTMLInputElement
      return [at?.getAttribute('aria-label'), at?.labels?.[0]?.textContent, at?.textContent].filter(Boolean).join(' ')
    })
    if (name.test(said)) return
  }
  throw new Error(`Tab never came to ${name}`)
}

// Spec: 6.4.3
test('the audit log is filtered, tells what an event changed, and is verified, all by keyboard', async () => {
  const { id } = await call<{ id: string }>('POST', '/v1/roles', { name: 'counter', permissions: ['order.get'], discount_limit: 50_000, refund_limit: 0 })
  await call('PUT', `/v1/roles/${id}`, { name: 'counter', permissions: ['order.get'], discount_limit: 70_000, refund_limit: 0 })
  const { page, heard } = await opened('/console/audit')
  await page.getByRole('row').nth(3).waitFor()
  await page.keyboard.press('/')
  await page.keyboard.type(`subject:${id}`)
  await expect.poll(() => page.getByRole('row').count(), patience).toBe(3) // and the head
  await page.keyboard.press('Tab')
  await page.evaluate(() => (document.activeElement as HTMLElement).blur())
  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  const change = page.getByRole('row').filter({ hasText: 'discount_limit' })
  await change.getByText('50000', { exact: true }).waitFor()
  await change.getByText('70000', { exact: true }).waitFor()
  await page.keyboard.press('u')
  await page.getByRole('heading', { name: 'Audit log' }).waitFor()
  await tabTo(page, /^Verify/)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Verification of the log' }).waitFor()
  await tabTo(page, /^Verify the whole log/)
  await page.keyboard.press('Enter')
  await page.getByText('The log is whole: nobody changed it.').waitFor()
  const { to, hash } = await call<{ to: number; hash: string }>('GET', '/v1/events/verification?limit=50')
  await page.getByLabel('Place in the log').fill(String(to))
  await page.getByRole('textbox', { name: 'Hash' }).fill(hash)
  await page.keyboard.press('Enter')
  await page.getByText('The log still has this hash at this place.').waitFor()
  await page.getByRole('textbox', { name: 'Hash' }).fill(hash.replace(/^./, hash.startsWith('0') ? '1' : '0'))
  await page.keyboard.press('Enter')
  await page.getByText('is not the one that was told before').waitFor()
  expect(heard.errors).toEqual([])
})

test('what happens while the audit log is read comes by a press', async () => {
  const { page } = await opened('/console/audit')
  await page.getByText('live', { exact: true }).waitFor()
  await page.getByRole('row').nth(3).waitFor()
  const before = await page.getByRole('row').filter({ hasText: 'role.created' }).count()
  await call('POST', '/v1/roles', { name: 'added meanwhile', permissions: [], discount_limit: 0, refund_limit: 0 })
  await page.getByRole('button', { name: /^Show \d+ newer$/ }).click()
  await expect.poll(() => page.getByRole('row').filter({ hasText: 'role.created' }).count(), patience).toBeGreaterThan(before)
})

// Spec: 12.1.3
test('a role is made of groups of permissions by keyboard, and given to who is added; what the server refuses stands at its field', async () => {
  const { page, heard } = await opened('/console/roles/new')
  await page.getByRole('checkbox', { name: 'All of: Orders' }).waitFor()
  await page.getByRole('textbox', { name: 'Name' }).focus()
  await page.keyboard.type('sales')
  await page.getByRole('checkbox', { name: 'All of: Orders' }).focus()
  await page.keyboard.press('Space')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter') // unfolds
  await page.getByRole('checkbox', { name: 'order.cancel' }).focus()
  await page.keyboard.press('Space') // all but that
  await page.getByRole('textbox', { name: 'Highest discount' }).fill('7.5')
  await page.keyboard.press('Enter')
  await expect.poll(() => page.getByRole('textbox', { name: 'Name' }).getAttribute('aria-invalid'), patience).toBe('true')
  await page.getByRole('textbox', { name: 'Name' }).fill('counter sales')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'counter sales' }).waitFor()
  const { items } = await call<{ items: { permissions: string[]; discount_limit: number }[] }>('GET', '/v1/roles?filter=name:%22counter%20sales%22')
  expect(items[0]!.discount_limit).toBe(75_000)
  expect(items[0]!.permissions).toContain('order.place')
  expect(items[0]!.permissions).not.toContain('order.cancel')

  await page.goto(base + '/console/users')
  await page.getByRole('button', { name: 'Add with a password' }).focus()
  await page.keyboard.press('Enter')
  const form = page.getByRole('dialog')
  await form.getByLabel('Name').fill('Ada Byron')
  await form.getByLabel('Mail address').fill('ada@example.com')
  await form.getByRole('textbox', { name: 'Password' }).fill('short')
  await form.getByRole('combobox', { name: 'Role' }).click()
  await page.getByRole('option', { name: 'counter sales' }).click()
  await form.getByRole('button', { name: 'Add with a password' }).focus()
  await page.keyboard.press('Enter')
  await form.getByText(/needs at least 10/).waitFor()
  expect(await form.getByLabel('Mail address').inputValue()).toBe('ada@example.com')
  await form.getByRole('textbox', { name: 'Password' }).fill('a password of a test')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Ada Byron' }).waitFor()
  await page.getByRole('button', { name: 'Deactivate' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').getByRole('button', { name: 'Deactivate' }).waitFor()
  await page.keyboard.press('Enter')
  await page.getByText('Deactivated', { exact: true }).waitFor()
  expect(heard.errors.filter((e) => !/40[09]|422/.test(e))).toEqual([])
})

test('the secret of a key is shown once, and the key is revoked', async () => {
  const { page } = await opened('/console/keys')
  await page.getByRole('button', { name: 'Make a key' }).focus()
  await page.keyboard.press('Enter')
  const form = page.getByRole('dialog')
  await form.getByLabel('What it is for').fill('shop of a test')
  await form.getByRole('combobox', { name: 'Role' }).focus()
  await page.keyboard.type('viewer')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await form.getByRole('button', { name: 'Make a key' }).focus()
  await page.keyboard.press('Enter')
  const secret = (await page.getByRole('dialog', { name: 'The key shop of a test' }).locator('pre').textContent())!.trim()
  expect(secret).toMatch(/^ordo_\w{20,}$/)
  await page.keyboard.press('Escape') // does not take it away
  expect(await page.getByText(secret).count()).toBe(1)
  expect((await violations(page)).filter((v) => !v.startsWith('landmark-'))).toEqual([])
  await page.getByRole('button', { name: 'I have it' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'shop of a test' }).waitFor()
  expect(await page.getByText(secret).count()).toBe(0)
  const asks = () => fetch(base + '/v1/me', { headers: { Authorization: `Bearer ${secret}` } }).then((r) => r.status)
  expect(await asks()).toBe(200)
  await page.getByRole('button', { name: 'Revoke the key' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke the key' }).waitFor()
  await page.keyboard.press('Enter')
  await page.getByText('Revoked', { exact: true }).first().waitFor()
  expect(await asks()).toBe(401)
})

// Spec: 11.2.3
test('a webhook is added, tried, its delivery looked into and sent again, and it is paused', async () => {
  const { page } = await opened('/console/webhooks')
  await page.getByRole('button', { name: 'Add an endpoint' }).first().focus()
  await page.keyboard.press('Enter')
  const form = page.getByRole('dialog')
  await form.getByLabel('Name').fill('warehouse')
  await form.getByLabel('Address').fill('http://10.0.0.1/hook')
  await form.getByRole('combobox', { name: 'Events' }).focus()
  await page.keyboard.type('order.*')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Escape')
  await form.getByRole('button', { name: 'Add an endpoint' }).focus()
  await page.keyboard.press('Enter')
  await form.getByText(/the URL can't be used/).waitFor()
  await form.getByLabel('Address').fill('https://hooks.example.invalid/ordo')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'I have it' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'warehouse' }).waitFor()
  await page.getByRole('button', { name: 'Send a trial' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'webhook.trial' }).waitFor()
  await page.getByText('"This is a trial."').waitFor()
  await page.getByText(/Request 1/).waitFor() // it was sent, and nobody answered
  await page.keyboard.press('u')
  await page.getByRole('heading', { name: 'Deliveries' }).waitFor()
  await page.getByRole('row').filter({ hasText: 'webhook.trial' }).first().waitFor()
  await page.getByRole('button', { name: 'Pause', exact: true }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').getByRole('button', { name: 'Pause' }).waitFor()
  await page.keyboard.press('Enter')
  await page.getByText('Paused', { exact: true }).first().waitFor()
})

test('a setting is changed; jobs, mails and the system are looked at, and nobody is offered what they may not do', async () => {
  const { page, heard } = await opened('/console/settings')
  await page.getByRole('button', { name: 'Change' }).focus()
  await page.keyboard.press('Enter')
  const form = page.getByRole('dialog')
  await form.getByLabel('Currency').fill('XXQ')
  await page.keyboard.press('Enter')
  await form.getByText(/is no currency/).waitFor()
  await form.getByLabel('Currency').fill('EUR')
  await form.getByLabel('Name of the company').fill('Kettle and Daughters')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Kettle and Daughters' }).waitFor()

  await page.keyboard.press('Control+k')
  await page.getByPlaceholder('Search or do something').fill('System')
  await page.getByRole('dialog').getByText('System', { exact: true }).waitFor()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'System' }).waitFor()
  await page.getByText('Operations since the start').waitFor()
  expect(heard.errors.filter((e) => !e.includes('422'))).toEqual([])

  const other = await opened('/console', await employ('doorkeeper', ['user.list', 'user.get']))
  await other.page.getByRole('link', { name: 'Users' }).click()
  await other.page.getByRole('row').nth(1).waitFor()
  expect(await other.page.getByRole('button', { name: 'Invite a user' }).count()).toBe(0)
  for (const name of ['Audit log', 'Webhooks', 'System', 'Settings']) expect(await other.page.getByRole('link', { name }).count()).toBe(0)
  await other.page.goto(base + '/console/audit')
  await other.page.getByText('You may not see this').waitFor()
})
