import { useEffect } from 'react'

const patience = 100 // milliseconds in which a dialog that closes gives the focus back itself

/**
 * Keeps the focus on the page when what had it is gone, drawn anew, or disabled while a command runs: the browser
 * would give it to nothing, and keys would begin again at the top. It goes back to the same thing once that can take
 * it, and until then to what stands around it.
 */
export function useFocusKept() {
  useEffect(() => {
    let had: HTMLElement | null = null
    let lent: HTMLElement | null = null // what has the focus instead
    let timer = 0

    /** What had the focus, or what was drawn in its place. */
    function same(): HTMLElement | null {
      const label = had!.getAttribute('aria-label')
      if (had!.isConnected) return had
      return label ? document.querySelector(`${had!.localName}[aria-label="${CSS.escape(label)}"]`) : null
    }
    function keep() {
      const at = document.activeElement
      if (!had || (at !== document.body && at !== lent)) return
      const back = same()
      if (back && !back.matches(':disabled')) back.focus()
      else if (at === document.body) {
        lent = document.querySelector<HTMLElement>('section[role=dialog]') ?? document.getElementById('content')
        lent?.focus({ preventScroll: true })
      }
    }
    function later() {
      window.clearTimeout(timer)
      if (document.activeElement === document.body || document.activeElement === lent) timer = window.setTimeout(keep, patience)
    }
    function took({ target }: FocusEvent) {
      if (target === lent) return
      had = target as HTMLElement
      lent = null
    }
    function goesOn() {
      if (document.activeElement === lent) had = lent
      lent = null
    }
    function leaves() {
      had = lent = null // until the press has given the focus to something
    }
    const watch = new MutationObserver(later)
    watch.observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ['disabled'] })
    document.addEventListener('focusin', took)
    window.addEventListener('keydown', goesOn)
    window.addEventListener('pointerdown', leaves)
    return () => {
      window.clearTimeout(timer)
      watch.disconnect()
      document.removeEventListener('focusin', took)
      window.removeEventListener('keydown', goesOn)
      window.removeEventListener('pointerdown', leaves)
    }
  }, [])
}
