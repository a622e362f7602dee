import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { expect, test } from 'vitest'
import { de } from './de'
import { en } from './en'

type Tree = { [key: string]: string | Tree }

function leaves(tree: Tree, path = ''): Map<string, string> {
  return new Map(Object.entries(tree).flatMap(([key, value]) => (typeof value === 'string' ? [[path + key, value] as const] : [...leaves(value, `${path}${key}/`)])))
}

const english = leaves(en)

test.each(Object.entries({ en, de }))('every string of %s says something and has the places of the English one', (_, words) => {
  const said = leaves(words)
  expect([...said.keys()]).toEqual([...english.keys()])
  const places = (text: string) => (text.match(/\{\{\w+\}\}/g) ?? []).sort()
  for (const [key, text] of said) {
    expect(text.trim(), key).not.toBe('')
    expect(places(text), key).toEqual(places(english.get(key)!))
  }
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
