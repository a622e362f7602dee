import { Button, Group, Popover, Stack, TextInput } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconDiscount } from '@tabler/icons-react'
import { useState } from 'react'
import { useWords } from '../language'
import { counted } from '../part/format'
import { type Discount as Asked, discountOf, typed } from './discount'

type Props = {
  of: string // what it is taken off
  asked: Asked[]
  currency: string
  set: (asked: Asked[] | undefined) => void
}

/** What is taken off by hand: one discount, or as many as the order came with. The server says whether its clerk may give as much. */
export function Discount({ of, asked, currency, set }: Props) {
  const { t, locale } = useWords()
  const [opened, { toggle, close }] = useDisclosure()
  const says = asked.length > 1 ? t('wizard/offSeveral', counted(asked.length, locale)) : asked[0] && `−${typed(asked[0], currency, locale)}`
  return (
    <Popover opened={opened} onChange={(open) => !open && close()} position="bottom-end" width={260} trapFocus returnFocus>
      <Popover.Target>
        <Button variant="subtle" color={says ? undefined : 'gray'} size="compact-sm" onClick={toggle} aria-label={[t('wizard/offOf', { of }), says].filter(Boolean).join(': ')}>
          {says ? <bdi>{says}</bdi> : <IconDiscount size={16} stroke={1.6} />}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Form
          asked={asked}
          currency={currency}
          set={(to) => {
            set(to)
            close()
          }}
        />
      </Popover.Dropdown>
    </Popover>
  )
}

function Form({ asked, currency, set }: Omit<Props, 'of'>) {
  const { t, locale } = useWords()
  const [first] = asked
  const [text, setText] = useState(first ? typed(first, currency, locale) : '')
  const [label, setLabel] = useState(first?.label ?? t('wizard/off'))
  const [wrong, setWrong] = useState(false)
  return (
    <form
      noValidate
      onSubmit={(e) => {
        e.preventDefault()
        const discount = discountOf(text, label.trim() || t('wizard/off'), currency, locale)
        setWrong(!discount)
        if (discount) set([discount])
      }}
    >
      <Stack gap="xs">
        <TextInput data-autofocus label={t('wizard/off')} description={t('wizard/offHint')} dir="ltr" autoComplete="off" value={text} error={wrong && t('wizard/offWrong')} onChange={(e) => setText(e.currentTarget.value)} />
        <TextInput label={t('wizard/offLabel')} dir="auto" maxLength={100} value={label} onChange={(e) => setLabel(e.currentTarget.value)} />
        <Group justify="end" gap="xs">
          {first && (
            <Button variant="default" size="compact-sm" onClick={() => set(undefined)}>
              {t('wizard/offNone')}
            </Button>
          )}
          <Button type="submit" size="compact-sm">
            {t('wizard/offTake')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
