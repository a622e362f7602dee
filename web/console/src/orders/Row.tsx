import { Checkbox } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { memo } from 'react'
import type { OrderSummary } from '../api/client'
import { useWords } from '../language'
import { Money } from '../part/Money'
import { Moment } from '../part/Moment'
import { Status } from '../part/Status'
import { cells, customer } from './cells'
import type { Column } from './columns'
import classes from './OrderList.module.css'
import { pinnedBox, pinnedTo } from './pinned'

type Props = {
  order: OrderSummary
  index: number
  start: number // pixels from the top
  height: number
  columns: Column[]
  grid: string
  narrow: boolean
  current: boolean
  selected: boolean
  select: (index: number, upTo: boolean) => void
  open: (index: number) => void
}

/** A row; on a narrow screen two lines. It flashes once when its order changes. */
export const Row = memo(function Row({ order, index, start, height, columns, grid, narrow, current, selected, select, open }: Props) {
  const { t } = useWords()
  const place = { transform: `translateY(${start}px)`, height }
  const common = {
    role: 'row',
    'aria-rowindex': index + 2,
    'aria-selected': selected,
    'data-current': current || undefined,
    onClick: (e: React.MouseEvent) => {
      if ((e.target as HTMLElement).closest('input, label') || e.metaKey || e.ctrlKey) return
      e.preventDefault()
      if (e.shiftKey) return select(index, true)
      open(index)
    },
  }
  const link = (
    <Link to="/orders/$id" params={{ id: order.id }} className={classes.link}>
      {order.number ?? t('orders/draft')}
    </Link>
  )
  if (narrow)
    return (
      <div {...common} className={classes.card} style={place}>
        <span role="cell">{link}</span>
        <span role="cell" data-end>
          <Money of={order.total} />
        </span>
        <span role="cell" className={classes.quiet}>
          <bdi>{customer(order, t)}</bdi> · <Moment at={order.placed_at ?? order.created_at} />
        </span>
        <span role="cell" data-end>
          <Status of="status" is={order.status} />
        </span>
      </div>
    )
  return (
    <div {...common} className={classes.row} style={{ ...place, gridTemplateColumns: grid }}>
      <span role="cell" {...pinnedBox(columns)}>
        <Checkbox size="xs" checked={selected} onChange={(e) => select(index, (e.nativeEvent as MouseEvent).shiftKey)} aria-label={t('orders/selectRow', { number: order.number ?? order.id })} />
      </span>
      {columns.map((c) => (
        <span key={c.id} role="cell" data-end={c.end || undefined} {...pinnedTo(c)}>
          {c.id === 'number' ? link : cells[c.id](order, t)}
        </span>
      ))}
    </div>
  )
})
