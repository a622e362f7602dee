import { useCallback, useState } from 'react'
import { type Box, emptyBox } from './work'

const place = (work: string) => `ordo.boxes.${work}`

/** The packages of a piece of work that are being filled, kept in the browser until they are packed. */
export function useBoxes(work: string): [Box[], (boxes: Box[]) => void] {
  const [boxes, set] = useState(() => read(localStorage.getItem(place(work))))
  const keep = useCallback(
    (next: Box[]) => {
      set(next)
      if (next.some((b) => b.weight || Object.keys(b.lines).length > 0)) localStorage.setItem(place(work), JSON.stringify(next))
      else localStorage.removeItem(place(work))
    },
    [work],
  )
  return [boxes, keep]
}

function read(text: string | null): Box[] {
  try {
    const boxes = JSON.parse(text ?? '[]') as Box[]
    return boxes.length > 0 ? boxes : [emptyBox()]
  } catch {
    return [emptyBox()]
  }
}
