import { Button, Group, Menu, TextInput } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { useWords } from '../language'
import { Choices, TagChoices } from './Chip'
import { type Field, times } from './fields'
import { terms, toggled, withValues } from './filter'

type Props = { filter: string; set: (filter: string) => void }

/** A menu that writes terms: first the field, then what it is to be. */
export function AddFilter({ fields, filter, set }: Props & { fields: Field[] }) {
  const { t } = useWords()
  const [open, setOpen] = useState(false)
  const narrow = useMediaQuery('(max-width: 48em)')
  const done = (next: string) => {
    set(next)
    setOpen(false)
  }
  return (
    <Menu opened={open} onChange={setOpen} position="bottom-end" width={220}>
      <Menu.Target>
        <Button variant="default" leftSection={<IconPlus size={15} />} h={36} aria-label={t('orders/addFilter')}>
          {narrow ? '' : t('orders/addFilter')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {fields.map((field) => (
          <Menu.Sub key={field.name} position={narrow ? 'bottom-end' : 'left-start'} openDelay={80}>
            <Menu.Sub.Target>
              <Menu.Sub.Item>{field.label}</Menu.Sub.Item>
            </Menu.Sub.Target>
            <Menu.Sub.Dropdown>
              <Offer field={field} filter={filter} set={set} done={done} />
            </Menu.Sub.Dropdown>
          </Menu.Sub>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

function Offer({ field, filter, set, done }: Props & { field: Field; done: (filter: string) => void }) {
  const { t } = useWords()
  if (field.values) {
    const chosen = terms(filter).find((term) => term.field === field.name && !term.negated)?.values ?? []
    return <Choices field={field} chosen={chosen} choose={(value) => (chosen.length > 0 ? set : done)(withValues(filter, field.name, toggled(chosen, value)))} />
  }
  if (field.kind === 'tag') return <TagChoices filter={filter} set={done} />
  if (field.kind === 'time')
    return times.map(([name, operator, value]) => (
      <Menu.Item key={name} onClick={() => done(withValues(filter, field.name, [value], operator))}>
        {t(`field/${name}`)}
      </Menu.Item>
    ))
  return <Typed field={field} apply={(value, operator) => done(withValues(filter, field.name, [value], operator))} />
}

function Typed({ field, apply }: { field: Field; apply: (value: string, operator: string) => void }) {
  const { t } = useWords()
  const [value, setValue] = useState('')
  return (
    <form
      onSubmit={(e) => {
        e.preventDefault()
        if (value.trim()) apply(value.trim(), field.kind === 'money' ? '>' : ':')
      }}
    >
      <Group gap="xs" p={4} wrap="nowrap">
        <TextInput
          size="xs"
          data-autofocus
          aria-label={t('field/value')}
          placeholder={field.kind === 'money' ? t('field/over', { amount: '500' }) : undefined}
          value={value}
          onChange={(e) => setValue(e.currentTarget.value)}
          onKeyDown={(e) => e.stopPropagation()}
        />
        <Button type="submit">{t('field/apply')}</Button>
      </Group>
    </form>
  )
}
