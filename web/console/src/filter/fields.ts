/** A field of the filter language, in the reader's words, with what can be chosen of it. */
export type Field = { name: string; label: string; values?: { value: string; label: string }[]; kind: 'choice' | 'time' | 'money' | 'text' | 'tag' }

/** Times that people ask for most, as the language says them. */
export const times = [
  ['today', ':', 'today'],
  ['yesterday', ':', 'yesterday'],
  ['week', '>', '-7d'],
  ['month', '>', '-30d'],
] as const
