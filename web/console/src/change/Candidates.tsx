import { Checkbox, Loader, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { api } from '../api/client'
import { useWords } from '../language'
import { Said } from '../order/Head'
import { keyOf, type Whole } from '../order/useOrder'
import { Money } from '../part/Money'
import classes from './change.module.css'
import type { Staged, Step } from './useChange'

type Props = { order: Whole; steps: Staged[]; busy: boolean; stage: (s: Step) => void; unstage: (id: string) => void }

/** The other orders of the customer, and why they can't become a part of this one. */
export function useMergeable(order: Whole, enabled = true) {
  return useQuery({
    queryKey: [...keyOf(order.id), 'mergeable'],
    enabled,
    queryFn: async ({ signal }) => (await api.GET('/v1/orders/{id}/mergeable', { params: { path: { id: order.id } }, signal })).data!.items,
  })
}

/** The other orders of the customer: those that fit can be chosen, the others say why not. */
export function Candidates({ order, steps, busy, stage, unstage }: Props) {
  const { t } = useWords()
  const { data } = useMergeable(order)
  if (!data) return <Loader aria-label={t('state/loading')} />
  if (data.length === 0) return <Text c="dimmed">{t('regroup/none')}</Text>
  return (
    <ul className={classes.candidates} aria-label={t('regroup/candidates')}>
      {data.map((other) => {
        const staged = steps.find((s) => s.order_id === other.order_id)
        return (
          <li key={other.order_id}>
            <Checkbox
              label={<bdi>{other.number}</bdi>}
              checked={staged !== undefined}
              disabled={!staged && (other.misfits !== undefined || busy)}
              onChange={() => (staged ? unstage(staged.id) : stage({ kind: 'merge', order_id: other.order_id }))}
            />
            <Money of={other.total} />
            <Text size="xs" c="dimmed" className={classes.why}>
              {other.misfits ? <bdi>{other.misfits.map((m) => `${m.field}: ${m.why}`).join('; ')}</bdi> : <Said text={t('regroup/fits', { when: '\n' })} at={other.placed_at} />}
            </Text>
          </li>
        )
      })}
    </ul>
  )
}
