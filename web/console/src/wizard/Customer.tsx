import { ActionIcon, Anchor, Button, Group, Select, Stack, Text, Tooltip } from '@mantine/core'
import { IconRepeat, IconX } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { type Ref, useState } from 'react'
import type { OrderSummary } from '../api/client'
import { useMay } from '../api/me'
import { useWords } from '../language'
import { Card } from '../part/Card'
import { Moment } from '../part/Moment'
import { Money } from '../part/Money'
import { Status } from '../part/Status'
import { findCustomers } from '../filter/find'
import type { Channel, Customer as Facts } from './facts'
import { Finder } from './Finder'
import { Newcomer } from './Newcomer'
import classes from './wizard.module.css'

type Props = {
  chosen?: { id?: string; facts?: Facts; name: string } // also a guest
  choose: (customer: Facts) => void
  leave: () => void
  channels: Channel[]
  channel: string
  setChannel: (id: string) => void
  faults: string[]
  input: Ref<HTMLInputElement>
}

/** The first step: who orders, and where the order is counted. */
export function Customer({ chosen, choose, leave, channels, channel, setChannel, faults, input }: Props) {
  const { t } = useWords()
  const may = useMay()
  const [adding, setAdding] = useState<string>()
  return (
    <Card
      title={t('wizard/customer')}
      aside={
        channels.length > 1 && (
          <Select size="xs" w={180} aria-label={t('wizard/channel')} allowDeselect={false} data={channels.map((c) => ({ value: c.id, label: c.name }))} value={channel} onChange={(id) => id && setChannel(id)} />
        )
      }
    >
      {chosen ? (
        <Group justify="space-between" wrap="nowrap" align="start">
          <Who name={chosen.name} facts={chosen.facts} />
          <Tooltip label={t('wizard/otherCustomer')}>
            <ActionIcon variant="subtle" color="gray" aria-label={t('wizard/otherCustomer')} onClick={leave}>
              <IconX size={16} />
            </ActionIcon>
          </Tooltip>
        </Group>
      ) : adding !== undefined ? (
        <Newcomer typed={adding} done={choose} close={() => setAdding(undefined)} />
      ) : (
        <Stack gap="xs">
          <Finder
            label={t('wizard/findCustomer')}
            hint={t('wizard/findCustomerHint')}
            of="customer"
            words={(typed) => typed.trim()}
            find={findCustomers}
            show={(c) => <Who name={nameOf(c)} facts={c} />}
            choose={choose}
            none={(typed) => <Text size="sm">{t('wizard/noCustomer', { typed: typed.trim() })}</Text>}
            missed={(typed) => may('customer.create') && (setAdding(typed), true)}
            input={input}
            autoFocus
          />
          {may('customer.create') && (
            <Button variant="subtle" size="compact-sm" w="fit-content" onClick={() => setAdding('')}>
              {t('wizard/newCustomer')}
            </Button>
          )}
        </Stack>
      )}
      <Faults says={faults} />
    </Card>
  )
}

/** What the server has against a step, beside what stands at its fields. */
export function Faults({ says }: { says: string[] }) {
  return says.map((text) => (
    <Text key={text} role="alert" c="var(--ordo-red)" size="sm" mt="xs">
      <bdi>{text}</bdi>
    </Text>
  ))
}

export function nameOf(c: { name?: string; company?: string }): string {
  return c.company || c.name || ''
}

function Who({ name, facts }: { name: string; facts?: Facts }) {
  const { t } = useWords()
  const more = [facts?.company && facts.name, facts?.number, facts?.email, facts?.phone, facts && t(`customer_type/${facts.type}` as 'customer_type/vip')].filter(Boolean)
  return (
    <div className={classes.who}>
      <bdi className={classes.name}>{name}</bdi>
      <Text size="sm" c="dimmed" className={classes.facts}>
        {more.map((text, i) => (
          <bdi key={i}>{text}</bdi>
        ))}
      </Text>
    </div>
  )
}

/** Orders one can go on with or order again. */
export function Before({ title, orders, again }: { title: string; orders: OrderSummary[]; again?: (id: string) => void }) {
  const { t } = useWords()
  if (orders.length === 0) return null
  return (
    <Card title={title}>
      <ul className={classes.before}>
        {orders.map((o) => (
          <li key={o.id}>
            {again ? (
              <Anchor component={Link} to="/orders/$id" params={{ id: o.id } as never} target="_blank">
                {o.number}
              </Anchor>
            ) : (
              <Anchor component={Link} to="/orders/new" search={{ draft: o.id } as never}>
                <bdi>{nameOf({ name: o.customer_name, company: o.company }) || t('orders/draft')}</bdi>
              </Anchor>
            )}
            <Text span size="sm" c="dimmed">
              <Moment at={o.placed_at ?? o.updated_at} />
            </Text>
            {again ? <Status of="status" is={o.status} /> : <Text span size="sm" c="dimmed" truncate>{o.reference && <bdi>{o.reference}</bdi>}</Text>}
            <Money of={o.total} />
            {again && (
              <Tooltip label={t('wizard/again')}>
                <ActionIcon variant="subtle" aria-label={t('wizard/againOf', { order: o.number ?? '' })} onClick={() => again(o.id)}>
                  <IconRepeat size={16} />
                </ActionIcon>
              </Tooltip>
            )}
          </li>
        ))}
      </ul>
    </Card>
  )
}
