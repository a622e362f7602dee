import { TextInput } from '@mantine/core'
import { IconBarcode, IconCircleCheck, IconCircleX } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import classes from './part.module.css'
import { sound } from './sound'

/** What a scan was: right or wrong, in words. */
export type Verdict = { right: boolean; text: string }

/** What takes the keys of a scanner by itself. */
const takes = 'input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable], [role=dialog], [role=menu], [role=listbox]'

/**
 * Where scanners type: a scanner is a keyboard that types a code and Enter. It gets what is typed while nothing else
 * takes it. Right and wrong are told by sound, color and word.
 */
export function ScanField({ label, scanned }: { label: string; scanned: (code: string) => Verdict | Promise<Verdict> }) {
  const field = useRef<HTMLInputElement>(null)
  const [text, setText] = useState('')
  const [verdict, setVerdict] = useState<Verdict>()

  useEffect(() => {
    // The first key of a scan must reach the field, and no shortcut of the page.
    function press(e: KeyboardEvent) {
      if (e.key.length !== 1 || e.key === ' ' || e.ctrlKey || e.metaKey || e.altKey || (e.target instanceof Element && e.target.closest(takes))) return
      e.stopPropagation()
      field.current?.focus()
    }
    window.addEventListener('keydown', press, true)
    return () => window.removeEventListener('keydown', press, true)
  }, [])

  async function give() {
    const code = text.trim()
    if (!code) return
    setText('')
    const told = await scanned(code)
    sound(told.right)
    setVerdict(told)
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
        size="md"
        aria-label={label}
        placeholder={label}
        value={text}
        autoFocus
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        enterKeyHint="go"
        dir="ltr"
        leftSection={<IconBarcode size={20} stroke={1.5} />}
        onChange={(e) => setText(e.currentTarget.value)}
      />
      <div role="status" aria-live="assertive" className={classes.verdict} data-right={verdict && String(verdict.right)}>
        {verdict && (verdict.right ? <IconCircleCheck size={20} /> : <IconCircleX size={20} />)}
        <bdi>{verdict?.text}</bdi>
      </div>
    </form>
  )
}
