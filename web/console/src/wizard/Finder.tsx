import { Combobox, Loader, Text, TextInput, useCombobox } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type ClipboardEvent, type KeyboardEvent, type ReactNode, type Ref, type RefObject, useEffect, useRef, useState } from 'react'
import { useWords } from '../language'
import { useFailed } from '../api/useFailed'
import { Problem } from '../api/problem'

/** What is typed in a field and not taken yet, and what is being looked for, one after the other. */
export type Entry = { typed: string; search: Promise<unknown> }

type Props<T> = {
  label: string
  hint: string
  of: string // names what is found, for what is remembered
  words: (typed: string) => string // that are looked for
  find: (words: string, signal?: AbortSignal) => Promise<T[]>
  show: (item: T, typed: string) => ReactNode
  choose: (item: T, typed: string) => void
  none?: (typed: string) => ReactNode // where nothing is found
  at?: (typed: string) => boolean // takes the text itself at once, without looking for it
  missed?: (typed: string) => boolean // takes a text that finds nothing
  paste?: (e: ClipboardEvent<HTMLInputElement>) => void
  entry?: RefObject<Entry>
  input: Ref<HTMLInputElement>
  error?: ReactNode
  autoFocus?: boolean
}

/** A field that finds while one types. Enter takes the best match, also one that has not arrived yet. */
export function Finder<T extends { id: string }>({ label, hint, of, words, find, show: draw, choose, none, at, missed, paste, entry, input, error, autoFocus }: Props<T>) {
  const { t } = useWords()
  const failed = useFailed()
  const client = useQueryClient()
  const [typed, show] = useState('')
  const own = useRef<Entry>({ typed: '', search: Promise.resolve() })
  const { current: line } = entry ?? own
  const setTyped = (text: string) => {
    line.typed = text
    show(text)
  }
  const [asked] = useDebouncedValue(words(typed), 120)
  const combobox = useCombobox()
  const search = (w: string) => ({ queryKey: ['wizard', 'find', of, w], staleTime: 30_000, queryFn: ({ signal }: { signal?: AbortSignal }) => find(w, signal) })
  const found = useQuery({ ...search(asked), enabled: asked.length > 0, placeholderData: (before) => before })
  const items = words(typed) && asked ? (found.data ?? []) : []
  const { selectFirstOption, resetSelectedOption } = combobox
  useEffect(() => {
    if (items.length > 0) selectFirstOption()
    else resetSelectedOption()
  }, [items, selectFirstOption, resetSelectedOption])

  const take = (item: T, text: string) => {
    setTyped('')
    combobox.closeDropdown()
    choose(item, text)
  }
  function enter(e: KeyboardEvent<HTMLInputElement>) {
    if (e.key !== 'Enter' || e.ctrlKey || e.metaKey || e.nativeEvent.isComposing || !typed.trim()) return
    e.preventDefault()
    const index = combobox.getSelectedOptionIndex()
    combobox.resetSelectedOption() // so that the list does not take it too
    combobox.closeDropdown()
    if (at?.(typed.trim())) return setTyped('')
    const now = words(typed)
    const fresh = now === asked && found.isSuccess && !found.isPlaceholderData
    if (fresh && items[index]) return take(items[index], typed)
    setTyped('') // the next one can be typed at once
    const coming = client.fetchQuery(search(now))
    line.search = Promise.allSettled([coming, line.search]).then(async () => {
      try {
        const [best] = await coming
        if (best) choose(best, typed)
        else if (!missed?.(typed.trim())) setTyped(line.typed || typed)
      } catch (problem) {
        setTyped(line.typed || typed)
        failed(t('wizard/notFound'), problem as Error)
      }
    })
  }

  const empty = words(typed) !== '' && asked !== '' && found.isSuccess && !found.isPlaceholderData && items.length === 0
  const refused = found.error instanceof Problem ? found.error.message : found.error ? t('state/unreachable') : undefined
  return (
    <Combobox store={combobox} onOptionSubmit={(id) => take(items.find((item) => item.id === id)!, typed)} transitionProps={{ duration: 80 }} shadow="md">
      <Combobox.Target withExpandedAttribute>
        <TextInput
          ref={input}
          label={label}
          placeholder={hint}
          value={typed}
          dir="auto"
          autoFocus={autoFocus}
          autoComplete="off"
          spellCheck={false}
          maxLength={300}
          error={error ?? (words(typed) && refused)}
          rightSection={found.isFetching ? <Loader size={14} /> : null}
          onChange={(e) => {
            setTyped(e.currentTarget.value)
            combobox.openDropdown()
          }}
          onFocus={() => combobox.openDropdown()}
          onBlur={() => combobox.closeDropdown()}
          onKeyDown={enter}
          onPaste={paste}
        />
      </Combobox.Target>
      <Combobox.Dropdown hidden={items.length === 0 && !empty}>
        <Combobox.Options aria-label={label}>
          {items.map((item) => (
            <Combobox.Option key={item.id} value={item.id}>
              {draw(item, typed)}
            </Combobox.Option>
          ))}
          {empty && <Combobox.Empty>{none?.(typed) ?? <Text size="sm">{t('palette/nothing')}</Text>}</Combobox.Empty>}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  )
}
