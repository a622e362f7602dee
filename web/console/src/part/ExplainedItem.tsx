import { Menu, Text } from '@mantine/core'

type Props = { label: string; why?: string; act: () => void; final?: boolean }

/** An item of a menu that tells why it can't be used now. */
export function ExplainedItem({ label, why, act, final }: Props) {
  if (!why)
    return (
      <Menu.Item c={final ? 'var(--ordo-red)' : undefined} onClick={act}>
        {label}
      </Menu.Item>
    )
  return (
    <Menu.Item aria-disabled closeMenuOnClick={false} c="dimmed" style={{ cursor: 'default' }}>
      {label}
      <Text size="xs" c="dimmed">
        {why}
      </Text>
    </Menu.Item>
  )
}
