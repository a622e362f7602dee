import { Skeleton, Stack, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { Schemas } from '../api/client'
import { useWords } from '../language'
import { counted } from '../part/format'
import classes from './bulk.module.css'

type Props = { preview?: Schemas['BulkPreview']; total: number }

/** What would come of a command on many orders: how many it does, and why it refuses the others. */
export function Outlook({ preview, total }: Props) {
  const { t, locale } = useWords()
  if (!preview) return <Skeleton height={64} role="status" aria-label={t('bulk/trying')} />
  const refused = preview.checked - preview.succeeded
  return (
    <Stack gap="xs" className={classes.outlook} role="status">
      {preview.checked < total && (
        <Text size="sm" c="dimmed">
          {t('bulk/sample', { checked: preview.checked.toLocaleString(locale), total: total.toLocaleString(locale) })}
        </Text>
      )}
      <Text fw={560}>
        {t('bulk/willSucceed', counted(preview.succeeded, locale))}
        {refused > 0 && `, ${t('bulk/willRefuse', counted(refused, locale))}`}
      </Text>
      {preview.refused.map((r) => (
        <details key={r.code} className={classes.reason}>
          <summary>
            <span className={classes.figure}>{r.orders.toLocaleString(locale)}</span> <bdi>{r.title}</bdi>
          </summary>
          <ul>
            {r.examples.map((x) => (
              <li key={x.order_id}>
                <Link to="/orders/$id" params={{ id: x.order_id }} target="_blank" className={classes.link}>
                  {x.number || t('orders/draft')}
                </Link>{' '}
                <bdi>{x.detail}</bdi>
              </li>
            ))}
          </ul>
        </details>
      ))}
    </Stack>
  )
}
