import { Button, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useWords } from '../language'
import { Card } from '../part/Card'
import { Failure } from '../part/Screen'
import classes from './bulk.module.css'
import { type Bulk, useRefused } from './useBulk'

/** The orders that were refused, each with the reason and what helps. */
export function Refused({ bulk }: { bulk: Bulk }) {
  const { t } = useWords()
  const found = useRefused(bulk)
  if (bulk.refused === 0) return null
  if (found.error && !found.data) return <Failure error={found.error} retry={() => void found.refetch()} />
  return (
    <Card title={t('bulk/refusedTitle')}>
      <ul className={classes.refused}>
        {found.data?.pages.flatMap((page) =>
          page.items.map((row) => (
            <li key={row.order_id}>
              <Link to="/orders/$id" params={{ id: row.order_id }} className={classes.link}>
                {row.number || t('orders/draft')}
              </Link>
              <div>
                <bdi>{row.detail}</bdi>
                <Text size="sm" c="dimmed">
                  <bdi>{row.remedy}</bdi>
                </Text>
              </div>
            </li>
          )),
        )}
      </ul>
      {found.hasNextPage && (
        <Button variant="subtle" mt="sm" loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
          {t('bulk/more')}
        </Button>
      )}
    </Card>
  )
}
