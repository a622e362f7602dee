import { Button, Group, Text } from '@mantine/core'
import { IconLock } from '@tabler/icons-react'
import { useState } from 'react'
import { useWords } from '../language'
import { CommandForm } from './CommandForm'
import { specOf } from './commands'
import { Said } from './Head'
import classes from './order.module.css'
import { useName } from './useName'
import type { Whole } from './useOrder'

type Hold = Whole['holds'][number]

/** What stops the order, why, and the way to end it. */
export function Holds({ order }: { order: Whole }) {
  const active = order.holds.filter((h) => !h.released_at)
  return active.map((hold, i) => <HoldBar key={hold.id || i} hold={hold} order={order} />)
}

function HoldBar({ hold, order }: { hold: Hold; order: Whole }) {
  const { t } = useWords()
  const [open, setOpen] = useState(false)
  const owner = useName(hold.owner)
  const release = specOf('order.release_hold')!
  const may = order.actions?.some((a) => a.name === release.name && a.allowed) && hold.id !== ''
  return (
    <div className={classes.hold} role="note">
      <IconLock size={18} stroke={1.8} />
      <div>
        <Text fw={600} inherit>
          {t('order/held', { kind: t(`hold/${hold.kind}`) })}
        </Text>
        <Text size="sm" c="inherit">
          <Said text={t('order/heldWhy', { reason: hold.reason, owner, when: '\n' })} at={hold.created_at} /> {hold.release_when === 'authorized' && t('order/releaseWhen')}
        </Text>
      </div>
      {may && (
        <Group ms="auto">
          <Button variant="default" onClick={() => setOpen(true)}>
            {t('action/order.release_hold')}
          </Button>
        </Group>
      )}
      {open && <CommandForm order={order} spec={{ ...release, inputs: release.inputs.map((i) => ({ ...i, start: () => hold.id })) }} close={() => setOpen(false)} />}
    </div>
  )
}
