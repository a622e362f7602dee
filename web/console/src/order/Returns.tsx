import { Button, Group, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useMay } from '../api/me'
import { useWords } from '../language'
import { Card } from '../part/Card'
import { Moment } from '../part/Moment'
import { Money } from '../part/Money'
import { Status } from '../part/Status'
import { CommandForm } from './CommandForm'
import { returnable, specOf } from './commands'
import classes from './order.module.css'
import { useExecution, type Whole } from './useOrder'

/** What is to come back or came back; nothing where nothing has left yet. */
export function Returns({ order }: { order: Whole }) {
  const { t } = useWords()
  const { data } = useExecution(order.id)
  const [open, setOpen] = useState(false)
  const mayLook = useMay()('return.get')
  const may = useMay()('return.request') && returnable(order).length > 0
  const returns = data?.returns ?? []
  if (!may && returns.length === 0) return null
  return (
    <Card
      title={t('order/returns')}
      aside={
        may && (
          <Button variant="default" size="compact-sm" onClick={() => setOpen(true)}>
            {t('action/return.request')}
          </Button>
        )
      }
    >
      <ul className={classes.rows}>
        {returns.map((r) => (
          <li key={r.id}>
            <div>
              <Group gap="sm">
                <Text fw={560}>
                  {mayLook ? (
                    <Link to="/returns/$id" params={{ id: r.id }}>
                      <bdi>{r.number}</bdi>
                    </Link>
                  ) : (
                    <bdi>{r.number}</bdi>
                  )}
                </Text>
                <Text size="sm" c="dimmed">
                  <Moment at={r.created_at} />
                </Text>
              </Group>
              <div className={classes.facts}>
                <span>{t(`outcome/${r.outcome}`)}</span>
                {r.value.amount > 0 && <Money of={r.value} />}
              </div>
            </div>
            <Status of="return" is={r.status} />
          </li>
        ))}
        {returns.length === 0 && (
          <Text component="li" c="dimmed" size="sm">
            {t('order/noReturns')}
          </Text>
        )}
      </ul>
      {open && <CommandForm order={order} spec={specOf('return.request')!} close={() => setOpen(false)} />}
    </Card>
  )
}
