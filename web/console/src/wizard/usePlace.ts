import { notifications } from '@mantine/notifications'
import { useMutation } from '@tanstack/react-query'
import { type RefObject, useState } from 'react'
import { command, type Command, newKey, type Order, request, send } from '../api/client'
import { keyring } from '../api/keyring'
import { type Fault, Problem } from '../api/problem'
import { useFailed } from '../api/useFailed'
import { useWords } from '../language'
import type { Entry } from './Finder'
import type { Keeper } from './keeper'
import { byHand, type Paying } from './Payment'
import { quantity } from './typed'

/** Lines, or a text that nothing was made of, need somebody before the order can be placed. */
export class Unfinished extends Error {}

/** Places the order as it is shown, and records the money that is here. */
export function usePlace(keeper: Keeper, entry: RefObject<Entry>, paying: Paying, done: (placed: Order) => void) {
  const { t } = useWords()
  const failed = useFailed()
  const [keys] = useState(() => keyring(newKey))

  /** Sends under a key that lasts until the outcome is known. */
  async function once(c: Command): Promise<Order> {
    const work = JSON.stringify(c)
    try {
      const answer = await send<Order>(c, keys.of(work))
      keys.done(work)
      return answer
    } catch (error) {
      if (error instanceof Problem) keys.done(work)
      throw error
    }
  }

  const place = useMutation({
    mutationFn: async () => {
      await entry.current.search
      const draft = await keeper.flush()
      const { faults, work } = keeper.now()
      if (!draft || entry.current.typed.trim() !== '' || faults.size > 0 || work.lines.some((l) => quantity(l.quantity) === null)) throw new Unfinished()
      const payment = paying.method && { method: paying.method, ...(paying.method === 'test' && { token: paying.token }) }
      const placed = await once(request('post', '/v1/orders/{id}/place', [draft.id], { payment, expected_total: draft.total }, draft.revision))
      notifications.show({ message: t('wizard/placed', { order: placed.number ?? '' }), color: 'accent' })
      if (byHand(paying.method) && paying.taken)
        await once(command('/v1/orders/{id}/payments', [placed.id], { method: paying.method, amount: placed.total })).catch((error: Error) => failed(t('wizard/notTaken'), error))
      return placed
    },
    onSuccess: done,
  })
  return { place, faults: split(place.error, keeper) }
}

/** The faults of a refused placement by the line that they are about, and the rest. */
function split(error: unknown, keeper: Keeper): { lines: Map<number, Fault[]>; rest: Fault[] } {
  const { draft, work } = keeper.now()
  const lines = new Map<number, Fault[]>()
  const rest: Fault[] = []
  for (const fault of error instanceof Problem ? error.faults : []) {
    const of = draft?.lines[Number(/^\/lines\/(\d+)\//.exec(fault.pointer ?? '')?.[1] ?? -1)]
    const line = of && work.lines.find((l) => l.asked.line_id === (of.parent_id || of.id))
    if (line) lines.set(line.key, [...(lines.get(line.key) ?? []), fault])
    else rest.push(fault)
  }
  return { lines, rest }
}
