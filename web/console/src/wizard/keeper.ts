import type { Order } from '../api/client'
import { type Fault, Problem } from '../api/problem'
import { type Agreement, begun, type Refused, request, type Sent, taken, type Work, workOf } from './work'

export type Saved = {
  work: Work
  draft?: Order // as the server has it
  saving: boolean
  at?: number // when it was last saved
  faults: ReadonlyMap<number, Fault[]> // of lines, by their keys
  trouble?: unknown // why the rest is not saved
}

/** Writes the agreement: a new draft, or the next revision of one. */
export type Write = (body: Agreement, draft: Order | undefined, key: string) => Promise<Order>

/** A request, which is sent again as it is until its outcome is known. */
type Attempt = { body: Agreement; sent: Sent[]; draft?: Order; made: number; key: string }

const calm = 250 // milliseconds in which changes are gathered
const again = 2_000 // after a lost connection

/**
 * Keeps a draft saved while it is worked on: each change soon after it was made, one request at a time. Lines that the
 * server refuses stay as they were typed, and the rest is saved. After a lost connection the same request is sent again
 * under the same key.
 */
export class Keeper {
  #now: Saved
  #write: Write
  #hearers = new Set<() => void>()
  #makeKey: () => string
  #attempt: Attempt | undefined
  #refused = new Map<number, Refused>()
  #made = 0 // changes
  #kept = 0 // of them
  #timer: ReturnType<typeof setTimeout> | undefined
  #run: Promise<void> | undefined

  constructor(work: Work, draft: Order | undefined, write: Write, makeKey: () => string) {
    this.#now = { work, draft, saving: false, faults: new Map() }
    this.#write = write
    this.#makeKey = makeKey
  }

  readonly now = () => this.#now

  readonly hear = (tell: () => void) => {
    this.#hearers.add(tell)
    return () => void this.#hearers.delete(tell)
  }

  /** Whether something was changed that the server does not have. */
  get open(): boolean {
    return this.#made !== this.#kept || this.#now.saving
  }

  change(next: (work: Work) => Work) {
    const before = this.#now.work
    const work = next(before)
    if (work === before) return
    this.#made++
    this.#tell({ work, faults: this.#forget(before, work) })
    this.#later(calm)
  }

  /** Saves what is open, at once; throws why it can't be. */
  async flush(): Promise<Order | undefined> {
    clearTimeout(this.#timer)
    await this.#save()
    if (this.#made !== this.#kept) throw this.#now.trouble
    return this.#now.draft
  }

  /** Goes on with the draft as it is on the server: another device changed it. */
  load(draft: Order) {
    clearTimeout(this.#timer)
    this.#refused.clear()
    this.#attempt = undefined
    this.#kept = this.#made
    this.#tell({ work: workOf(draft), draft, faults: new Map(), trouble: undefined })
  }

  stop() {
    clearTimeout(this.#timer)
    if (this.#made !== this.#kept && !this.#now.trouble) void this.#save()
  }

  #later(pause: number) {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#save(), pause)
  }

  #save(): Promise<void> {
    this.#run ??= this.#writeAll().finally(() => (this.#run = undefined))
    return this.#run
  }

  async #writeAll() {
    while (this.#made !== this.#kept) {
      const { work, draft } = this.#now
      if (!draft && !begun(work) && !this.#attempt) return void (this.#kept = this.#made)
      const attempt = (this.#attempt ??= { ...request(work, this.#refused), draft, made: this.#made, key: this.#makeKey() })
      this.#tell({ saving: true })
      let answer
      try {
        answer = await this.#write(attempt.body, attempt.draft, attempt.key)
      } catch (error) {
        this.#tell({ saving: false })
        if (!this.#refuse(error, attempt.sent)) return
        continue
      }
      this.#attempt = undefined
      this.#kept = attempt.made
      const { work: now } = this.#now
      this.#tell({ draft: answer, saving: false, at: Date.now(), trouble: undefined, work: { ...now, lines: taken(now.lines, attempt.sent, answer) } })
    }
  }

  /** Notes why it was refused; tells whether another try makes sense at once: without the lines that were refused. */
  #refuse(error: unknown, sent: Sent[]): boolean {
    if (!(error instanceof Problem) || error.status >= 500 || error.status === 429) {
      this.#tell({ trouble: error })
      this.#later(again)
      return false
    }
    this.#attempt = undefined
    const faults = new Map(this.#now.faults)
    const rest: Fault[] = []
    for (const fault of error.faults) {
      const line = sent[Number(/^\/lines\/(\d+)\//.exec(fault.pointer ?? '')?.[1] ?? -1)]
      if (!line) {
        rest.push(fault)
        continue
      }
      const { key } = line.line
      if (!line.before) faults.set(key, [...(this.#refused.has(key) ? faults.get(key)! : []), fault])
      else if (!faults.has(key)) faults.set(key, [fault])
      this.#refused.set(key, line.before || !line.line.kept ? 'ever' : 'now')
    }
    this.#tell({ faults, trouble: rest.length > 0 || error.faults.length === 0 ? error : undefined })
    return rest.length === 0 && error.faults.length > 0
  }

  /** The faults without those that a change may have mended: the server counts all lines of an SKU together, and sells by channel and customer. */
  #forget(before: Work, work: Work): ReadonlyMap<number, Fault[]> {
    const lines = (all: Work) => new Map(all.lines.map((line) => [line.key, line]))
    const [was, is] = [lines(before), lines(work)]
    const touched = new Set([...before.lines, ...work.lines].filter(({ key }) => was.get(key) !== is.get(key)).map(({ sku }) => sku))
    for (const key of this.#refused.keys()) {
      const line = is.get(key)
      if (!line || touched.has(line.sku) || before.agreement !== work.agreement) this.#refused.delete(key)
    }
    return new Map([...this.#now.faults].filter(([key]) => this.#refused.has(key)))
  }

  #tell(news: Partial<Saved>) {
    this.#now = { ...this.#now, ...news }
    this.#hearers.forEach((tell) => tell())
  }
}
