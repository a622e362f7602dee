import { Group, Text, Tooltip } from '@mantine/core'
import { IconLink } from '@tabler/icons-react'
import type { Happening } from '../api/client'
import { useWords } from '../language'
import { Moment } from '../part/Moment'
import { Money } from '../part/Money'
import { Status } from '../part/Status'
import { Tag } from '../part/Tag'
import { kindOf, told } from './happening'
import { NoteText } from './NoteText'
import classes from './order.module.css'
import { useName } from './useName'
import type { Note } from './useNotes'
import type { Whole } from './useOrder'

/** An event of the order or of what belongs to it: what happened, by whom, what changed. */
export function Entry({ happening: e, order, notes }: { happening: Happening; order: Whole; notes: Map<string, Note> }) {
  const { t, locale } = useWords()
  const { statuses, money, lines, holds, tags, texts, notes: written } = told(e, order)
  const author = notes.get(written[0] ?? '')?.author_name
  const actor = useName(e.actor)
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 3 })
  return (
    <li data-kind={kindOf(e)}>
      <Title says={t(`event/${e.type}` as 'event/order.placed', { defaultValue: e.type })} at={e.at} />
      <div className={classes.told}>
        {actor && <span>{t('order/actor', { actor: e.type === 'order.noted' ? (author ?? actor) : actor })}</span>}
        {holds.map((h, i) => (
          <span key={i}>
            {h.kind && t(`hold/${h.kind}`)}
            {h.kind && h.reason && ': '}
            <bdi>{h.reason}</bdi>
          </span>
        ))}
        {statuses.map(({ of, is, subject }) => (
          <Group key={of} gap={6}>
            {t('order/becomes', { name: subject ? t(`subject/${subject}`) : t(`field/${of}` as 'field/status') })} <Status of={of} is={is as never} plain />
          </Group>
        ))}
        {texts.map((text) => (
          <bdi key={text}>{text}</bdi>
        ))}
        {money.map(({ of, amount }) => (
          <span key={of}>
            {t(`order/${of}`)} <Money of={{ amount, currency: order.currency }} />
          </span>
        ))}
        {lines.map((l) => (
          <span key={l.sku}>
            <bdi>{l.sku}</bdi>: {l.places.map(([place, n]) => `${number.format(n)} ${t(`ledger/${place}`)}`).join(', ')}
          </span>
        ))}
        {tags.map((tag) => (
          <Tag key={tag} tag={tag} />
        ))}
        <Tooltip label={e.position ? t('order/position', { position: e.position.toLocaleString(locale) }) : t('order/unsealed')}>
          <span className={classes.chain}>
            <IconLink size={12} /> {e.position ? e.position.toLocaleString(locale) : '…'}
          </span>
        </Tooltip>
      </div>
      {e.type === 'order.noted' && written.map((id) => notes.has(id) && <NoteText key={id} order={order} note={notes.get(id)!} />)}
    </li>
  )
}

/** What happened, and when. */
export function Title({ says, at }: { says: string; at: string }) {
  return (
    <Group gap="xs" justify="space-between" wrap="nowrap" align="start">
      <Text fw={520}>{says}</Text>
      <Text size="xs" c="dimmed" className={classes.when}>
        <Moment at={at} />
      </Text>
    </Group>
  )
}
