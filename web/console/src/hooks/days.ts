/** Days as people choose them, and the times between them. */
export const days = {
  /** Today, as both ends. */
  today(now = new Date()): { from: string; to: string } {
    const day = `${now.getFullYear()}-${String(now.getMonth() + 1).padStart(2, '0')}-${String(now.getDate()).padStart(2, '0')}`
    return { from: day, to: day }
  },
  /** From the begin of a day to the end of another in the reader's zone, but no further than now. */
  range(from: string, to: string, now: Date): { from: string; to: string } {
    const end = midnight(to)
    end.setDate(end.getDate() + 1)
    return { from: midnight(from).toISOString(), to: (end < now ? end : now).toISOString() }
  },
}

/** The begin of a day such as 2026-11-30; without one, of the first of all. */
function midnight(day: string): Date {
  const [year, month, date] = day.split('-').map(Number)
  return new Date(year || 1970, (month || 1) - 1, date || 1)
}
