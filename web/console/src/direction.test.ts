import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })

/** Declarations that stay on their side when lines run from right to left; vertical lengths are the same both ways. */
function sidedStyles(css: string): string[] {
  return [...css.matchAll(/^\s*([a-z-]+)\s*:\s*([^;]+);/gm)]
    .filter(([, name, value]) => {
      if (/(^|-)(left|right)(-|$)/.test(name!)) return true
      if (/^(text-align|float|clear|caption-side)$/.test(name!) && /\b(left|right)\b/.test(value!)) return true
      if (/translateX\(|translate3d\(/.test(value!)) return true
      if (name === 'box-shadow') return /^(inset )?-?[1-9]\d*px/.test(value!)
      const parts = value!.trim().split(/\s+/)
      if (/^(margin|padding|inset|border-width|border-color|border-style)$/.test(name!)) return parts.length === 4 && parts[1] !== parts[3]
      return name === 'border-radius' && parts.length > 1 && (parts[0] !== parts[1] || (parts[2] ?? parts[0]) !== (parts[3] ?? parts[1]))
    })
    .map(([all]) => all.trim())
}

/** The same in components: style props, styles, and icons or signs that point along the line without <Along>. */
function sidedParts(tsx: string): string[] {
  const sided = [
    /(?<=\s)(ml|mr|pl|pr|left|right)=[{"]/g,
    /(?<=\s)(ta|float)="(left|right)"/g,
    /\b(margin|padding|border)(Left|Right)\w*:/g,
    /(?<=style=\{\{[^}]*\b)(left|right):/g,
    /translateX\(/g,
    /<Icon(Arrow|Chevron|Caret|PlayerSkip|PlayerTrack)\w*(Left|Right|Forward|Back|Next|Prev)\b/g,
    /[→←⇒⇐▸◂›‹»«]/g,
  ]
  return sided.flatMap((form) => [...tsx.matchAll(form)].map(([all]) => all.trim()))
}

test('what stays on its side is found', () => {
  const css = ['left: 0;', 'padding: 1px 2px 3px 4px;', 'border-radius: 9px 0 0 9px;', 'text-align: right;', 'transform: translateX(-50%);', 'border-top-left-radius: 1px;', 'box-shadow: inset 3px 0 red;']
  expect(sidedStyles(css.map((line) => `  ${line}`).join('\n'))).toEqual(css)
  expect(sidedStyles('  inset-inline-start: 0;\n  padding: 1px 2px 3px;\n  border-radius: 9px 9px 0 0;\n  text-align: end;\n  box-shadow: 0 0 0 3px red;')).toEqual([])
  expect(sidedParts('<p ml="md" ta="right" style={{ left: 1 }}><IconChevronLeft /> →</p>')).toEqual(['ml="', 'ta="right"', 'left:', '<IconChevronLeft', '→'])
  expect(sidedParts('<Along icon={IconChevronLeft} /> <p ms="md" position="right" style={{ insetInlineStart: 1 }} />')).toEqual([])
})

test.each(files.filter((name) => name.endsWith('.css')))('%s has styles that turn with the script', (name) => {
  expect(sidedStyles(readFileSync(join(import.meta.dirname, name), 'utf8'))).toEqual([])
})

test.each(files.filter((name) => name.endsWith('.tsx')))('%s has parts that turn with the script', (name) => {
  expect(sidedParts(readFileSync(join(import.meta.dirname, name), 'utf8'))).toEqual([])
})
