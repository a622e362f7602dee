/** The points of a line through values, in a box of 100 by 40, for an SVG; the highest value reaches the top. */
export function line(values: number[]): string {
  const top = Math.max(...values, 1)
  const step = values.length > 1 ? 100 / (values.length - 1) : 0
  return values.map((v, i) => `${round(i * step)},${round(40 - (v / top) * 38)}`).join(' ')
}

function round(n: number): number {
  return Math.round(n * 100) / 100
}
