import { Button, Collapse, Group, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { Link } from '@tanstack/react-router'
import { useMay } from '../api/me'
import { useWords } from '../language'
import { Card } from '../part/Card'
import { percent } from '../part/format'
import { Money } from '../part/Money'
import { Status } from '../part/Status'
import { due, granted, type Step, steps } from './balance'
import { Said } from './Head'
import classes from './order.module.css'
import type { Whole } from './useOrder'

/** The total and its steps, what moved, and who owes whom. */
export function MoneyCard({ order }: { order: Whole }) {
  const { t } = useWords()
  const [explained, { toggle }] = useDisclosure()
  const left = due(order)
  const of = (amount: number) => ({ amount, currency: order.currency })
  return (
    <Card
      title={t('order/money')}
      aside={
        <Button variant="subtle" size="compact-sm" onClick={toggle} aria-expanded={explained}>
          {t('order/explain')}
        </Button>
      }
    >
      <Collapse expanded={explained}>
        <div className={classes.explained}>
          <Text size="xs" c="dimmed" mb={4}>
            {t('order/explainTotal')}
            {order.tax_inclusive && ` · ${t('order/inclusive')}`}
          </Text>
          <dl className={classes.sums}>
            {steps(order).map((step, i) => (
              <Sum key={i} quiet={step.included} says={<StepName step={step} />} of={step.amount} />
            ))}
          </dl>
        </div>
      </Collapse>
      <dl className={classes.sums}>
        <Sum says={t('order/total')} of={order.total} strong />
        {granted(order) !== 0 && <Sum says={t('order/waived')} of={of(-granted(order))} />}
        {order.authorized.amount !== 0 && <Sum says={t('order/authorized')} of={order.authorized} quiet />}
        {order.captured.amount !== 0 && <Sum says={t('order/captured')} of={order.captured} />}
        {order.refunded.amount !== 0 && <Sum says={t('order/refunded')} of={of(-order.refunded.amount)} />}
      </dl>
      {order.status !== 'draft' && (
        <div className={classes.balance} data-due={left !== 0 || undefined}>
          <span>{left > 0 ? t('order/owedByCustomer') : left < 0 ? t('order/owedToCustomer') : t('order/settled')}</span>
          <Money of={of(Math.abs(left))} strong />
        </div>
      )}
      {order.due_at && left > 0 && (
        <Text size="sm" c="dimmed" mt={6}>
          <Said text={t('order/dueAt', { when: '\n' })} at={order.due_at} />
        </Text>
      )}
      <Moves title={t('order/payments')} of={order.payments} />
      <Moves title={t('order/refunds')} of={order.refunds} />
    </Card>
  )
}

function StepName({ step }: { step: Step }) {
  const { t, locale } = useWords()
  switch (step.kind) {
    case 'subtotal':
      return t('order/subtotal')
    case 'discount':
      return t('order/discount')
    case 'rounding':
      return t('order/rounding')
    case 'tax':
      return t(step.included ? 'order/included' : 'order/exclusive', { label: step.label || t('adjustment/tax'), rate: percent(step.rate ?? '0', locale) })
    default:
      return <bdi>{step.label}</bdi>
  }
}

function Sum({ says, of, strong, quiet }: { says: React.ReactNode; of: Whole['total']; strong?: boolean; quiet?: boolean }) {
  return (
    <div data-quiet={quiet || undefined}>
      <dt>{says}</dt>
      <dd>
        <Money of={of} strong={strong} />
      </dd>
    </div>
  )
}

type Move = Whole['payments'][number] | Whole['refunds'][number]

function Moves({ title, of }: { title: string; of: Move[] }) {
  const { t } = useWords()
  const may = useMay()
  if (of.length === 0) return null
  return (
    <>
      <Text size="sm" fw={600} mt="md" mb={4}>
        {title}
      </Text>
      {of.map((move) => (
        <Group key={move.id} justify="space-between" gap="xs" mih={28} wrap="nowrap">
          <Group gap="xs">
            <Text size="sm">
              {'method' in move && may('payment.get') ? (
                <Link to="/payments/$id" params={{ id: move.id }}>
                  {t(`method/${move.method}`)}
                </Link>
              ) : 'method' in move ? (
                t(`method/${move.method}`)
              ) : (
                t(`reason/${move.reason}` as 'reason/other', { defaultValue: move.reason })
              )}
            </Text>
            <Status of="payment" is={move.status} plain />
          </Group>
          <Money of={move.amount} />
        </Group>
      ))}
    </>
  )
}
