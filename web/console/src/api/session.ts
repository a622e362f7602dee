import { useSyncExternalStore } from 'react'
import type { components } from './schema'

/** Who is signed in in this browser, until it ends or is ended. */
export type Session = { id: string; token: string; user_id: string; expires_at: string; email: string }

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

export function begin(answer: components['schemas']['AccountSession'], email: string) {
  const session = { id: answer.id, token: answer.token!, user_id: answer.user_id, expires_at: answer.expires_at, email }
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
