import { useSyncExternalStore } from 'react'
import type { components } from './schema'

/**
 * That somebody is signed in in this browser, until it ends or is ended. What proves it is in a cookie that no
 * script can read; this is what the page has to know without asking.
 */
export type Session = { id: string; user_id: string; expires_at: string }

const place = 'ordo.session'
const listeners = new Set<() => void>()
let current = stored()

function stored(): Session | null {
  try {
    const session = JSON.parse(localStorage.getItem(place) ?? 'null') as Session | null
    return session && Date.parse(session.expires_at) > Date.now() ? session : null
  } catch {
    return null
  }
}

function changed(session: Session | null) {
  current = session
  listeners.forEach((listen) => listen())
}

// Another tab signed in or out.
window.addEventListener('storage', (e) => {
  if (e.key === place) changed(stored())
})

export function session(): Session | null {
  return current
}

export function begin({ id, user_id, expires_at }: components['schemas']['AccountSession']) {
  const session = { id, user_id, expires_at }
  localStorage.setItem(place, JSON.stringify(session))
  changed(session)
}

/** Whether the last session of this page ended by itself. */
export let expired = false

export function end(byItself = false) {
  expired = byItself
  localStorage.removeItem(place)
  changed(null)
}

export function useSession(): Session | null {
  return useSyncExternalStore((listen) => {
    listeners.add(listen)
    return () => listeners.delete(listen)
  }, session)
}
