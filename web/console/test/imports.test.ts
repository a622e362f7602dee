import { readFileSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { base, call, chord, employ, launch, signedIn, violations, visit } from './console'

let browser: Browser

beforeAll(async () => {
  browser = await launch()
})
afterAll(() => browser.close())

const opened = async (path: string, who?: Parameters<typeof signedIn>[2]) => visit(await signedIn(browser, { acceptDownloads: true }, who), path)

const table = (name: string, ...lines: string[]) => ({ name, mimeType: 'text/csv', buffer: Buffer.from(lines.join('\n')) })

/** Presses Tab until what has the name has the focus. */
async function tabTo(page: Page, name: RegExp) {
  for (let i = 0; i < 60; i++) {
    const told = await page.evaluate(() => {
      const at = document.activeElement
      return at ? `${at.getAttribute('aria-label') ?? ''} ${at.textContent ?? ''}` : ''
    })
    if (name.test(told)) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`nothing by the name ${name} takes the focus`)
}

async function variants(sku: string): Promise<{ title: string; active: boolean }[]> {
  return (await call<{ items: { title: string; active: boolean }[] }>('GET', `/v1/variants?filter=sku:${sku}`)).items
}

test('a table is imported and undone by keyboard, and what is refused is told', async () => {
  const { page, heard } = await opened('/console')
  await page.getByText('Orders to release').first().waitFor()
  await chord(page, 'g', 'i')
  await page.getByText('No imports yet').waitFor()
  await page.keyboard.press('n')
  const form = page.getByRole('dialog')
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), form.getByLabel('File', { exact: true }).press('Enter')])
  await chooser.setFiles(table('jugs.csv', 'Artikel-Nr.;Bezeichnung;weight;Color', 'JUG-1;Big jug;900;blue', 'JUG-2;Small jug;400;red', 'JUG-3;Odd jug;heavy;'))
  await tabTo(page, /^ ?Upload/)
  await page.keyboard.press('Enter')

  await page.getByRole('heading', { name: 'jugs.csv' }).waitFor()
  await page.getByRole('combobox', { name: 'What Artikel-Nr. becomes' }).waitFor()
  expect(await page.getByRole('combobox', { name: 'What weight becomes' }).inputValue()).toBe('Weight in grams')
  expect(await page.getByRole('combobox', { name: 'What Color becomes' }).inputValue()).toBe('')
  expect(await violations(page)).toEqual([])
  await tabTo(page, /^ ?Check$/)
  await page.keyboard.press('Enter')
  await page.getByText(/3 of 3 rows · 2 new · 0 changed · 0 unchanged · 1 refused/).waitFor()
  await page.getByText('must be a number, not a text').waitFor()
  expect(await violations(page)).toEqual([])
  expect(await variants('JUG-1')).toEqual([])
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Refused rows as CSV' }).click()])
  expect(readFileSync((await file.path())!, 'utf8')).toMatch(/^import_row,Artikel-Nr.,Bezeichnung,weight,Color,import_problem,import_remedy\r\n3,JUG-3,Odd jug,heavy,,/)

  await tabTo(page, /^ ?Write 2 rows$/)
  await page.keyboard.press('Enter')
  await page.getByText('Written', { exact: true }).waitFor()
  expect(await variants('JUG-1')).toMatchObject([{ title: 'Big jug', active: true }])
  await tabTo(page, /^ ?Undo$/)
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').getByRole('button', { name: 'Undo' }).press('Enter')
  await page.getByText('Undone', { exact: true }).first().waitFor()
  await page.getByText(/2 undone · 0 kept/).waitFor()
  expect(await variants('JUG-1')).toMatchObject([{ active: false }])
  expect(heard.errors).toEqual([])
})

test('what the server refuses stands where it belongs, and what was chosen is kept', async () => {
  const { page } = await opened('/console/imports')
  await page.getByRole('button', { name: 'New import' }).click()
  const form = page.getByRole('dialog')
  await form.locator('input[type=file]').setInputFiles(table('empty.csv'))
  await form.getByRole('button', { name: 'Upload' }).click()
  await form.getByText(/a file of 0 bytes is empty/).waitFor()
  await form.getByRole('radio', { name: 'Customers' }).check()
  await form.locator('input[type=file]').setInputFiles(table('customers.csv', 'Name,Mail', 'Ada,ada@example.com'))
  await form.getByRole('button', { name: 'Upload' }).click()
  await page.getByRole('button', { name: 'Check' }).click()
  await page.getByText('The column external_id must be there.').waitFor()
  const name = page.getByRole('combobox', { name: 'What Name becomes' })
  await name.click()
  await page.getByRole('option', { name: 'Mail', exact: true }).click()
  await page.getByRole('button', { name: 'Check' }).click()
  await page.getByText('The column email is there twice.').waitFor()
  expect(await name.inputValue()).toBe('Mail')
})

test('a workbook that is broken says so', async () => {
  const { page } = await opened('/console/imports')
  await page.getByRole('button', { name: 'New import' }).click()
  const form = page.getByRole('dialog')
  await form.locator('input[type=file]').setInputFiles({ name: 'broken.xlsx', mimeType: 'application/zip', buffer: Buffer.from('PK\x03\x04 and nothing more') })
  await form.getByRole('button', { name: 'Upload' }).click()
  await page.getByText(/the workbook is broken/).waitFor()
  await page.getByText('Not a table').waitFor()
  expect(await page.getByRole('button', { name: 'Check' }).count()).toBe(0)
})

test('who may not import is offered nothing', async () => {
  const { page } = await opened('/console/imports', await employ('reads-imports', ['import.list', 'import.get']))
  await page.getByRole('heading', { name: 'Imports' }).waitFor()
  await page.getByText('jugs.csv').waitFor()
  await page.getByRole('button', { name: 'New import' }).waitFor({ state: 'detached' })
})

test('a mapping is saved and taken for the next file', async () => {
  const { page, heard } = await opened('/console/imports')
  const upload = async (name: string, lines: string[]) => {
    await page.getByRole('button', { name: 'New import' }).click()
    const form = page.getByRole('dialog')
    await form.locator('input[type=file]').setInputFiles(table(name, ...lines))
    await form.getByRole('button', { name: 'Upload' }).click()
    await page.getByRole('heading', { name }).waitFor()
  }
  await upload('old-shop.csv', ['Ref,Label', 'POTS-1,Pot'])
  await page.getByRole('combobox', { name: 'What Ref becomes' }).click()
  await page.getByRole('option', { name: 'SKU *', exact: true }).click()
  await page.getByRole('combobox', { name: 'What Label becomes' }).click()
  await page.getByRole('option', { name: 'Title *', exact: true }).click()
  await page.getByRole('button', { name: 'Save this mapping' }).click()
  await page.getByRole('dialog').getByLabel('Name').fill('old shop')
  await page.getByRole('dialog').getByRole('button', { name: 'Save this mapping' }).click()
  await page.getByRole('dialog').getByText(/name must/).waitFor() // no blanks
  await page.getByRole('dialog').getByLabel('Name').fill('old-shop')
  await page.getByRole('dialog').getByRole('button', { name: 'Save this mapping' }).click()
  await page.getByText('The mapping is saved.').waitFor()

  await page.goto(base + '/console/imports')
  await upload('older-shop.csv', ['Ref,Label', 'POTS-2,Pot'])
  await page.getByRole('combobox', { name: 'Saved mapping' }).click()
  await page.getByRole('option', { name: 'old-shop' }).click()
  await page.getByRole('button', { name: 'Check' }).click()
  await page.getByText(/1 of 1 rows · 1 new/).waitFor()
  expect(heard.errors.filter((e) => !e.includes('422'))).toEqual([])
})
