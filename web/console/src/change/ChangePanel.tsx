import { Alert, Button, Group, Loader, Stack, Text } from '@mantine/core'
import { useChanging } from '../api/presence'
import { Problem } from '../api/problem'
import { useSession } from '../api/session'
import { useWords } from '../language'
import { amount } from '../part/format'
import { useName } from '../order/useName'
import type { Whole } from '../order/useOrder'
import { AddLine } from './AddLine'
import { Candidates } from './Candidates'
import classes from './change.module.css'
import { Deliveries } from './Deliveries'
import { SidePanel } from '../part/SidePanel'
import { ImpactView } from './ImpactView'
import { LineEditor } from './LineEditor'
import { SplitLines } from './SplitLines'
import { Steps } from './Steps'
import { faultsOf, type Staged, useChange } from './useChange'

/** What of an order a panel changes. */
export type Editor = 'order.amend' | 'order.split' | 'order.merge'

type Props = { order: Whole; kind: Editor; close: () => void }

const says = {
  'order.amend': { title: 'change/title', lead: 'change/lead', commit: 'change/commit', own: (s: Staged) => s.kind !== 'split' && s.kind !== 'merge' },
  'order.split': { title: 'regroup/splitTitle', lead: 'regroup/splitLead', commit: 'regroup/commitSplit', own: (s: Staged) => s.kind === 'split' },
  'order.merge': { title: 'regroup/mergeTitle', lead: 'regroup/mergeLead', commit: 'regroup/commitMerge', own: (s: Staged) => s.kind === 'merge' },
} as const

/** Changes a placed order beside it: steps are staged, their impact is told after each, all are taken at once. */
export function ChangePanel({ order, kind, close }: Props) {
  const { t } = useWords()
  return (
    <SidePanel title={t(says[kind].title, { order: order.number ?? '' })} close={close}>
      <Body order={order} kind={kind} close={close} />
    </SidePanel>
  )
}

function Body({ order, kind, close }: Props) {
  const { t, locale } = useWords()
  useChanging()
  const { change, loading, error, stage, unstage, drop, commit, preview } = useChange(order)
  const session = useSession()
  const begunBy = useName(change?.begun_by ?? '')
  if (loading) return <Loader aria-label={t('state/loading')} />
  const faults = faultsOf(preview.error)
  const failed = [stage.error, unstage.error, drop.error, commit.error, faults.size === 0 ? preview.error : null, error].find((e) => e !== null)
  const steps = change?.steps ?? []
  const total = preview.data?.amounts.find((a) => a.name === 'total')
  const busy = stage.isPending || unstage.isPending || preview.isFetching
  const others = steps.some((step) => !says[kind].own(step))
  const seen = preview.isSuccess && !preview.isPlaceholderData // what Commit will do stands above it
  return (
    <Stack gap="lg">
      <Text c="dimmed" size="sm">
        {t(says[kind].lead)}
      </Text>
      {change && change.begun_by !== session?.user_id && <Text fw={600}>{t('change/others', { name: begunBy })}</Text>}
      {others && <Text fw={600}>{t('regroup/otherSteps')}</Text>}
      {kind === 'order.amend' && !others && (
        <div>
          {order.lines
            .filter((l) => !l.parent_id && l.quantity > 0)
            .map((l) => (
              <LineEditor key={l.id} line={l} steps={steps} stage={(s) => stage.mutateAsync([s])} unstage={(id) => unstage.mutateAsync(id)} />
            ))}
          <AddLine order={order} stage={(s) => stage.mutate([s])} />
        </div>
      )}
      {kind === 'order.amend' && !others && <Deliveries order={order} steps={steps} stage={(s) => stage.mutate([s])} />}
      {kind === 'order.split' && !others && <SplitLines order={order} steps={steps} stage={(s) => stage.mutateAsync([s])} unstage={(id) => unstage.mutateAsync(id)} />}
      {kind === 'order.merge' && !others && <Candidates order={order} steps={steps} busy={busy} stage={(s) => stage.mutate([s])} unstage={(id) => unstage.mutate(id)} />}
      <Steps order={order} steps={steps} faults={faults} stage={(s) => stage.mutate([s])} unstage={(id) => unstage.mutate(id)} />
      {[...(faults.get(-1) ?? []).map((f) => f.detail), ...(failed ? [failed instanceof Problem ? failed.message : t('state/unreachable')] : [])].map((text) => (
        <Alert key={text} role="alert" className={classes.refusal}>
          {text}
        </Alert>
      ))}
      {steps.length > 0 && preview.data && <ImpactView impact={preview.data} stale={busy || faults.size > 0} order={order} />}
      <Group justify="space-between" className={classes.foot}>
        <Button variant="default" disabled={!change} loading={drop.isPending} onClick={() => drop.mutate(undefined, { onSuccess: close })}>
          {t('change/drop')}
        </Button>
        <Button disabled={steps.length === 0 || others || !seen || busy} loading={commit.isPending} onClick={() => commit.mutate(undefined, { onSuccess: close })}>
          {total && kind === 'order.amend' ? t('change/commitTotal', { total: amount(total.after, locale) }) : t(says[kind].commit)}
        </Button>
      </Group>
    </Stack>
  )
}
