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
  const [releasing, release] = useState<Hold>() // here, since its bar goes away before the server has answered
  const spec = specOf('order.release_hold')!
  return (
    <>
      {order.holds
        .filter((h) => !h.released_at)
        .map((hold, i) => (
          <HoldBar key={hold.id || i} hold={hold} order={order} release={() => release(hold)} />
        ))}
      {releasing && <CommandForm order={order} spec={{ ...spec, inputs: spec.inputs.map((i) => ({ ...i, start: () => releasing.id })) }} close={() => release(undefined)} />}
    </>
  )
}

function HoldBar({ hold, order, release }: { hold: Hold; order: Whole; release: () => void }) {
  const { t } = useWords()
  const owner = useName(hold.owner)
  const may = order.actions?.some((a) => a.name === 'order.release_hold' && a.allowed) && hold.id !== ''
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
          <Button variant="default" onClick={release}>
            {t('action/order.release_hold')}
          </Button>
        </Group>
      )}
    </div>
  )
}
