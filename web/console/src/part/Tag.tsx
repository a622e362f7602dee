import { Pill } from '@mantine/core'
import type { ReactNode } from 'react'
import { useWords } from '../language'
import classes from './part.module.css'

/** A tag as people wrote it; it can be taken off where remove is given. */
export function Tag({ tag, remove, children }: { tag: string; remove?: () => void; children?: ReactNode }) {
  const { t } = useWords()
  return (
    <Pill className={classes.tag} withRemoveButton={remove !== undefined} onRemove={remove} removeButtonProps={{ 'aria-label': t('tag/remove', { tag }), 'aria-hidden': false, tabIndex: 0 }}>
      {children ?? <bdi>{tag}</bdi>}
    </Pill>
  )
}
