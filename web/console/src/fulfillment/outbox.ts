import { Problem } from '../api/problem'
import type { Scan } from './work'

/** Where scans are kept, so that they outlive the page. */
export type Keep = { load: () => Scan[]; save: (scans: Scan[]) => void }

type Post<A extends { version: number }> = {
  keep: Keep
  newKey: () => string
  send: (scan: Scan) => Promise<A>
  mine: () => boolean // whether who scanned is who is signed in
  done: (scan: Scan, answer: A) => Promise<void> // over once the answer is on the screen
  refused: (scan: Scan, problem: Problem) => void
  wait: (milliseconds: number) => Promise<void>
}

export type Waiting = { scans: Scan[]; stuck: boolean } // stuck: the server could not be reached the last time

const longest = 10_000 // milliseconds between two tries

/** Whether the server will never say anything else to the same request. */
const final = (error: unknown): error is Problem =>
  error instanceof Problem && error.status >= 400 && error.status < 500 && ![401, 408, 429].includes(error.status) && error.code !== 'key_in_flight'

/**
 * Sends scans one after the other, in their order. What could not be sent stays and is sent again under the same
 * idempotency key, so that it counts once whatever became of the first try. Scans of the same goods that wait are
 * joined, as long as they were not tried.
 */
export function outbox<A extends { version: number }>({ keep, newKey, send, mine, done, refused, wait }: Post<A>) {
  let now: Waiting = { scans: keep.load(), stuck: false }
  let running = false
  const watchers = new Set<() => void>()

  function set(next: Waiting) {
    now = next
    keep.save(next.scans)
    watchers.forEach((watch) => watch())
  }

  const drop = (key: string, stuck: boolean) => set({ scans: now.scans.filter((s) => s.key !== key), stuck })

  async function run() {
    if (running) return
    running = true
    for (let pause = 500; now.scans.length > 0 && mine(); ) {
      const first = { ...now.scans[0]!, tried: true }
      set({ ...now, scans: [first, ...now.scans.slice(1)] }) // before it is sent: nothing may be joined to it any more
      try {
        const answer = await send(first)
        set({ ...now, scans: [{ ...first, version: answer.version }, ...now.scans.slice(1)] })
        await done(first, answer)
        drop(first.key, false)
        pause = 500
      } catch (error) {
        if (final(error)) {
          drop(first.key, false)
          refused(first, error)
          continue
        }
        set({ ...now, stuck: true })
        await wait(pause)
        pause = Math.min(pause * 2, longest)
      }
    }
    running = false
  }

  return {
    add(scan: Omit<Scan, 'key'>) {
      const last = now.scans.at(-1)
      if (last && !last.tried && last.work === scan.work && last.line === scan.line && last.lot === scan.lot) {
        const quantity = Math.round((last.quantity + scan.quantity) * 1000) / 1000
        set({ ...now, scans: [...now.scans.slice(0, -1), ...(quantity === 0 ? [] : [{ ...last, quantity }])] })
      } else set({ ...now, scans: [...now.scans, { ...scan, key: newKey() }] })
      void run()
    },
    resume: () => void run(),
    now: () => now,
    watch(tell: () => void) {
      watchers.add(tell)
      return () => void watchers.delete(tell)
    },
  }
}

export type Outbox = ReturnType<typeof outbox>
