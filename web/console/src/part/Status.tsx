import { useWords } from '../language'
import type { Tone } from '../theme'
import classes from './Status.module.css'
import { type Of, type StatusOf, toneOf } from './tone'

/** A word with the color of what it says; without ground where many stand in a table. */
export function Badge({ tone, children, plain = false }: { tone: Tone; children: string; plain?: boolean }) {
  return (
    <span className={classes.badge} data-tone={tone} data-plain={plain || undefined}>
      {children}
    </span>
  )
}

export function Status<O extends Of>({ of, is, plain }: { of: O; is: StatusOf<O>; plain?: boolean }) {
  const { t } = useWords()
  return (
    <Badge tone={(toneOf[of] as Record<string, Tone>)[is] ?? 'grey'} plain={plain}>
      {t(`${of}/${is}` as 'status/draft')}
    </Badge>
  )
}
