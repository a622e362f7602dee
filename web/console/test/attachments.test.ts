import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { arabic, call, employ, launch, opened as placed, signedIn, violations, visit } from './console'

let browser: Browser

beforeAll(async () => {
  browser = await launch()
})
afterAll(() => browser.close())

type Kept = { id: string; visibility: string; revision: number; file: { id: string; name: string; type: string; size: number; sha256: string } }

const filesOf = async (order: string) => (await call<{ items: Kept[] }>('GET', `/v1/orders/${order}/attachments`)).items
const place = async () => (await placed([['TEA-500', 1]])).order
const panel = (page: Page) => page.getByRole('region', { name: 'Files' })
const sum = (data: Buffer) => createHash('sha256').update(data).digest('hex')

/** A PDF of some size, whose bytes differ. */
function pdf(size: number): Buffer {
  let text = '%PDF-1.7\n'
  for (let i = 0; text.length < size; i++) text += `${i} `
  return Buffer.from(text.slice(0, size))
}

async function open(order: string, who?: Parameters<typeof signedIn>[2], options = {}) {
  const seen = await visit(await signedIn(browser, { acceptDownloads: true, ...options }, who), `/console/orders/${order}`)
  await seen.page.getByRole('heading', { level: 1 }).waitFor()
  return seen
}

// Spec: 1.6.4
test('files are added by keyboard, loaded, replaced, opened to the customer and removed', async () => {
  const order = await place()
  const { page, heard } = await open(order)
  const add = panel(page).getByRole('button', { name: 'Add files' })
  await panel(page).getByText('No files.', { exact: false }).waitFor()
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), add.press('Enter')])
  const first = pdf(700_000)
  await chooser.setFiles([
    { name: 'contract Ä.pdf', mimeType: 'application/pdf', buffer: first },
    { name: 'list.csv', mimeType: 'text/csv', buffer: Buffer.from('sku,qty\nTEA,1\n') },
  ])
  const load = panel(page).getByRole('button', { name: 'Download contract Ä.pdf' })
  await load.waitFor()
  await panel(page).getByRole('button', { name: 'Download list.csv' }).waitFor()
  expect(await panel(page).getByRole('progressbar').count()).toBe(0)
  expect(await violations(page)).toEqual([])
  const [file] = await Promise.all([page.waitForEvent('download'), load.press('Enter')])
  expect(file.suggestedFilename()).toBe('contract Ä.pdf')
  expect(readFileSync((await file.path())!).equals(first)).toBe(true)
  await page.getByText('A file was put on the order').first().waitFor()

  const menu = panel(page).getByRole('button', { name: 'Actions of contract Ä.pdf' })
  await menu.press('Enter')
  await page.getByRole('menuitem', { name: 'Download' }).waitFor()
  const [next] = await Promise.all([page.waitForEvent('filechooser'), page.getByRole('menuitem', { name: 'New version…' }).click()])
  await next.setFiles({ name: 'signed.pdf', mimeType: 'application/pdf', buffer: pdf(900) })
  await panel(page).getByText('Version 2').waitFor()
  const signed = panel(page).getByRole('button', { name: 'Actions of signed.pdf' })
  await signed.press('Enter')
  await page.getByRole('menuitem', { name: 'Show older versions' }).press('Enter')
  await panel(page).getByRole('list', { name: 'Older versions of signed.pdf' }).getByRole('button', { name: 'Download contract Ä.pdf' }).waitFor()

  await signed.press('Enter')
  await page.getByRole('menuitem', { name: 'Kind and readers…' }).press('Enter')
  const form = page.getByRole('dialog')
  await form.getByRole('radio', { name: 'The customer too' }).check()
  await form.getByText('The customer will be able to read it', { exact: false }).waitFor()
  expect(await violations(page)).toEqual([])
  await form.getByRole('button', { name: 'Let the customer read it' }).press('Enter')
  await panel(page).getByText('The customer too').waitFor()
  expect((await filesOf(order)).map((a) => [a.file.name, a.visibility, a.revision]).sort()).toEqual([['list.csv', 'staff', 1], ['signed.pdf', 'customer', 2]])

  await signed.press('Enter')
  await page.getByRole('menuitem', { name: 'Remove…' }).press('Enter')
  await page.getByRole('dialog').getByText('all of its 2 versions', { exact: false }).waitFor()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete the file' }).press('Enter')
  await signed.waitFor({ state: 'detached' })
  await page.getByText('A file was removed').first().waitFor()
  expect((await filesOf(order)).map((a) => a.file.name)).toEqual(['list.csv'])
  expect(heard.errors).toEqual([])
})

// Spec: 1.6.4
test('a file is stopped, loses the connection, and goes on where it was', async () => {
  const order = await place()
  const { page } = await open(order)
  const data = pdf(3 * 1024 * 1024)
  const parts: number[] = []
  let away = true
  let free = () => {}
  const held = new Promise<void>((go) => (free = go))
  await page.route('**/v1/files/*/parts/*', async (route) => {
    const part = Number(route.request().url().split('/').pop())
    if (part === 2) await held
    if (away && part === 3) return route.abort('connectionreset')
    parts.push(part)
    return route.continue()
  })
  await panel(page).locator('input[type=file]').first().setInputFiles({ name: 'long.pdf', mimeType: 'application/pdf', buffer: data })
  await panel(page).getByText('17% of 3.1 MB').waitFor()
  await panel(page).getByRole('button', { name: 'Stop sending long.pdf' }).press('Enter')
  free()
  await panel(page).getByText('Stopped at 33% of 3.1 MB').waitFor()
  expect(await violations(page)).toEqual([])
  await panel(page).getByRole('button', { name: 'Go on sending long.pdf' }).press('Enter')
  await panel(page).getByText('The connection is lost at 33% of 3.1 MB', { exact: false }).waitFor()
  expect(await violations(page)).toEqual([])
  expect(await filesOf(order)).toEqual([]) // nothing is half there
  away = false // it is tried again by itself
  await panel(page).getByRole('button', { name: 'Download long.pdf' }).waitFor()
  expect(parts).toEqual([1, 2, 3, 4, 5, 6])
  expect((await filesOf(order)).map((a) => a.file.sha256)).toEqual([sum(data)])
})

// Spec: 1.6.4
test('programs are refused with what helps, pictures are pasted, and files dropped', async () => {
  const order = await place()
  const { page } = await open(order)
  const input = panel(page).locator('input[type=file]').first()
  await input.setInputFiles({ name: 'bill.pdf', mimeType: 'application/pdf', buffer: Buffer.from('MZ\x90\x00\x03\x00\x00\x00\x04\x00') })
  await panel(page).getByRole('alert').getByText('Send a PDF, a picture', { exact: false }).waitFor()
  expect(await violations(page)).toEqual([])
  await panel(page).getByRole('button', { name: 'Dismiss bill.pdf' }).press('Enter')
  await panel(page).getByRole('alert').waitFor({ state: 'detached' })

  const give = (kind: 'paste' | 'drop', name: string) =>
    page.evaluate(
      ([kind, name]) => {
        const bytes = Uint8Array.from(atob('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='), (c) => c.charCodeAt(0))
        const data = new DataTransfer()
        data.items.add(new File([bytes], name!, { type: 'image/png' }))
        const at = [...document.querySelectorAll('section')].find((s) => s.querySelector('h2')?.textContent === 'Files')!
        if (kind === 'paste') document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
        else at.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }))
      },
      [kind, name],
    )
  await give('paste', 'image.png')
  await panel(page).getByRole('button', { name: 'Download image.png' }).waitFor()
  await panel(page).getByText('Picture').waitFor()
  await give('drop', 'dropped.png')
  await panel(page).getByRole('button', { name: 'Download dropped.png' }).waitFor()
  expect((await filesOf(order)).map((a) => a.file.type)).toEqual(['image/png', 'image/png'])
})

test('who may only look is offered nothing else, and who may not is shown nothing', async () => {
  const order = await place()
  const f = await call<{ id: string }>('POST', `/v1/orders/${order}/attachments`, { name: 'a.csv', size: 14 })
  await call('PUT', `/v1/files/${f.id}/parts/1`, { content: 'c2t1LHF0eQpURUEsMQo=' })
  const { page } = await open(order, await employ('reads-files', ['order.get', 'attachment.list', 'attachment.get']))
  await panel(page).getByRole('button', { name: 'Actions of a.csv' }).press('Enter')
  await page.getByRole('menuitem').first().waitFor()
  expect(await page.getByRole('menuitem').allTextContents()).toEqual(['Download'])
  expect(await panel(page).getByRole('button', { name: 'Add files' }).count()).toBe(0)
  const other = await open(order, await employ('no-files', ['order.get']))
  await other.page.getByRole('region', { name: 'Timeline' }).waitFor()
  await panel(other.page).waitFor({ state: 'detached' })
})

test('the panel fits a phone, light and dark, from left and from right', async () => {
  const order = await place()
  for (const name of ['a-rather-long-name-of-a-purchase-order-that-somebody-scanned-2026-11-30.csv', 'b.csv']) {
    const f = await call<{ id: string }>('POST', `/v1/orders/${order}/attachments`, { name, size: 14 })
    await call('PUT', `/v1/files/${f.id}/parts/1`, { content: 'c2t1LHF0eQpURUEsMQo=' })
  }
  for (const look of [{ colorScheme: 'light' }, { colorScheme: 'dark', locale: arabic.locale }] as const) {
    for (const width of [360, 1440]) {
      const { page } = await open(order, undefined, { ...look, viewport: { width, height: 740 } })
      const b = page.getByRole('button', { name: /b\.csv/ }).first()
      await b.waitFor()
      await b.scrollIntoViewIfNeeded()
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true)
      expect(await violations(page)).toEqual([])
      await page.context().close()
    }
  }
}, 240_000)
