import { useEffect, useSyncExternalStore } from 'react'
import type { Happening } from './client'
import { end } from './session'

/** How the stream of events is: following, trying to, without network, or not permitted. */
export type Liveness = 'live' | 'connecting' | 'offline' | 'denied'

const hearers = new Set<(e: Happening) => void>()
const watchers = new Set<() => void>()
let liveness: Liveness = 'connecting'
let last = ''

function set(next: Liveness) {
  if (next === liveness) return
  liveness = next
  watchers.forEach((watch) => watch())
}

/**
 * Follows the log as long as somebody is signed in who may; returns what ends that. missed is called when the stream
 * begins now, and not where it ended: what happened since something was loaded is not told then.
 */
export function follow(may: boolean, missed: () => void): () => void {
  if (!may) {
    set('denied')
    return () => set('connecting')
  }
  const stop = new AbortController()
  void keepOn(stop.signal, missed)
  return () => stop.abort()
}

async function keepOn(signal: AbortSignal, missed: () => void) {
  for (let pause = 500; !signal.aborted; pause = Math.min(pause * 2, 10_000)) {
    try {
      const answer = await fetch('/v1/events/stream', { signal, headers: last ? { 'Last-Event-ID': last } : {} })
      if (answer.status === 401) return end(true)
      if (answer.status === 403) return set('denied')
      if (answer.status === 400) last = ''
      if (answer.ok && answer.body) {
        set('live')
        if (!last) missed()
        pause = 500
        await readBlocks(answer.body, hear)
      }
    } catch {
      if (signal.aborted) return
    }
    set(navigator.onLine ? 'connecting' : 'offline')
    await new Promise((go) => setTimeout(go, pause))
  }
}

/** Reads a stream of server-sent events, block by block, until it ends. */
export async function readBlocks(body: ReadableStream<Uint8Array>, hear: (block: string) => void) {
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader()
  for (let rest = ''; ; ) {
    const { done, value } = await reader.read()
    if (done) return
    const blocks = (rest + value).split('\n\n')
    rest = blocks.pop()!
    blocks.forEach(hear)
  }
}

function hear(block: string) {
  const data = block.split('\n').find((line) => line.startsWith('data: '))
  if (!data) return
  const happening = JSON.parse(data.slice(6)) as Happening
  if (happening.position) last = String(happening.position)
  hearers.forEach((tell) => tell(happening))
}

/** Calls back with each event that the user may see, as it happens. */
export function useHappenings(tell: (e: Happening) => void) {
  useEffect(() => {
    hearers.add(tell)
    return () => void hearers.delete(tell)
  }, [tell])
}

export function useLiveness(): Liveness {
  return useSyncExternalStore(
    (watch) => {
      watchers.add(watch)
      return () => watchers.delete(watch)
    },
    () => liveness,
  )
}
