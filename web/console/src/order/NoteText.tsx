import { ActionIcon, Group, Menu } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import { useState } from 'react'
import { useWords } from '../language'
import { Badge } from '../part/Status'
import { Composer } from './Composer'
import { pieces } from './mention'
import classes from './order.module.css'
import type { Whole } from './useOrder'
import { mayChange, type Note, pending, useEditNote, useRemoveNote } from './useNotes'

/** A note as it was written, who may read it, and what its author can do with it for a while. */
export function NoteText({ order, note }: { order: Whole; note: Note }) {
  const { t } = useWords()
  const [editing, setEditing] = useState(false)
  const edit = useEditNote(order, note.id)
  const remove = useRemoveNote(order, note.id)
  if (editing)
    return (
      <Composer
        order={order}
        start={{ text: note.text, visibility: note.visibility, mentions: note.mentions ?? [] }}
        dismiss={() => setEditing(false)}
        send={(written, back) => void edit.mutateAsync(written).then(() => setEditing(false), back)}
      />
    )
  return (
    <blockquote className={classes.note} dir="auto" aria-busy={note.id.startsWith(pending) || undefined}>
      <NoteBody note={note} />
      {mayChange(note) && (
        <Menu position="bottom-end" width={160}>
          <Menu.Target>
            <ActionIcon variant="subtle" color="gray" size="sm" aria-label={t('note/more')} className={classes.noteMenu}>
              <IconDots size={15} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => setEditing(true)}>{t('note/edit')}</Menu.Item>
            <Menu.Item c="var(--ordo-red)" onClick={() => remove.mutate()}>
              {t('note/remove')}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
    </blockquote>
  )
}

/** What a note says, with whom it mentions, who may read it, and whether it was changed. */
export function NoteBody({ note }: { note: Note }) {
  const { t } = useWords()
  return (
    <>
      <bdi>{pieces(note.text, note.mentions ?? []).map((piece, i) => (i % 2 === 1 ? <strong key={i}>{piece}</strong> : piece))}</bdi>
      {(note.visibility === 'customer' || note.edited_at) && (
        <Group component="footer" gap="xs" mt={4} className={classes.noteFoot}>
          {note.visibility === 'customer' && <Badge tone="violet">{t('note/customer')}</Badge>}
          {note.edited_at && <span>{t('note/edited')}</span>}
        </Group>
      )}
    </>
  )
}
