/** Tells texts that were sent away, and come back some time later, from those that come from elsewhere. */
export function echoes() {
  let sent: string[] = []
  return {
    send: (text: string) => {
      if (sent.at(-1) !== text) sent.push(text)
    },
    /** Whether what comes was sent; what was sent before it comes no more. */
    heard: (text: string): boolean => {
      const at = sent.indexOf(text)
      sent = at < 0 ? [] : sent.slice(at + 1)
      return at >= 0
    },
  }
}
