import { Link } from '@tanstack/react-router'
import { useMay } from '../api/me'
import { useWords } from '../language'
import { useRelated, type Whole } from './useOrder'

/** The orders that it was split from or into, and those that became one with it. */
export function Related({ order }: { order: Whole }) {
  return useMay()('order.list') && order.status !== 'draft' ? <Links order={order} /> : null
}

function Links({ order }: { order: Whole }) {
  const { t } = useWords()
  const { data } = useRelated(order)
  return data?.map((other) => {
    const how = other.split_from === order.id ? 'splitInto' : other.merged_into === order.id ? 'merged' : other.id === order.merged_into ? 'mergedInto' : 'splitFrom'
    const [before, after] = t(`regroup/${how}`, { order: '\n' }).split('\n')
    return (
      <span key={other.id}>
        {before}
        <Link to="/orders/$id" params={{ id: other.id }}>
          <bdi>{other.number}</bdi>
        </Link>
        {after}
      </span>
    )
  })
}
