import type { ReactNode } from 'react'
import classes from './desk.module.css'

/** What is done next, always in the same place, under the thumb. */
export function Bar({ children }: { children: ReactNode }) {
  return <div className={classes.bar}>{children}</div>
}
