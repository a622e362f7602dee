import type { Schemas } from '../api/client'
import type { Written } from './useNotes'

export type Person = Schemas['OrderPerson']

/** The name that somebody begins to write behind an @ before the caret, and where the @ stands. */
export function begun(text: string, caret: number): { at: number; name: string } | undefined {
  const match = /(?:^|[\s(])@([\p{L}\p{N}._'-]{0,40})$/u.exec(text.slice(0, caret))
  return match ? { at: caret - match[1]!.length - 1, name: match[1]! } : undefined
}

/** Tells the people whose name begins with what is typed, as the server does. */
export const named = (typed: string) => (p: Person) => p.name.toLowerCase().startsWith(typed.toLowerCase())

/** The text in which the name is written out, and where to go on. */
export function completed(text: string, caret: number, at: number, name: string): { text: string; caret: number } {
  const before = `${text.slice(0, at)}@${name} `
  return { text: before + text.slice(caret).replace(/^ /, ''), caret: before.length }
}

/** Those of the people whose names stand in the text behind an @. */
export function mentioned(text: string, people: Person[]): Person[] {
  return people.filter((p, i) => text.includes(`@${p.name}`) && people.findIndex((other) => other.id === p.id) === i)
}

/** What did not get through, before what was written meanwhile; the customer reads it only if both were meant so. */
export function rejoined(kept: Written, now: Written): Written {
  if (!now.text.trim()) return kept
  return {
    text: `${kept.text.trimEnd()}\n\n${now.text}`,
    visibility: kept.visibility === now.visibility ? kept.visibility : 'staff',
    mentions: [...kept.mentions, ...now.mentions],
  }
}

/** The text in pieces, of which each second one is a mention. */
export function pieces(text: string, people: Person[]): string[] {
  const names = people.map((p) => p.name).sort((a, b) => b.length - a.length)
  if (names.length === 0) return [text]
  return text.split(new RegExp(`(@(?:${names.map((n) => n.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')}))`, 'u'))
}
