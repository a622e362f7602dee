import { useDocumentVisibility } from '@mantine/hooks'
import { useEffect, useState, useSyncExternalStore } from 'react'
import { readBlocks } from './live'

/** Somebody else at an order. */
export type Person = { user_id: string; name: string; doing: 'looking' | 'changing' }

let changing = 0 // panels that change the order
const hearers = new Set<() => void>()

function change(by: 1 | -1) {
  changing += by
  hearers.forEach((tell) => tell())
}

/** Lets others see that the order is being changed, as long as the caller is there. */
export function useChanging() {
  useEffect(() => {
    change(1)
    return () => change(-1)
  }, [])
}

/** Is at an order as long as somebody sees the page, and tells who else is. */
export function useOthers(order: string): Person[] {
  const [people, set] = useState<Person[]>([])
  const visible = useDocumentVisibility() === 'visible'
  const doing = useSyncExternalStore(
    (tell) => {
      hearers.add(tell)
      return () => void hearers.delete(tell)
    },
    () => (changing > 0 ? 'changing' : 'looking'),
  )
  useEffect(() => {
    if (!visible) return
    const stop = new AbortController()
    void keepOn(order, doing, set, stop.signal)
    return () => stop.abort()
  }, [order, doing, visible])
  return people
}

async function keepOn(order: string, doing: string, tell: (people: Person[]) => void, signal: AbortSignal) {
  for (let pause = 1_000; !signal.aborted; pause = Math.min(pause * 2, 15_000)) {
    try {
      const answer = await fetch(`/v1/orders/${order}/presence?doing=${doing}`, { signal })
      if (answer.status >= 400 && answer.status < 500 && answer.status !== 429) return tell([])
      if (answer.ok && answer.body) {
        pause = 1_000
        await readBlocks(answer.body, (block) => {
          const data = block.split('\n').find((line) => line.startsWith('data: '))
          if (data) tell((JSON.parse(data.slice(6)) as { people: Person[] }).people)
        })
      }
    } catch {
      if (signal.aborted) return
    }
    tell([]) // who is there is not known
    await new Promise((go) => setTimeout(go, pause))
  }
}
