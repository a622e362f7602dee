import { ActionIcon, Anchor, Text, Tooltip } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import type { Fault } from '../api/problem'
import { useWords } from '../language'
import type { Whole } from '../order/useOrder'
import { useMergeable } from './Candidates'
import classes from './change.module.css'
import type { Staged, Step } from './useChange'

type Props = { order: Whole; steps: Staged[]; faults: Map<number, Fault[]>; stage: (s: Step) => void; unstage: (id: string) => void }

/** What is staged, each with what stands in its way. */
export function Steps({ order, steps, faults, stage, unstage }: Props) {
  const { t } = useWords()
  const said = useSaid(order, steps)
  if (steps.length === 0) return <Text c="dimmed">{t('change/nothing')}</Text>
  return (
    <ol className={classes.steps} aria-label={t('change/steps')}>
      {steps.map((step, i) => (
        <li key={step.id} data-wrong={faults.has(i) || undefined}>
          <span>
            <span>{said(step)}</span>
            {faults.get(i)?.some((f) => f.code === 'change_conflict') && (
              <Anchor component="button" type="button" size="xs" ms="xs" onClick={() => stage(again(step))}>
                {t('change/nevertheless')}
              </Anchor>
            )}
            {faults.get(i)?.map((fault) => (
              <Text key={fault.code + fault.pointer} size="xs" c="var(--ordo-red)" role="alert">
                <bdi>{fault.detail}</bdi>
              </Text>
            ))}
          </span>
          <Tooltip label={t('change/unstage')}>
            <ActionIcon variant="subtle" color="gray" size="sm" aria-label={`${t('change/unstage')}: ${said(step)}`} onClick={() => unstage(step.id)}>
              <IconX size={14} />
            </ActionIcon>
          </Tooltip>
        </li>
      ))}
    </ol>
  )
}

/** The step without what the server added to it. */
function again({ id: _, was: __, address_id: ___, ...step }: Staged): Step {
  return step
}

/** A step in words. */
function useSaid(order: Whole, steps: Staged[]) {
  const { t, locale } = useWords()
  const { data: others } = useMergeable(
    order,
    steps.some((s) => s.kind === 'merge'),
  )
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 6 })
  return (s: Staged) => {
    const sku = s.sku ?? s.barcode ?? order.lines.find((l) => l.id === s.line_id)?.sku ?? ''
    switch (s.kind) {
      case 'set_quantity':
        return t('change/saidQuantity', { sku, was: number.format(Number(s.was)), quantity: number.format(s.quantity ?? 0) })
      case 'set_price':
        return t('change/saidPrice', { sku, was: number.format(Number(s.was)), price: number.format(Number(s.unit_price)) })
      case 'add_line':
        return t('change/saidAdd', { sku, quantity: number.format(s.quantity ?? 0) })
      case 'cancel':
        return t('change/saidCancel', { sku, quantity: number.format(s.quantity ?? 0) })
      case 'split':
        return t('regroup/saidSplit', { sku, quantity: number.format(s.quantity ?? 0) })
      case 'merge':
        return t('regroup/saidMerge', { order: others?.find((o) => o.order_id === s.order_id)?.number ?? s.order_id ?? '' })
      case 'set_address':
        return t('change/saidAddress', { place: [s.address?.name || s.address?.company, s.address?.street, s.address?.city, s.address?.country].filter(Boolean).join(', ') })
    }
  }
}
