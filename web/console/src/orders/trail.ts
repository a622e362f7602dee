/** Where somebody was in a list, so that back leads there and [ ] walk along it. */
export type Place = { scroll: number; cursor: number; selected: Set<string>; whole: boolean }

const places = new Map<string, Place>()
let walked: string[] = []

export function placeOf(list: string): Place {
  return places.get(list) ?? { scroll: 0, cursor: -1, selected: new Set(), whole: false }
}

export function remember(list: string, place: Place) {
  places.set(list, place)
}

export function walk(ids: string[]) {
  walked = ids
}

/** The order before or after one in the list that it was opened from. */
export function neighbor(id: string, by: -1 | 1): string | undefined {
  const at = walked.indexOf(id)
  return at < 0 ? undefined : walked[at + by]
}
