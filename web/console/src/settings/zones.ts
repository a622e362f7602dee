/** The time zones that the browser knows, and UTC, to choose from; also the one that is set, should it not know that. */
export function zones(set = ''): { value: string; label: string }[] {
  return [...new Set([...Intl.supportedValuesOf('timeZone'), 'UTC', set])].filter(Boolean).map((value) => ({ value, label: value }))
}
