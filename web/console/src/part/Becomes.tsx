import { IconArrowNarrowRight } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { Along } from './Along'
import classes from './part.module.css'

/** What was, crossed out, and what is instead. */
export function Becomes({ before, after }: { before: ReactNode; after: ReactNode }) {
  return (
    <span className={classes.becomes}>
      <s>
        <bdi>{before}</bdi>
      </s>{' '}
      <Along icon={IconArrowNarrowRight} /> <bdi>{after}</bdi>
    </span>
  )
}
