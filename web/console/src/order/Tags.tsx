import { Autocomplete, Button, Group, Popover, Text } from '@mantine/core'
import { useDebouncedValue, useDisclosure } from '@mantine/hooks'
import { IconPlus } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useMay } from '../api/me'
import { useKeys } from '../frame/useKeys'
import { useWords } from '../language'
import { quoted } from '../filter/filter'
import { useTagsInUse } from '../filter/useTagsInUse'
import { Tag } from '../part/Tag'
import type { Whole } from './useOrder'
import { useTag } from './useTag'

/** The tags of the order: each leads to all orders that have it, and can be taken off. */
export function Tags({ order }: { order: Whole }) {
  const { t } = useWords()
  const [open, { toggle, open: show, close }] = useDisclosure()
  const change = useTag(order)
  const may = useMay()
  const tags = order.tags ?? []
  useKeys({ t: () => may('order.tag') && show() })
  return (
    <Group gap={6} mt={8} role="group" aria-label={t('tag/tags')}>
      {tags.map((tag) => (
        <Tag key={tag} tag={tag} remove={may('order.untag') ? () => change.mutate({ tag, on: false }) : undefined}>
          <Link to="/orders" search={{ filter: `tag:${quoted(tag)}` }} aria-label={t('tag/find', { tag })}>
            <bdi>{tag}</bdi>
          </Link>
        </Tag>
      ))}
      {may('order.tag') && <Popover opened={open} onChange={(opened) => !opened && close()} position="bottom-start" trapFocus returnFocus width={260}>
        <Popover.Target>
          <Button variant="subtle" color="gray" size="compact-xs" leftSection={<IconPlus size={13} />} onClick={toggle}>
            {t('tag/add')}
          </Button>
        </Popover.Target>
        <Popover.Dropdown>
          <Add had={tags} add={(tag) => change.mutate({ tag, on: true })} close={close} />
        </Popover.Dropdown>
      </Popover>}
    </Group>
  )
}

function Add({ had, add, close }: { had: string[]; add: (tag: string) => void; close: () => void }) {
  const { t } = useWords()
  const [text, setText] = useState('')
  const [begun] = useDebouncedValue(text.trim(), 120)
  const known = useTagsInUse(begun).data ?? []
  const take = (tag: string) => {
    if (!tag.trim()) return
    add(tag.trim())
    queueMicrotask(() => setText('')) // after the field took over what was picked
  }
  return (
    <form
      onSubmit={(e) => {
        e.preventDefault()
        take(text)
      }}
    >
      <Autocomplete
        data-autofocus
        aria-label={t('tag/tag')}
        placeholder={t('tag/placeholder')}
        maxLength={40}
        dir="auto"
        value={text}
        onChange={setText}
        onOptionSubmit={take}
        clearable={false}
        data={known.filter((tag) => !had.includes(tag))}
        comboboxProps={{ withinPortal: false, transitionProps: { duration: 0 } }}
        onKeyDown={(e) => e.key === 'Escape' && close()}
      />
      <Text size="xs" c="dimmed" mt={6}>
        {t('tag/hint')}
      </Text>
    </form>
  )
}
