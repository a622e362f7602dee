import type { Schemas } from '../api/client'

export type Part = Schemas['AuditVerification']

/** How far a verification has come. */
export type Progress = { checked: number; last: number; checkpoints: number; part: Part }

/** Verifies the log from its begin, part by part, each from the hash of the one before, until its end, a fault or a stop. */
export async function verifyAll(ask: (from: { after?: number; hash?: string }) => Promise<Part>, tell: (progress: Progress) => void, signal: AbortSignal): Promise<void> {
  let from: { after?: number; hash?: string } = {}
  for (let checked = 0, checkpoints = 0; !signal.aborted; ) {
    const part = await ask(from)
    if (signal.aborted) return
    checked += part.checked
    checkpoints += part.checkpoints
    tell({ checked, checkpoints, last: part.last, part })
    if (part.done || part.fault) return
    from = { after: part.to, hash: part.hash }
  }
}
