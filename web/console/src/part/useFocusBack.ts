import { useEffect } from 'react'

/** Gives the focus back to where it was when a dialog opened; to the page's menu button if that was an item of a menu. */
export function useFocusBack() {
  useEffect(() => {
    const from = document.activeElement as HTMLElement | null
    return () => {
      setTimeout(() => {
        const to = from?.isConnected && from !== document.body ? from : document.querySelector<HTMLElement>('main [aria-haspopup=menu]')
        if (document.activeElement === document.body) to?.focus()
      })
    }
  }, [])
}
