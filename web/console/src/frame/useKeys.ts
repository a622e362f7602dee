import { useLayoutEffect, useRef } from 'react'

/** Keys by name: a character, "mod+K", or two in a row such as "g o". */
export type Keys = Record<string, () => void>

const patience = 900
const none = { key: '', at: -Infinity }
let before = none
let last = none

function writing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('input:not([type=checkbox]), textarea, select, [contenteditable], [role=dialog], [role=menu]') !== null
}

/** What takes the Enter key itself. */
function pressed(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('button, a[href], summary') !== null
}

/** Calls what belongs to a key, but not while somebody writes or a dialog or a menu is open. */
export function useKeys(keys: Keys) {
  const latest = useRef(keys)
  useLayoutEffect(() => {
    latest.current = keys
  })
  // A key works as soon as what it belongs to is seen.
  useLayoutEffect(() => {
    function press(e: KeyboardEvent) {
      const mod = e.ctrlKey || e.metaKey
      if (e.altKey || e.defaultPrevented || (!mod && writing(e.target)) || (e.key === 'Enter' && pressed(e.target))) return
      const name = mod ? 'mod+' + e.key.toUpperCase() : e.key
      const pair = e.timeStamp - before.at < patience ? `${before.key} ${e.key}` : ''
      const act = latest.current[pair] ?? latest.current[name]
      if (act) {
        e.preventDefault()
        act()
      }
    }
    window.addEventListener('keydown', press)
    return () => window.removeEventListener('keydown', press)
  }, [])
}

// The keys are remembered once for all who listen, and who listen later are told later.
window.addEventListener('keydown', (e) => {
  if (e.key.length !== 1 || writing(e.target)) return
  before = last
  last = { key: e.key, at: e.timeStamp }
})
