import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { en } from '../src/language/en'
import { launch, screens, show, signedIn, translated, type Tree } from './console'

// A language that nobody speaks stands in for German: English whose letters all
// have marks, in brackets, and 40 % longer. What has plain letters was missed.

const plain = 'AaBbCcDdEeFfGgHhIiJjKkLlMmNnOoPpQqRrSsTtUuVvWwXxYyZz'
const marked = 'ÀàƁƀĆćĎďĒēƑƒĜĝĤĥĨĩĴĵĶķĹĺḾḿŃńŌōṔṕǪǫŔŕŚśŤťŨũṼṽŴŵẌẍŶŷŹź'

function strange(words: string): string {
  const pieces = words.split(/(\{\{\w+\}\})/).map((piece, i) => (i % 2 ? piece : [...piece].map((c) => marked[plain.indexOf(c)] ?? c).join('')))
  const more = Math.ceil(words.replace(/\{\{\w+\}\}/g, '').length * 0.4)
  return `⟦${pieces.join('')}${'~~~~~ '.repeat(more).slice(0, more)}⟧`
}

function strangely<T extends Tree>(words: T): T {
  return Object.fromEntries(Object.entries(words).map(([key, value]) => [key, typeof value === 'string' ? strange(value) : strangely(value!)])) as T
}

const pseudo = strangely(en)
const say = translated(en, pseudo)

let browser: Browser

beforeAll(async () => {
  browser = await launch()
})
afterAll(() => browser.close())

async function open(screen: (typeof screens)[number]): Promise<Page> {
  const context = await signedIn(browser, { locale: 'de-DE', viewport: { width: 1440, height: 900 } })
  await context.route(/\/console\/assets\/de-[\w-]+\.js$/, (route) => route.fulfill({ contentType: 'text/javascript', body: `export const de = ${JSON.stringify(pseudo)}` }))
  const page = await context.newPage()
  await show(page, screen, say)
  return page
}

// Names of the demo where no element can tell that they are data: in options and labels.
const known = ['GB standard', 'GB zero', 'Online Retail warehouse', 'Online Retail', 'Online store', 'Main warehouse', 'Store in Soho', 'Tracked 48', 'Tea, retail', 'GBP']

/** Words in plain letters, but for data: what stands in <bdi>, is in a language of its own or none, keys and code, times, and what has digits or signs within, as ids have. */
function missed(known: string[]): string[] {
  const data = 'bdi, code, kbd, pre, time, [lang]:not(html), [translate=no], textarea, script, noscript, style'
  const own = (text: string) => text.replace(/⟦[^⟦⟧]*⟧/g, ' ') // with their values, which may be words themselves
  const words = (text: string) =>
    known
      .reduce((rest, name) => rest.replaceAll(name, ' '), own(own(text)))
      .replace(/\d\s(byte|kB|MB|GB)\b/g, ' ') // as Intl says it
      .replace(/⟦.*|.*⟧/gs, ' ') // a value that is an element parts the words around it
      .split(/[\s,;()“”"…]+/)
      .filter((word) => /^[A-Za-z]{2,}[.:!?]?$/.test(word))
  const found: string[] = []
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = walk.nextNode(); node; node = walk.nextNode())
    if (!node.parentElement!.closest(data) && words(node.textContent!).length > 0) found.push(node.textContent!.trim())
  for (const element of document.querySelectorAll('[aria-label], [title], [placeholder], [alt]'))
    for (const name of ['aria-label', 'title', 'placeholder', 'alt']) {
      const text = element.getAttribute(name) ?? ''
      if (!element.closest(data) && words(text).length > 0) found.push(`${name}: ${text}`)
    }
  return [...new Set(found)]
}

/** Words of the interface that are not seen whole, because what they stand in hides the rest; a column is as wide as its reader makes it. */
function cut(): string[] {
  const found: string[] = []
  for (const element of document.querySelectorAll<HTMLElement>('body *')) {
    const { overflowX, display } = getComputedStyle(element)
    if (element.closest('[role=cell]') || display === 'inline' || !/hidden|clip/.test(overflowX) || element.clientWidth <= 1 || element.scrollWidth <= element.clientWidth + 1) continue
    if (element.textContent!.includes('⟦') && !element.querySelector('button, [role=row], table')) found.push(`${element.className}: ${element.textContent}`)
  }
  return found
}

test('the language has marks on every letter, and keeps the places of values', () => {
  expect(strange('Role {{role}}')).toBe('⟦Ŕōĺē {{role}}~~⟧')
  expect(Array.from(plain, strange).filter((words) => /[A-Za-z]/.test(words))).toEqual([])
})

test.each(screens)('every word of $name stands in the files of languages, and is seen whole', async (screen) => {
  const page = await open(screen)
  expect(await page.evaluate(() => document.documentElement.lang)).toBe('de')
  expect(await page.evaluate(missed, known)).toEqual([])
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0)
  expect(await page.evaluate(cut)).toEqual([])
  await page.context().close()
})
