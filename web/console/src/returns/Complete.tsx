import { Button, Skeleton, Text, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { type Amount, api, command } from '../api/client'
import { useWords } from '../language'
import { Card } from '../part/Card'
import { decimal, figure } from '../part/format'
import { Money } from '../part/Money'
import { Refusal } from '../part/Refusal'
import { useAct } from '../record/useAct'
import classes from './returns.module.css'
import { expected, type Return } from './steps'

/** The step of a return about which all is decided: what it is worth, and the refund that follows, shown before. */
export function Complete({ of: r, receiveMore }: { of: Return; receiveMore: () => void }) {
  const { t, locale } = useWords()
  const [percent, setPercent] = useState('')
  const [asked] = useDebouncedValue(percent, 250)
  const body = (text: string) => {
    const rate = decimal(text, locale)
    return rate && Number(rate) > 0 ? { restocking_fee: { rate: String(Number((Number(rate) / 100).toFixed(6))) } } : {}
  }
  const preview = useQuery({
    queryKey: ['return preview', r.id, r.version, body(asked)],
    placeholderData: keepPreviousData,
    retry: false,
    queryFn: async ({ signal }): Promise<Return> => (await api.POST('/v1/returns/{id}/complete', { params: { path: { id: r.id }, query: { dry_run: true } }, body: body(asked), signal })).data!,
  })
  const act = useAct({ request: () => command('/v1/returns/{id}/complete', [r.id], body(percent)), says: () => t('step/completed') })
  const would = preview.error ? undefined : preview.data
  const granted: Amount | undefined = would && { amount: would.refund_id ? would.value.amount - would.restocking_fee.amount : 0, currency: would.value.currency }
  return (
    <Card title={t('step/completeTitle')}>
      <div className={classes.task}>
        <Refusal error={act.error ?? preview.error} atInput={(f) => f.pointer?.startsWith('/restocking_fee') ?? false} />
        <TextInput
          label={t('step/feePercent')}
          description={t('step/feeHint')}
          inputMode="decimal"
          dir="ltr"
          value={percent}
          error={percent !== '' && decimal(percent, locale) === null ? t('input/notAmount') : feeFault(act.error ?? preview.error)}
          onChange={(e) => setPercent(e.currentTarget.value)}
        />
        {would && granted ? (
          <dl className={classes.sums}>
            <Sum says={t('step/worth')} of={would.value} />
            {would.restocking_fee.amount > 0 && <Sum says={t('step/less_fee')} of={{ ...would.restocking_fee, amount: -would.restocking_fee.amount }} />}
            <Sum says={t('step/granted')} of={granted} strong />
          </dl>
        ) : (
          !preview.error && <Skeleton height={84} radius={8} />
        )}
        <Text size="sm" c="dimmed">
          {t('step/grantedHint')}
        </Text>
        <div className={classes.bar}>
          {r.status === 'inspected' && r.lines.some((l) => expected(l) > 0) && (
            <Button variant="default" onClick={receiveMore}>
              {t('step/receiveMore')}
            </Button>
          )}
          <Button loading={act.isPending} disabled={!granted || asked !== percent} onClick={() => act.mutate()}>
            {granted && granted.amount > 0 ? t('step/completeSubmit', { amount: `${figure(granted, locale)} ${granted.currency}` }) : t('step/complete')}
          </Button>
        </div>
      </div>
    </Card>
  )
}

function feeFault(error: unknown): string | undefined {
  const faults = (error as { faults?: { pointer?: string; detail: string }[] } | null)?.faults ?? []
  return faults.find((f) => f.pointer?.startsWith('/restocking_fee'))?.detail
}

function Sum({ says, of, strong }: { says: string; of: Amount; strong?: boolean }) {
  return (
    <div>
      <dt>{says}</dt>
      <dd>
        <Money of={of} strong={strong} />
      </dd>
    </div>
  )
}
