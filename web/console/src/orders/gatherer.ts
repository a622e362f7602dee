/** Gathers ids and reads them together: however many come, one read runs after the other. read returns what it leaves for the next. */
export function gatherer(read: (ids: string[]) => Promise<string[]>, calm: number) {
  const waiting = new Set<string>()
  let timer: ReturnType<typeof setTimeout> | undefined
  const begin = () => {
    timer ??= setTimeout(() => void run(), calm)
  }
  async function run() {
    const ids = [...waiting]
    waiting.clear()
    const left = await read(ids).catch(() => undefined)
    for (const id of left ?? ids) waiting.add(id)
    timer = undefined
    if (left && waiting.size > 0) begin() // after a failure only with what comes next
  }
  return {
    add: (id: string) => {
      waiting.add(id)
      begin()
    },
    end: () => {
      clearTimeout(timer)
      timer = undefined
      waiting.clear()
    },
  }
}
