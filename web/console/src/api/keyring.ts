/** Idempotency keys by piece of work: each has one until it is done, so that a second try does nothing twice. */
export function keyring(make: () => string) {
  const keys = new Map<string, string>()
  return {
    of: (work: string): string => {
      const key = keys.get(work) ?? make()
      keys.set(work, key)
      return key
    },
    done: (work: string) => void keys.delete(work),
    renew: () => keys.clear(),
  }
}
