import { expect, test } from 'vitest'
import { drafted, overtaken, unsaved, type Wording } from './drafts'

const wording: Wording = { id: 'mtp_refund_en', template: 'refund', language: 'en', subject: 'Refund', body: 'Hello', own: true, placeholders: [], version: 3 }

test('a draft begins with the wording, and ends where it says the same', () => {
  const draft = drafted(wording, undefined, { subject: 'Money' })
  expect(draft).toEqual({ subject: 'Money', body: 'Hello', version: 3 })
  expect(drafted(wording, draft, { body: 'Hi' })).toEqual({ subject: 'Money', body: 'Hi', version: 3 })
  expect(drafted(wording, draft, { subject: 'Refund' })).toBeUndefined()
})

test('a draft knows that the wording changed meanwhile', () => {
  const draft = drafted(wording, undefined, { body: 'Hi' })
  const later = { ...wording, body: 'Dear', version: 4 }
  expect([overtaken(draft, wording), overtaken(draft, later), overtaken(undefined, later)]).toEqual([false, true, false])
  expect(drafted(later, draft, { body: 'Hi!' })).toEqual({ subject: 'Refund', body: 'Hi!', version: 3 })
})

test('what was written while words were saved stays', () => {
  const sent = { subject: 'Refund', body: 'Hi' }
  const saved = { ...wording, ...sent, version: 4 }
  expect(unsaved({ ...sent, version: 3 }, sent, saved)).toBeUndefined()
  expect(unsaved({ ...sent, body: 'Hi!', version: 3 }, sent, saved)).toEqual({ subject: 'Refund', body: 'Hi!', version: 4 })
  expect(unsaved(undefined, sent, saved)).toBeUndefined()
})
