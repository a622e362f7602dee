import { ActionIcon, Anchor, Group, Popover, Text, Title, Tooltip } from '@mantine/core'
import { IconChevronDown, IconChevronUp, IconHistory, IconTerminal2 } from '@tabler/icons-react'
import { useDisclosure } from '@mantine/hooks'
import { Link } from '@tanstack/react-router'
import { useWords } from '../language'
import { neighbor } from '../orders/trail'
import { Copyable } from '../part/Copyable'
import { Curl } from '../part/Curl'
import { Moment } from '../part/Moment'
import { Badge, Status } from '../part/Status'
import { PastPanel } from '../past/PastPanel'
import { Actions } from './Actions'
import classes from './order.module.css'
import { Others } from './Others'
import { Related } from './Related'
import { Tags } from './Tags'
import type { Whole } from './useOrder'

/** The name of the order, its statuses, the facts one asks first, and what can be done. */
export function Head({ order, walk }: { order: Whole; walk: (by: -1 | 1) => void }) {
  const { t } = useWords()
  const [past, showPast] = useDisclosure()
  const who = order.contact?.company || order.contact?.name || order.customer?.company || order.customer?.name
  return (
    <header className={classes.head}>
      <div>
        <Group gap="xs" mb={4}>
          <Anchor component={Link} to="/orders" size="sm" c="dimmed">
            {t('nav/orders')}
          </Anchor>
          <Walk id={order.id} walk={walk} />
        </Group>
        <Group gap="sm" mb={6}>
          <Title className={classes.number}>{order.number ?? t(order.status === 'draft' ? 'order/draftTitle' : 'order/placing')}</Title>
          <Status of="status" is={order.status} />
          <Status of="payment" is={order.payment_status} />
          <Status of="fulfillment" is={order.fulfillment_status} />
          {order.return_status !== 'none' && (
            <Badge tone="violet">{`${t('field/return')}: ${t(`return/${order.return_status}`)}`}</Badge>
          )}
          {order.cancel_status === 'partial' && <Badge tone="grey">{`${t('field/cancel')}: ${t('cancel/partial')}`}</Badge>}
        </Group>
        <div className={classes.facts}>
          {who && (
            <span>
              <bdi>{who}</bdi>
            </span>
          )}
          {order.customer_type && <span>{t(`customer_type/${order.customer_type}` as 'customer_type/vip')}</span>}
          <span>{t(`source/${order.source_kind}`)}</span>
          {order.channel && (
            <span>
              <bdi>{order.channel.name}</bdi>
            </span>
          )}
          {order.reference && <span>{t('order/reference', { reference: order.reference })}</span>}
          <Said text={t(order.placed_at ? 'order/placedAt' : 'order/draftedAt', { when: '\n' })} at={order.placed_at ?? order.created_at} />
          {order.deliveries[0]?.promised_at && <Said text={t('order/promised', { when: '\n' })} at={order.deliveries[0].promised_at} />}
          <Related order={order} />
          <Copyable text={order.id} />
        </div>
        <Tags order={order} />
      </div>
      <Group gap="xs" align="start">
        <Others order={order.id} />
        <Actions order={order} />
        <Tooltip label={t('past/open')}>
          <ActionIcon variant="default" size={30} aria-label={t('past/open')} onClick={showPast.open}>
            <IconHistory size={17} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
        {past && <PastPanel order={order} close={showPast.close} />}
        <Popover position="bottom-end" width={460} trapFocus>
          <Popover.Target>
            <Tooltip label={t('order/request')}>
              <ActionIcon variant="default" size={30} aria-label={t('order/request')}>
                <IconTerminal2 size={17} stroke={1.6} />
              </ActionIcon>
            </Tooltip>
          </Popover.Target>
          <Popover.Dropdown maw="92vw">
            <Curl text={`curl -H "Authorization: Bearer $ORDO_KEY" \\\n  ${window.location.origin}/v1/orders/${order.id}`} />
          </Popover.Dropdown>
        </Popover>
      </Group>
    </header>
  )
}

/** A sentence with a time at the mark in it. */
export function Said({ text, at }: { text: string; at: string }) {
  const [before, after] = text.split('\n')
  return (
    <Text span inherit>
      {before}
      <Moment at={at} />
      {after}
    </Text>
  )
}

function Walk({ id, walk }: { id: string; walk: (by: -1 | 1) => void }) {
  const { t } = useWords()
  const [before, after] = [neighbor(id, -1), neighbor(id, 1)]
  if (!before && !after) return null
  return (
    <ActionIcon.Group>
      <ActionIcon variant="default" size="sm" disabled={!before} onClick={() => walk(-1)} aria-label={t('order/previous')}>
        <IconChevronUp size={14} />
      </ActionIcon>
      <ActionIcon variant="default" size="sm" disabled={!after} onClick={() => walk(1)} aria-label={t('order/next')}>
        <IconChevronDown size={14} />
      </ActionIcon>
    </ActionIcon.Group>
  )
}
