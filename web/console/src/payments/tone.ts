import type { Schemas } from '../api/client'
import type { Tone } from '../theme'

/** The tone of what became of an attempt. */
export const toneOfAttempt: Record<Schemas['PaymentAttempt']['state'], Tone> = {
  pending: 'blue',
  requires_action: 'amber',
  unknown: 'red',
  succeeded: 'green',
  failed: 'grey',
  voided: 'grey',
  expired: 'grey',
}
