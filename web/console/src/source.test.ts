import { readdirSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { expect, test } from 'vitest'

const under = (folder: string) => readdirSync(resolve(import.meta.dirname, folder), { recursive: true, encoding: 'utf8' }).map((name) => resolve(import.meta.dirname, folder, name))
const files = under('.')
const mostLines = 600

/** The classes that a file names, each with the style sheet that should have it. */
function* named(file: string): Generator<[sheet: string, name: string]> {
  const text = readFileSync(file, 'utf8')
  for (const [, variable, path] of text.matchAll(/^import (\w+) from '(\S+\.module\.css)'/gm))
    for (const [, name] of text.matchAll(new RegExp(`(?<![\\w./])${variable}\\.(\\w+)`, 'g'))) yield [resolve(dirname(file), path!), name!]
}

test('each class is in its style sheet, and none there is without use', () => {
  const used = new Map<string, Set<string>>()
  const missing: string[] = []
  for (const file of files.filter((f) => f.endsWith('.tsx')))
    for (const [sheet, name] of named(file)) {
      if (!used.has(sheet)) used.set(sheet, new Set())
      used.get(sheet)!.add(name)
      if (!readFileSync(sheet, 'utf8').includes(`.${name}`)) missing.push(`${file}: ${name}`)
    }
  expect(missing).toEqual([])

  const idle = files
    .filter((f) => f.endsWith('.module.css'))
    .flatMap((sheet) => [...readFileSync(sheet, 'utf8').matchAll(/\.([a-zA-Z]\w*)/g)].map(([, name]) => [sheet, name!] as const))
    .filter(([sheet, name]) => name !== 'module' && name !== 'css' && !used.get(sheet)?.has(name))
  expect(idle.map(([sheet, name]) => `${sheet}: ${name}`)).toEqual([])
})

test('no file is longer than people read at once', () => {
  const written = [...files, ...under('../test'), ...under('../pictures')].filter((f) => /\.(tsx?|css)$/.test(f) && !f.endsWith('schema.d.ts')) // which is generated
  const long = written.map((f) => [f, readFileSync(f, 'utf8').split('\n').length - 1] as const).filter(([, lines]) => lines > mostLines)
  expect(long).toEqual([])
})
