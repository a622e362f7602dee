import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { dark, light, pairs } from './theme'

const channel = (v: number) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => channel(parseInt(hex.slice(at, at + 2), 16) / 255)) as [number, number, number]
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function contrast(a: string, b: string): number {
  const [x, y] = [luminance(a), luminance(b)].sort((p, q) => q - p) as [number, number]
  return (x + 0.05) / (y + 0.05)
}

test('black on white has the contrast that the standard gives', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21)
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2)
})

test.each(Object.entries({ light, dark }))('every pair of tokens is legible in %s', (_, palette) => {
  const faint = pairs
    .map(([text, ground, least]) => ({ text, ground, least, has: contrast(palette[text], palette[ground]) }))
    .filter(({ has, least }) => has < least)
  expect(faint).toEqual([])
})

test('the frame of the installed console has the colors of its screens', () => {
  const read = (path: string) => readFileSync(join(import.meta.dirname, path), 'utf8')
  const colors = [...read('../index.html').matchAll(/theme-color" media="\(prefers-color-scheme: (\w+)\)" content="(.*?)"/g)].map(([, scheme, color]) => [scheme, color])
  expect(colors).toEqual([
    ['light', light.surface],
    ['dark', dark.surface],
  ])
  const manifest = JSON.parse(read('../../../edge/web/site/console.webmanifest')) as Record<string, string>
  expect([manifest.theme_color, manifest.background_color]).toEqual([light.surface, light.page])
})
