import { Button, Combobox, Group, Kbd, Modal, SegmentedControl, Stack, Text, Textarea, useCombobox } from '@mantine/core'
import { type KeyboardEvent, type Ref, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { useWords } from '../language'
import { begun, completed, mentioned, type Person, rejoined } from './mention'
import classes from './order.module.css'
import type { Whole } from './useOrder'
import { usePeople, type Written } from './useNotes'

type Props = {
  order: Whole
  start?: Written
  ref?: Ref<HTMLTextAreaElement>
  send: (written: Written, back: () => void) => void // back is called if it did not get through
  dismiss?: () => void
}

const empty: Written = { text: '', visibility: 'staff', mentions: [] }

/** Where a note is written: whom it mentions, and who may read it. */
export function Composer({ order, start = empty, ref, send, dismiss }: Props) {
  const { t } = useWords()
  const [written, setWritten] = useState(start)
  const [asking, setAsking] = useState(false)
  const field = useRef<HTMLTextAreaElement>(null)
  const [caret, setCaret] = useState(0)
  const at = begun(written.text, caret)
  const people = usePeople(order.id, at?.name)
  const picker = useCombobox()
  const open = people.length > 0

  const say = (text: string) => setWritten((w) => ({ ...w, text }))
  const follow = () => {
    setCaret(field.current?.selectionStart ?? 0)
    picker.resetSelectedOption()
  }

  function pick(person: Person) {
    const next = completed(written.text, caret, at!.at, person.name)
    // At once: whoever types on meanwhile would find the caret moved back.
    flushSync(() => {
      setWritten((w) => ({ ...w, text: next.text, mentions: [...w.mentions, person] }))
      setCaret(next.caret)
    })
    field.current?.setSelectionRange(next.caret, next.caret)
  }

  function give() {
    const kept = written
    setAsking(false)
    setWritten(empty)
    setCaret(0)
    send({ ...kept, text: kept.text.trim(), mentions: mentioned(kept.text, kept.mentions) }, () => setWritten((now) => rejoined(kept, now)))
  }

  function submit() {
    if (!written.text.trim()) return field.current?.focus()
    if (written.visibility === 'customer' && start.visibility !== 'customer') return setAsking(true)
    give()
  }

  function press(e: KeyboardEvent) {
    if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) {
      e.preventDefault()
      submit()
    }
    if (e.key === 'Escape') {
      if (open) setCaret(0)
      else if (dismiss) dismiss()
      else field.current?.blur()
    }
  }

  return (
    <Stack gap={8} className={classes.composer}>
      <Combobox store={{ ...picker, dropdownOpened: open }} onOptionSubmit={(id) => pick(people.find((p) => p.id === id)!)} position="bottom-start" middlewares={{ flip: true, shift: true }}>
        <Combobox.Target withKeyboardNavigation={open} withExpandedAttribute={open}>
          <Textarea
            ref={(element) => {
              field.current = element
              if (typeof ref === 'function') ref(element)
              else if (ref) ref.current = element
            }}
            aria-label={t('note/text')}
            placeholder={t('note/placeholder')}
            autosize
            minRows={dismiss ? 2 : 1}
            maxRows={12}
            maxLength={4000}
            dir="auto"
            value={written.text}
            data-autofocus={dismiss ? true : undefined}
            onChange={(e) => {
              say(e.currentTarget.value)
              follow()
            }}
            onSelect={follow}
            onKeyDown={press}
          />
        </Combobox.Target>
        <Combobox.Dropdown hidden={!open}>
          <Combobox.Options aria-label={t('note/mention')}>
            {people.map((p) => (
              <Combobox.Option key={p.id} value={p.id}>
                <bdi>{p.name}</bdi>
              </Combobox.Option>
            ))}
          </Combobox.Options>
        </Combobox.Dropdown>
      </Combobox>
      <Group justify="space-between" gap="xs">
        <SegmentedControl
          size="xs"
          aria-label={t('note/who')}
          value={written.visibility}
          onChange={(v) => setWritten((w) => ({ ...w, visibility: v as Written['visibility'] }))}
          data={(['staff', 'customer'] as const).map((value) => ({ value, label: t(`note/${value}`) }))}
        />
        <Group gap="xs">
          <Text size="xs" c="dimmed" visibleFrom="sm">
            <Kbd size="xs">@</Kbd> {t('note/hint')}
          </Text>
          {dismiss && (
            <Button variant="default" size="compact-sm" onClick={dismiss}>
              {t('input/dismiss')}
            </Button>
          )}
          <Button size="compact-sm" disabled={!written.text.trim()} onClick={submit}>
            {t(dismiss ? 'note/save' : 'note/send')}
          </Button>
        </Group>
      </Group>
      <Modal opened={asking} onClose={() => setAsking(false)} title={t('note/askTitle')} closeButtonProps={{ 'aria-label': t('keys/close') }}>
        <Stack>
          <Text>{t('note/askText')}</Text>
          <blockquote className={classes.note} dir="auto">
            {written.text}
          </blockquote>
          <Group justify="end" gap="sm">
            <Button variant="default" onClick={() => setAsking(false)}>
              {t('input/dismiss')}
            </Button>
            <Button data-autofocus onClick={give}>
              {t('note/askYes')}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </Stack>
  )
}
