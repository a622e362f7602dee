import type { Schemas } from '../api/client'
import { digits, minorUnits } from '../part/format'

export type Method = Schemas['PricingMethod']
export type Step = Schemas['PricingStep']

/** Steps as people write them, a line each: country (or * for all others), from which weight or amount on, and what it costs. */
export function stepsText(steps: Step[], kind: Method['kind'], currency: string): string {
  return steps
    .map((s) => [s.country || '*', ...(kind === 'flat' ? [] : [kind === 'by_amount' ? major(s.minimum ?? 0, currency) : String(s.minimum ?? 0)]), major(s.amount, currency)].join(' '))
    .join('\n')
}

/** Reads such lines; undefined if one of them is no step. */
export function readSteps(text: string, kind: Method['kind'], currency: string): Step[] | undefined {
  const lines = text.split('\n').map((line) => line.trim()).filter(Boolean)
  const steps = lines.map((line) => step(line.split(/\s+/), kind, currency))
  return steps.every((s) => s !== undefined) ? steps : undefined
}

function step(parts: string[], kind: Method['kind'], currency: string): Step | undefined {
  const [country = '', from = '0', price = from] = kind === 'flat' ? [parts[0], '0', parts[1]] : parts
  const amount = minorUnits(price, currency)
  const minimum = kind === 'by_amount' ? minorUnits(from, currency) : /^\d+$/.test(from) ? Number(from) : null
  if (parts.length !== (kind === 'flat' ? 2 : 3) || !/^(\*|[A-Z]{2})$/.test(country) || amount === null || minimum === null) return undefined
  return { country: country === '*' ? '' : country, minimum, amount }
}

function major(amount: number, currency: string): string {
  const places = digits(currency)
  const text = String(amount).padStart(places + 1, '0')
  return places ? text.slice(0, -places) + '.' + text.slice(-places) : text
}
