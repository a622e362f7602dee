import { useQueries, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useRef } from 'react'
import { useHappenings } from '../api/live'
import { useMe } from '../api/me'
import { permits } from '../api/permits'
import { waits } from './waits'

const calm = 5_000 // milliseconds in which changes are gathered
const old = 60_000 // without events it is read again after as long

/** What waits, of what the user may see; read again when something of it happens. Undefined until that is known. */
export function useWaits() {
  const me = useMe()
  const seen = waits.filter((wait) => me && permits(me.permissions, wait.permission))
  useReread()
  const read = useQueries({
    queries: seen.map((wait) => ({ queryKey: ['waits', wait.name], queryFn: ({ signal }: { signal: AbortSignal }) => wait.read(signal), staleTime: calm, refetchInterval: old })),
  })
  return me && seen.map((wait, i) => ({ wait, ...read[i]! }))
}

function useReread() {
  const client = useQueryClient()
  const changed = useRef(new Set<string>())
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  useHappenings(
    useCallback(
      (e) => {
        for (const wait of waits) if (wait.changes.some((begin) => e.type.startsWith(begin))) changed.current.add(wait.name)
        if (changed.current.size === 0) return
        timer.current ??= setTimeout(() => {
          timer.current = undefined
          for (const name of changed.current) void client.invalidateQueries({ queryKey: ['waits', name] })
          changed.current.clear()
        }, calm)
      },
      [client],
    ),
  )
}
