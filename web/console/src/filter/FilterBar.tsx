import { ActionIcon, Group, Loader, Text, Tooltip } from '@mantine/core'
import { IconFilter, IconX } from '@tabler/icons-react'
import { type RefObject, useCallback, useEffect, useState } from 'react'
import type { Problem } from '../api/problem'
import { useWords } from '../language'
import { AddFilter } from './AddFilter'
import { Chip } from './Chip'
import { echoes } from './echoes'
import type { Field } from './fields'
import classes from './FilterBar.module.css'
import { FilterText } from './FilterText'
import { terms } from './filter'

type Props = { fields: Field[]; hint: string; filter: string; set: (filter: string, typed?: boolean) => void; problem?: Problem; busy: boolean; input: RefObject<HTMLInputElement | null> }

const pause = 350 // milliseconds after the last key

/** The filter as text, and the same as chips. */
export function FilterBar({ fields, hint, filter, set, problem, busy, input }: Props) {
  const { t } = useWords()
  const [text, setText] = useState(filter)
  const [typed] = useState(echoes)
  const send = useCallback(
    (text: string) => {
      typed.send(text)
      set(text, true)
    },
    [typed, set],
  )
  useEffect(() => {
    if (!typed.heard(filter)) setText((now) => (now.trim() === filter ? now : filter))
  }, [typed, filter])
  useEffect(() => {
    if (text.trim() === filter) return
    const timer = setTimeout(() => send(text.trim()), pause)
    return () => clearTimeout(timer)
  }, [text, filter, send])

  const clear = () => {
    setText('')
    if (filter) set('')
  }

  const told = text.trim() === filter ? problem : undefined
  return (
    <div className={classes.bar}>
      <div className={classes.row}>
        <div className={classes.field} data-wrong={told !== undefined || undefined}>
          {busy ? <Loader size={15} /> : <IconFilter size={16} stroke={1.6} />}
          <FilterText hint={hint} text={text} set={setText} submit={() => text.trim() !== filter && send(text.trim())} positions={told?.positions ?? []} input={input} />
          {text && (
            <Tooltip label={t('orders/clearFilter')}>
              <ActionIcon variant="subtle" color="gray" size="sm" onClick={clear} aria-label={t('orders/clearFilter')}>
                <IconX size={15} />
              </ActionIcon>
            </Tooltip>
          )}
        </div>
        {fields.length > 0 && <AddFilter fields={fields} filter={filter} set={set} />}
      </div>
      {told && (
        <div id="filter-faults" role="alert" className={classes.faults}>
          {told.faults.map((fault, i) => (
            <Text key={i} size="sm" component="p">
              <bdi>{fault.detail.replace(/^At byte \d+: /, '')}</bdi>
            </Text>
          ))}
        </div>
      )}
      {terms(filter).length > 0 && (
        <Group gap={6}>
          {terms(filter).map((term) => (
            <Chip key={term.from} fields={fields} term={term} filter={filter} set={set} />
          ))}
        </Group>
      )}
    </div>
  )
}
