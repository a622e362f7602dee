import { ActionIcon, Button, Checkbox, Divider, Group, Popover, Stack, Switch, Text, Tooltip } from '@mantine/core'
import { IconChevronDown, IconChevronUp, IconColumns3, IconPin, IconPinFilled } from '@tabler/icons-react'
import { useWords } from '../language'
import { columns } from './columns'
import { movable } from './layout'
import type { useLayout } from './useLayout'

/** Which columns are shown, in which order, which stay in view, and how dense; whose choice that is stands below. */
export function ColumnMenu({ layout, lead }: { layout: ReturnType<typeof useLayout>; lead: string }) {
  const { t } = useWords()
  const shown = layout.shown.map((c) => c.id)
  const ordered = [...layout.shown, ...columns.filter((c) => !shown.includes(c.id))]
  return (
    <Popover position="bottom-end" width={300} trapFocus>
      <Popover.Target>
        <Tooltip label={t('orders/columns')}>
          <ActionIcon variant="default" size={36} aria-label={t('orders/columns')}>
            <IconColumns3 size={17} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('orders/columns')}>
        <Stack gap={2}>
          {ordered.map(({ id }) => (
            <Group key={id} justify="space-between" wrap="nowrap" mih={28}>
              <Checkbox size="xs" label={t(`column/${id}`)} checked={shown.includes(id)} disabled={shown.length === 1 && shown[0] === id} onChange={() => layout.toggle(id)} />
              {shown.includes(id) && (
                <Group gap={0} wrap="nowrap">
                  <Pin pinned={layout.shown.some((c) => c.id === id && c.pinned)} label={t('orders/pin', { column: t(`column/${id}`) })} flip={() => layout.pin(id)} />
                  <ActionIcon variant="subtle" color="gray" size="sm" disabled={!movable(layout.shown, id, -1)} onClick={() => layout.move(id, -1)} aria-label={t('orders/up', { column: t(`column/${id}`) })}>
                    <IconChevronUp size={15} />
                  </ActionIcon>
                  <ActionIcon variant="subtle" color="gray" size="sm" disabled={!movable(layout.shown, id, 1)} onClick={() => layout.move(id, 1)} aria-label={t('orders/down', { column: t(`column/${id}`) })}>
                    <IconChevronDown size={15} />
                  </ActionIcon>
                </Group>
              )}
            </Group>
          ))}
        </Stack>
        <Divider my="sm" />
        <Switch size="xs" label={t('orders/dense')} checked={layout.dense} onChange={(e) => layout.setDense(e.currentTarget.checked)} />
        <Group justify="space-between" mt="sm" wrap="nowrap">
          <Text size="xs" c="dimmed">
            {lead}
          </Text>
          <Button variant="subtle" size="compact-xs" flex="none" onClick={layout.reset}>
            {t('orders/reset')}
          </Button>
        </Group>
      </Popover.Dropdown>
    </Popover>
  )
}

function Pin({ pinned, label, flip }: { pinned: boolean; label: string; flip: () => void }) {
  return (
    <ActionIcon variant="subtle" color={pinned ? undefined : 'gray'} size="sm" onClick={flip} aria-pressed={pinned} aria-label={label}>
      {pinned ? <IconPinFilled size={15} /> : <IconPin size={15} />}
    </ActionIcon>
  )
}
