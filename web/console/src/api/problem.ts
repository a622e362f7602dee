import type { components } from './schema'

export type Fault = { code: string; detail: string; remedy?: string; pointer?: string; allowed?: string[] }

/** Whether a fault is about an input, or something within it; name is as in pointers, such as address/city. */
export function pointsTo({ pointer }: Fault, name: string): boolean {
  return pointer === '/' + name || (pointer?.startsWith(`/${name}/`) ?? false)
}

type Answer = { title?: string; detail?: string; remedy?: string; code?: string; request_id?: string; faults?: Fault[]; positions?: number[] }

/** Why the server refused, as it says it: see /docs/problems. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly answer: Answer,
  ) {
    super(answer.detail ?? answer.title ?? `HTTP ${status}`)
  }

  get code() {
    return this.answer.code ?? ''
  }
  get remedy() {
    return this.answer.remedy ?? ''
  }
  get requestId() {
    return this.answer.request_id ?? ''
  }
  get faults(): Fault[] {
    return this.answer.faults ?? []
  }
  /** Of the faults in a filter: bytes from its beginning. */
  get positions(): number[] {
    return this.answer.positions ?? []
  }
}

/** The server could not be reached; nothing is known of what became of the request. */
export class Unreachable extends Error {}

export type Action = components['schemas']['Action']
