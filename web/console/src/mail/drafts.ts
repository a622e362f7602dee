import type { Schemas } from '../api/client'

export type Wording = Schemas['MailWording']
export type Phrases = Pick<Wording, 'subject' | 'body'>

/** Words that are not saved yet, and the version of the wording that they began with. */
export type Draft = Phrases & { version: number }

const same = (a: Phrases, b: Phrases) => a.subject === b.subject && a.body === b.body

/** The draft after something was written; none if it says what the wording says. */
export function drafted(wording: Wording, draft: Draft | undefined, part: Partial<Phrases>): Draft | undefined {
  const { subject, body, version } = { ...(draft ?? wording), ...part }
  return same({ subject, body }, wording) ? undefined : { subject, body, version }
}

/** What is left of a draft once words were saved: what was written meanwhile. */
export function unsaved(draft: Draft | undefined, sent: Phrases, saved: Wording): Draft | undefined {
  return draft && !same(draft, sent) ? { ...draft, version: saved.version } : undefined
}

/** Whether somebody else changed the wording since the draft began. */
export function overtaken(draft: Draft | undefined, wording: Wording): boolean {
  return draft !== undefined && draft.version !== wording.version
}
