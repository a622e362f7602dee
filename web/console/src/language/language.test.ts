import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import i18next from 'i18next'
import ts from 'typescript'
import { expect, test } from 'vitest'
import { ar } from './ar'
import { de } from './de'
import { en } from './en'
import { first } from './en/first'

type Tree = { [key: string]: string | Tree | undefined }

function leaves(tree: Tree, path = ''): Map<string, string> {
  return new Map(Object.entries(tree).flatMap(([key, value]) => (typeof value === 'string' ? [[path + key, value] as const] : [...leaves(value ?? {}, `${path}${key}/`)])))
}

const english = leaves(en)

/** The keys that a language needs: where English tells one from other, each form of its own plurals. */
function needed(code: string): string[] {
  const forms = new Intl.PluralRules(code).resolvedOptions().pluralCategories
  const plural = /_(one|other)$/
  return [...new Set([...english.keys()].flatMap((key) => (plural.test(key) ? forms.map((form) => key.replace(plural, `_${form}`)) : [key])))].sort()
}

test('the forms of plurals are those of the language', () => {
  expect(needed('de').filter((key) => key.startsWith('orders/found'))).toEqual(['orders/found_one', 'orders/found_other'])
  expect(needed('ar').filter((key) => key.startsWith('orders/found')).map((key) => key.split('_')[1])).toEqual(['few', 'many', 'one', 'other', 'two', 'zero'])
})

const all = { en, de, ar }

test.each(Object.entries(all))('%s has words for all, and none that nobody says', (code, words) => {
  expect([...leaves(words).keys()].sort()).toEqual(needed(code))
})

// None, one and two are often words of their own.
const without = /_(zero|one|two)$/

test.each(Object.entries(all))('every string of %s says something and has the places of the English one', (_, words) => {
  const places = (text: string) => (text.match(/\{\{\w+\}\}/g) ?? []).sort()
  for (const [key, text] of leaves(words)) {
    expect(text.trim(), key).not.toBe('')
    const wanted = places(english.get(key) ?? english.get(key.replace(/_\w+$/, '_other'))!)
    expect(places(text), key).toEqual(without.test(key) && !text.includes('{{count}}') ? wanted.filter((place) => place !== '{{count}}') : wanted)
  }
})

test('every permission has words', () => {
  const { paths } = JSON.parse(readFileSync(join(import.meta.dirname, '../../../../docs/generated/openapi.json'), 'utf8')) as { paths: Record<string, Record<string, { 'x-ordo-permission'?: string }>> }
  const permissions = Object.values(paths).flatMap((methods) => Object.values(methods).flatMap((o) => o['x-ordo-permission'] || []))
  expect(Object.keys(en.grant).sort()).toEqual([...new Set(permissions)].sort())
  expect(Object.keys(en.permission).sort()).toEqual([...new Set(permissions.map((p) => p.split('.')[0]!))].sort())
})

test('what a language lacks is said in English', () => {
  const i18n = i18next.createInstance({ lng: 'ar', fallbackLng: 'en', keySeparator: '/', resources: { en: { translation: { a: { one: 'One', n_one: '{{count}} cup', n_other: '{{count}} cups' } } }, ar: { translation: { a: {} } } }, initAsync: false, showSupportNotice: false })
  void i18n.init()
  expect(i18n.t('a/one' as never)).toBe('One')
  expect(i18n.t('a/n' as never, { count: 3 })).toBe('3 cups')
})

const root = join(import.meta.dirname, '..')
const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.tsx'))
const spoken = new Set(['label', 'title', 'placeholder', 'description', 'alt', 'aria-label'])

/** Words in JSX that stand in no language file; keys of the keyboard are no words. */
function bare(source: ts.SourceFile): string[] {
  const found: string[] = []
  const words = (text: string) => /\p{L}{2}/u.test(text)
  ;(function visit(node: ts.Node) {
    if (ts.isJsxElement(node) && node.openingElement.tagName.getText(source) === 'Kbd') return
    if (ts.isJsxText(node) && words(node.text)) found.push(node.text.trim())
    if (ts.isJsxAttribute(node) && spoken.has(node.name.getText(source)) && node.initializer && ts.isStringLiteral(node.initializer) && words(node.initializer.text))
      found.push(node.initializer.text)
    ts.forEachChild(node, visit)
  })(source)
  return found
}

test('words that stand bare are found', () => {
  const source = ts.createSourceFile('x.tsx', '<p title="Some words">Hello {t("a/b")} <Kbd>Esc</Kbd> · <i label={t("c")}>1</i></p>', ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX)
  expect(bare(source)).toEqual(['Some words', 'Hello'])
})

test.each(files)('%s has no words of its own', (name) => {
  const source = ts.createSourceFile(name, readFileSync(join(root, name), 'utf8'), ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX)
  expect(bare(source)).toEqual([])
})

/** A file and all that it imports at once, but for words. */
function reached(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file) || file.startsWith(import.meta.dirname)) return seen
  seen.add(file)
  for (const [, path] of readFileSync(file, 'utf8').matchAll(/^import (?!type )[^'\n]*'(\.[^']+)'$/gm)) {
    const next = ['.ts', '.tsx'].map((end) => resolve(dirname(file), path + end)).find(existsSync)
    if (next) reached(next, seen)
  }
  return seen
}

test('what the first load says is among its words', () => {
  const files = [...reached(join(root, 'main.tsx')), ...reached(join(root, 'orders/OrderList.tsx'))]
  expect(files.some((f) => f.endsWith('orders/cells.tsx')) && files.some((f) => f.endsWith('frame/Frame.tsx'))).toBe(true)
  const said = files.flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/['`](\w+)\/[\w$]|words: '(\w+)'|<Status of="(\w+)"/g)].map(([, ...part]) => [part.find(Boolean)!, file]))
  const later = said.filter(([part]) => part! in en && !(part! in first))
  expect(later).toEqual([])
})
