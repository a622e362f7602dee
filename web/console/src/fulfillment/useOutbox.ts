import { notifications } from '@mantine/notifications'
import i18next from 'i18next'
import { useEffect, useSyncExternalStore } from 'react'
import { command, newKey, send, type Schemas } from '../api/client'
import { session, useSession } from '../api/session'
import { queries } from '../queries'
import { type Outbox, outbox } from './outbox'
import { sound } from './sound'
import { workKey } from './useWork'
import { renewed, type Scan, type Work } from './work'

const boxes = new Map<string, Outbox>()

/** The scans of a user: each browser has its own, and they are sent as nobody else. */
function boxOf(user: string): Outbox {
  const place = `ordo.scans.${user}`
  let box = boxes.get(user)
  if (!box) {
    box = outbox<Schemas['Fulfillment']>({
      keep: { load: () => read(localStorage.getItem(place)), save: (scans) => (scans.length > 0 ? localStorage.setItem(place, JSON.stringify(scans)) : localStorage.removeItem(place)) },
      newKey,
      mine: () => session()?.user_id === user,
      send: (scan) => send(commandOf(scan), scan.key),
      done: async (scan, answer) => {
        await queries.cancelQueries({ queryKey: workKey(scan.work) }) // what was read before it would take it back
        queries.setQueryData<Work>(workKey(scan.work), (before) => renewed(before, answer))
        await new Promise((go) => setTimeout(go)) // until who watches the query has been told
      },
      refused: (scan, problem) => {
        sound(false)
        const [fault] = problem.faults
        notifications.show({ color: 'red', title: i18next.t('desk/refused'), message: [fault?.detail ?? problem.message, fault?.remedy].filter(Boolean).join(' ') })
        void queries.invalidateQueries({ queryKey: workKey(scan.work) })
      },
      wait: (milliseconds) =>
        new Promise((go) => {
          const on = () => {
            clearTimeout(timer)
            window.removeEventListener('online', on)
            go()
          }
          const timer = setTimeout(on, milliseconds)
          window.addEventListener('online', on)
        }),
    })
    boxes.set(user, box)
  }
  return box
}

function read(text: string | null): Scan[] {
  try {
    return JSON.parse(text ?? '[]') as Scan[]
  } catch {
    return []
  }
}

function commandOf({ work, line: line_id, quantity, lot }: Scan) {
  const lines = [{ line_id, quantity: Math.abs(quantity), ...(lot !== undefined && { lot }) }]
  return quantity > 0 ? command('/v1/fulfillments/{id}/pick', [work], { lines }) : command('/v1/fulfillments/{id}/unpick', [work], { lines })
}

/** What was scanned and is not known to the server yet, and the way to add to it. */
export function useOutbox() {
  const box = boxOf(useSession()?.user_id ?? '')
  useEffect(() => box.resume(), [box])
  return { ...useSyncExternalStore(box.watch, box.now), add: box.add }
}
