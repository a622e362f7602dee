import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { agree, base, employ, launch, listen, signedIn, violations } from './console'

let browser: Browser

beforeAll(async () => {
  browser = await launch()
})
afterAll(() => browser.close())

const rows = (page: Page) => page.getByRole('row').filter({ has: page.getByRole('cell') })
const heads = (page: Page) => page.getByRole('columnheader').filter({ hasText: /./ }).allTextContents()
const tab = (page: Page, name: string | RegExp) => page.getByRole('tab', { name })

async function opened(context: BrowserContext, path: string): Promise<Page> {
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  await page.goto(base + path)
  await page.getByRole('tab').first().waitFor()
  return page
}

/** Chooses in the menu of the view, by keyboard, once the menu has taken the focus. */
async function choose(page: Page, item: string) {
  await page.getByRole('button', { name: 'What to do with the view' }).focus()
  await page.keyboard.press('Enter')
  await page.locator('[role=menu]:focus-within').waitFor()
  await page.getByRole('menuitem', { name: item }).focus()
  await page.locator('[role=menuitem]:focus', { hasText: item }).waitFor()
  await page.keyboard.press('Enter')
}

test('a view is saved, changed, renamed and removed by keyboard, and its address shows it to the same person anywhere', async () => {
  const who = await employ('viewer-one', ['order.list'])
  const context = await signedIn(browser, {}, who)
  const page = await opened(context, '/console/orders?filter=status%3Aprocessing&sort=total')
  const heard = listen(page)
  await expect.poll(() => rows(page).count()).toBe(3)
  await page.keyboard.press('v')
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: 'Name' }).waitFor()
  await page.keyboard.press('Enter')
  await expect.poll(() => dialog.getByRole('textbox', { name: 'Name' }).getAttribute('aria-invalid')).toBe('true')
  await page.keyboard.type('Under way <b>')
  expect(await violations(page)).toEqual([])
  await page.keyboard.press('Enter')
  await tab(page, 'Under way <b> 3').waitFor()
  await expect.poll(() => page.url()).toMatch(/\/orders\?view=vie_\w+$/)
  const address = page.url()
  expect(await tab(page, 'Under way <b> 3').getAttribute('aria-selected')).toBe('true')

  // What differs is in the address, until it is saved or discarded.
  await page.getByRole('button', { name: 'Columns' }).click()
  await page.getByText('Choice and order belong to the view').waitFor()
  await page.getByRole('checkbox', { name: 'Payment' }).focus()
  await page.keyboard.press('Space')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Clear the filter' }).click()
  await expect.poll(() => rows(page).count()).toBeGreaterThan(10)
  await tab(page, 'Under way <b> 3 changed').waitFor()
  await page.reload()
  await expect.poll(() => rows(page).count()).toBeGreaterThan(10)
  expect(await heads(page)).not.toContain('Payment')
  await page.getByRole('button', { name: 'Discard' }).click()
  await expect.poll(() => rows(page).count()).toBe(3)
  expect(page.url()).toBe(address)
  expect(await heads(page)).toContain('Payment')
  await page.getByRole('button', { name: 'Sort by Number' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Save the changes' }).focus()
  await page.keyboard.press('Enter')
  await page.getByText('View “Under way <b>” changed').waitFor()
  await expect.poll(() => page.url()).toBe(address)

  const elsewhere = await opened(await signedIn(browser, {}, who), address.slice(base.length))
  await expect.poll(() => rows(elsewhere).count()).toBe(3)
  expect(await elsewhere.getByRole('columnheader', { name: 'Number' }).getAttribute('aria-sort')).toBe('descending')
  await choose(elsewhere, 'Rename')
  await elsewhere.getByRole('textbox', { name: 'Name' }).fill('Running')
  await elsewhere.keyboard.press('Enter')
  await tab(elsewhere, 'Running 3').waitFor()

  await page.reload()
  await tab(page, 'Running 3').focus()
  await page.keyboard.press('Home')
  await page.keyboard.press('Enter') // all orders
  await expect.poll(() => rows(page).count()).toBeGreaterThan(10)
  await tab(page, 'Running 3').focus()
  await page.keyboard.press('Enter')
  await expect.poll(() => rows(page).count()).toBe(3)
  await choose(page, 'Remove the view')
  await page.getByRole('dialog').getByText('can’t be undone').waitFor()
  await agree(page)
  await tab(page, 'Running').waitFor({ state: 'detached' })
  await expect.poll(() => page.url()).toBe(base + '/console/orders')
  await elsewhere.goto(address)
  await elsewhere.getByRole('heading', { name: 'There is no such view' }).waitFor()
  expect(heard.errors.filter((e) => !e.includes('422'))).toEqual([])
})

test('a name that is taken is told at the field, and what was typed is kept', async () => {
  const page = await opened(await signedIn(browser, {}, await employ('viewer-two', ['order.list'])), '/console/orders?filter=total%3E5')
  for (let i = 0; i < 2; i++) {
    await page.getByRole('button', { name: 'Save as a view' }).click()
    await page.getByRole('textbox', { name: 'Name' }).fill('Large')
    await page.keyboard.press('Enter')
    if (i === 0) await tab(page, /Large/).waitFor()
  }
  await page.getByRole('dialog').getByText('another view of the list has the name').waitFor()
  expect(await page.getByRole('textbox', { name: 'Name' }).getAttribute('aria-invalid')).toBe('true')
  expect(await page.getByRole('textbox', { name: 'Name' }).inputValue()).toBe('Large')
})

test('everybody sees a view that was given to them at once, and who may not change it is told why', async () => {
  const boss = await signedIn(browser, {}, await employ('boss', ['order.list', 'view.share']))
  const page = await opened(boss, '/console/orders?filter=status%3Adraft')
  await page.keyboard.press('v')
  await page.getByRole('textbox', { name: 'Name' }).fill('For all of us')
  await page.keyboard.press('Enter')
  await tab(page, /^For all of us/).waitFor()
  const address = new URL(page.url())

  const clerk = await signedIn(browser, {}, await employ('clerk', ['order.list']))
  const other = await opened(clerk, '/console/orders')
  expect(await tab(other, /For all of us/).count()).toBe(0)
  await choose(page, 'Give to everybody')
  await page.getByRole('dialog').getByText('Everybody who sees the orders gets the tab').waitFor()
  await agree(page)
  await tab(page, /^Everybody’s For all of us/).waitFor()

  await other.reload()
  await tab(other, /^Everybody’s For all of us/).click()
  expect(other.url()).toBe(address.href)
  await expect.poll(() => rows(other).count()).toBe(1)
  await other.getByRole('button', { name: 'What to do with the view' }).click()
  for (const item of ['Rename', 'Remove the view']) {
    const denied = other.getByRole('menuitem', { name: item })
    expect(await denied.getAttribute('aria-disabled')).toBe('true')
    await denied.getByText('Your role lacks the permission view.share.').waitFor()
  }
  await other.keyboard.press('Escape')
  await other.getByRole('menu').waitFor({ state: 'detached' })
  expect(await violations(other)).toEqual([])
  await other.getByRole('button', { name: 'Sort by Total' }).click()
  await other.getByRole('button', { name: 'Save the changes' }).waitFor()
  expect(await other.getByRole('button', { name: 'Save the changes' }).getAttribute('aria-disabled')).toBe('true')

  // With the own role nothing is given away either.
  await other.keyboard.press('v')
  await other.getByRole('textbox', { name: 'Name' }).fill('My own')
  await other.keyboard.press('Enter')
  await tab(other, /^My own/).waitFor()
  await other.getByRole('button', { name: 'What to do with the view' }).click()
  expect(await other.getByRole('menuitem', { name: 'Give to everybody' }).getAttribute('aria-disabled')).toBe('true')

  await choose(page, 'Remove the view')
  await agree(page)
  await tab(page, /For all of us/).waitFor({ state: 'detached' })
})

test('who may not see orders is told so, and is not led to them', async () => {
  const page = await (await signedIn(browser, {}, await employ('outsider', ['setting.get']))).newPage()
  await page.goto(base + '/console/orders')
  await page.getByText('You may not see this').waitFor()
  await expect.poll(() => page.getByRole('link', { name: 'Orders' }).count()).toBe(0)
  await page.getByRole('button', { name: 'Account' }).click()
  await page.getByText('Role outsider').waitFor()
})
