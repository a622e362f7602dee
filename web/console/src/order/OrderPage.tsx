import { Skeleton } from '@mantine/core'
import { useDocumentTitle } from '@mantine/hooks'
import { useNavigate, useParams, useRouter } from '@tanstack/react-router'
import { Attachments } from '../attachments/Attachments'
import { useKeys } from '../frame/useKeys'
import { useWords } from '../language'
import { neighbor } from '../orders/trail'
import { Failure } from '../part/Screen'
import { Head } from './Head'
import { Holds } from './Holds'
import { Lines } from './Lines'
import { Mails } from './Mails'
import { MoneyCard } from './MoneyCard'
import classes from './order.module.css'
import { Parties } from './Parties'
import { Returns } from './Returns'
import { Shipments } from './Shipments'
import { Timeline } from './Timeline'
import { useLiveOrder, useOrder } from './useOrder'

/** One order: what was agreed, where it is, who owes whom, what happened. */
export default function OrderPage() {
  const { t } = useWords()
  const { id } = useParams({ from: '/frame/orders/$id' })
  const go = useNavigate()
  const router = useRouter()
  const { data: order, error, refetch } = useOrder(id)
  useLiveOrder(id)
  useDocumentTitle(`${order?.number ?? t('order/draftTitle')} · ${t('console/title')}`)

  const walk = (by: -1 | 1) => {
    const next = neighbor(id, by)
    if (next) void go({ to: '/orders/$id', params: { id: next }, replace: true })
  }
  useKeys({
    ']': () => walk(1),
    '[': () => walk(-1),
    u: () => (router.history.canGoBack() ? router.history.back() : void go({ to: '/orders' })),
  })

  if (error && !order) return <Failure error={error} retry={() => void refetch()} />
  if (!order) return <Loading />
  return (
    <article className={classes.page} key={id}>
      <Head order={order} walk={walk} />
      <Holds order={order} />
      <div className={classes.columns}>
        <div className={classes.column}>
          <Lines order={order} />
          <Shipments order={order} />
          <Returns order={order} />
          <Mails order={order} />
          <Attachments order={order} />
          <Timeline order={order} />
        </div>
        <div className={classes.column}>
          <MoneyCard order={order} />
          <Parties order={order} />
        </div>
      </div>
    </article>
  )
}

export function Loading() {
  const { t } = useWords()
  return (
    <div className={classes.page} role="status" aria-label={t('state/loading')}>
      <Skeleton height={28} width="40%" mb="sm" />
      <Skeleton height={14} width="60%" mb="lg" />
      <div className={classes.columns}>
        <div className={classes.column}>
          <Skeleton height={220} radius={10} />
          <Skeleton height={120} radius={10} />
          <Skeleton height={260} radius={10} />
        </div>
        <div className={classes.column}>
          <Skeleton height={260} radius={10} />
          <Skeleton height={180} radius={10} />
        </div>
      </div>
    </div>
  )
}
