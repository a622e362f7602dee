/** What somebody wants, as it was typed or pasted: words that name it, and how much, as text. */
export type Wanted = { name: string; quantity: string }

const number = String.raw`\d{1,9}(?:[.,]\d{1,3})?`
const first = new RegExp(String.raw`^(${number})\s*[x×*]\s*(\S.*)$`, 'i')
const last = new RegExp(String.raw`^(\S.*?)\s+(?:[x×*]\s*)?(${number})$`, 'i')

/** Reads "tea 3", "3 x tea" or "tea". */
export function wanted(text: string): Wanted {
  const typed = text.trim()
  const before = first.exec(typed)
  if (before) return { name: before[2]!, quantity: before[1]! }
  const behind = last.exec(typed)
  return behind ? { name: behind[1]!, quantity: behind[2]! } : { name: typed, quantity: '1' }
}

const figures = new RegExp(`^${number}$`)

/** Reads rows of a list or of a sheet, each an SKU and a quantity; a row of headings is left out. */
export function list(text: string): Wanted[] {
  return text
    .split(/\r\n|\r|\n/)
    .map((row) => row.split(/[\t;]|,(?!\d{1,3}$)/).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1')))
    .map((cells) => cells.filter(Boolean))
    .filter((cells, i) => cells.length > 0 && !(i === 0 && cells.length > 1 && !cells.some((cell) => /\d/.test(cell))))
    .map((cells) => {
      if (cells.length === 1) return wanted(cells[0]!)
      const quantity = cells.findLastIndex((cell) => figures.test(cell))
      const name = cells.find((_, i) => i !== quantity)!
      return { name, quantity: quantity < 0 ? '1' : cells[quantity]! }
    })
}

/** Whether a pasted text is a list: it has rows or columns. */
export function isList(text: string): boolean {
  return /[\t\r\n]/.test(text.trim())
}

/** Whether a text can only have come from a scanner: a GTIN with its check digit, or an element string of GS1. */
export function isScan(text: string): boolean {
  if (/^(\][A-Za-z]\d|\(\d{2,4}\))/.test(text)) return true
  if (!/^(\d{8}|\d{12,14})$/.test(text)) return false
  const sum = [...text].reverse().reduce((all, digit, i) => all + Number(digit) * (i % 2 ? 3 : 1), 0)
  return sum % 10 === 0
}

/** The quantity that a text says; null if it is none. */
export function quantity(text: string): number | null {
  const typed = text.trim()
  return figures.test(typed) ? Number(typed.replace(',', '.')) : null
}
