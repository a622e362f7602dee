import { ActionIcon, TextInput, Tooltip } from '@mantine/core'
import { IconBarcode, IconCircleCheck, IconCircleX, IconKeyboard } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import { useWords } from '../language'
import classes from './desk.module.css'
import { fnc1 } from './scan'
import { sound } from './sound'

/** What a scan was: right or wrong, in words. */
export type Verdict = { right: boolean; text: string }

type Props = { label: string; scanned: (code: string) => Verdict | Promise<Verdict> }

/** What takes the keys of a scanner by itself. */
const takes = 'input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable], [role=dialog], [role=menu], [role=listbox]'
const writing = (target: EventTarget | null) => target instanceof Element && target.closest(takes) !== null

/**
 * Where scanners type: a scanner is a keyboard that types a code and Enter. It has the focus whenever nothing else
 * needs it, and gets what is typed while a button has it. Right and wrong are told by sound, color and word.
 */
export function ScanField({ label, scanned }: Props) {
  const { t } = useWords()
  const field = useRef<HTMLInputElement>(null)
  const [text, setText] = useState('')
  const [verdict, setVerdict] = useState<Verdict & { at: number }>()
  const [typing, setTyping] = useState(false)

  useEffect(() => {
    // The first key of a scan must reach the field, and no shortcut of the page.
    function press(e: KeyboardEvent) {
      if (e.key.length !== 1 || e.key === ' ' || e.ctrlKey || e.metaKey || e.altKey || writing(e.target)) return
      e.stopPropagation()
      field.current?.focus()
    }
    window.addEventListener('keydown', press, true)
    return () => window.removeEventListener('keydown', press, true)
  }, [])

  async function give() {
    const code = field.current!.value.trim()
    if (!code) return
    setText('')
    const told = await scanned(code)
    sound(told.right)
    setVerdict((last) => ({ ...told, at: (last?.at ?? 0) + 1 }))
  }

  return (
    <form
      className={classes.scan}
      onSubmit={(e) => {
        e.preventDefault()
        void give()
      }}
    >
      <TextInput
        ref={field}
        size="lg"
        aria-label={label}
        placeholder={label}
        value={text}
        autoFocus
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        enterKeyHint="go"
        dir="ltr"
        inputMode={typing ? 'text' : 'none'} // a phone's own keyboard would hide the task
        leftSection={<IconBarcode size={22} stroke={1.5} />}
        rightSection={
          <Tooltip label={t('desk/type')}>
            <ActionIcon
              size="lg"
              variant={typing ? 'light' : 'subtle'}
              color="gray"
              aria-label={t('desk/type')}
              aria-pressed={typing}
              onClick={() => {
                setTyping(!typing)
                field.current?.focus()
              }}
              className={classes.touch}
            >
              <IconKeyboard size={20} stroke={1.5} />
            </ActionIcon>
          </Tooltip>
        }
        onChange={(e) => setText(e.currentTarget.value)}
        onKeyDown={(e) => {
          if (e.ctrlKey && e.key === ']') {
            e.preventDefault() // so scanners type what separates the elements of GS1
            setText((now) => now + fnc1)
          }
        }}
        onBlur={() => setTimeout(() => document.activeElement === document.body && field.current?.focus())}
      />
      <div role="status" aria-live="assertive" className={classes.verdict} data-right={verdict && String(verdict.right)}>
        {verdict && (verdict.right ? <IconCircleCheck size={22} /> : <IconCircleX size={22} />)}
        <bdi key={verdict?.at}>{verdict?.text ?? t('desk/ready')}</bdi>
      </div>
    </form>
  )
}
