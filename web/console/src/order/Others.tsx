import { Avatar, Tooltip } from '@mantine/core'
import type { ReactNode } from 'react'
import { IconPencil } from '@tabler/icons-react'
import { type Person, useOthers } from '../api/presence'
import { useWords } from '../language'
import classes from './order.module.css'

const most = 4 // that have an avatar

/** Who else is at the order now, and whether they look at it or change it. */
export function Others({ order }: { order: string }) {
  const { t } = useWords()
  const people = useOthers(order)
  const says = (p: Person) => t(`presence/${p.doing}`, { name: p.name })
  const more = people.slice(most)
  return (
    <ul className={classes.others} aria-label={t('presence/title')} aria-live="polite">
      {people.slice(0, most).map((p) => (
        <li key={p.user_id} data-doing={p.doing}>
          <One label={says(p)}>{p.doing === 'changing' ? <IconPencil size={15} aria-hidden /> : initials(p.name)}</One>
        </li>
      ))}
      {more.length > 0 && (
        <li>
          <One label={more.map(says).join(', ')}>{`+${more.length}`}</One>
        </li>
      )}
    </ul>
  )
}

function One({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Tooltip label={label} events={{ hover: true, focus: true, touch: true }}>
      <Avatar size={30} color="accent" tabIndex={0} role="img" aria-label={label}>
        {children}
      </Avatar>
    </Tooltip>
  )
}

/** The first letters of the first and the last word. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/)
  const letter = (word = '') => [...word][0]?.toUpperCase() ?? ''
  return letter(words[0]) + (words.length > 1 ? letter(words.at(-1)) : '')
}
