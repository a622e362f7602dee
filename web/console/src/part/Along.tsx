import type { Icon } from '@tabler/icons-react'
import classes from './part.module.css'

/** An icon that points along the line of reading, or back: it turns with the script. */
export function Along({ icon: Icon, size = 14 }: { icon: Icon; size?: number }) {
  return <Icon size={size} className={classes.along} aria-hidden />
}
