import { notifications } from '@mantine/notifications'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import { api, command, newKey, type Schemas, send } from '../api/client'
import { type Fault, Problem } from '../api/problem'
import { useWords } from '../language'
import { keyOf, type Whole } from '../order/useOrder'

export type Change = Schemas['Change']
export type Staged = Change['steps'][number]
export type Step = Schemas['ChangeStageInput']
export type Impact = NonNullable<Change['impact']>

const keyOfChange = (order: string) => [...keyOf(order), 'change']

/**
 * The open change of an order: the newest that there is, or one that the first
 * step begins. Steps are staged one after the other.
 */
export function useChange(order: Whole) {
  const { t } = useWords()
  const client = useQueryClient()
  const line = useRef<Promise<unknown>>(Promise.resolve())
  const key = keyOfChange(order.id)
  const { data: change, error, isPending } = useQuery({
    queryKey: key,
    queryFn: async ({ signal }) => {
      const { data } = await api.GET('/v1/changes', { params: { query: { filter: `order:${order.id} status:open`, limit: 1 } }, signal })
      const known = data!.items[0]
      return known ? (await api.GET('/v1/changes/{id}', { params: { path: { id: known.id } }, signal })).data! : null
    },
  })
  const take = (answer: Change) => {
    client.setQueryData(key, answer.status === 'open' ? answer : null)
    return answer
  }
  const current = () => client.getQueryData<Change | null>(key)
  const queued = <T>(work: () => Promise<T>) => {
    const next = line.current.catch(() => undefined).then(work)
    line.current = next
    return next
  }

  const stage = useMutation({
    onMutate: () => commit.reset(),
    mutationFn: (steps: Step[]) =>
      queued(async () => {
        for (const step of steps) {
          const now = current()
          take(now ? await send<Change>(command('/v1/changes/{id}/steps', [now.id], step), newKey()) : await send<Change>(command('/v1/orders/{id}/changes', [order.id], { steps: [step] }), newKey()))
        }
      }),
  })
  const unstage = useMutation({
    onMutate: () => commit.reset(),
    mutationFn: (step: string) =>
      queued(async () => take((await api.DELETE('/v1/changes/{id}/steps/{step_id}', { params: { path: { id: current()!.id, step_id: step }, header: { 'Idempotency-Key': newKey() } } })).data!)),
  })
  const drop = useMutation({ mutationFn: () => queued(async () => current() && take(await send<Change>(command('/v1/changes/{id}/drop', [current()!.id]), newKey()))) })
  const preview = usePreview(order, change ?? undefined)
  const commit = useMutation({
    mutationFn: () => queued(() => send<Change>(command('/v1/changes/{id}/commit', [current()!.id], { expected_impact: preview.data?.digest }), newKey())),
    onError: () => client.invalidateQueries({ queryKey: key }), // what it does may be something else by now
    onSuccess: () => notifications.show({ message: t('change/done', { order: order.number ?? '' }), color: 'accent' }),
    onSettled: () => client.invalidateQueries({ queryKey: keyOf(order.id) }),
  })
  return { change: change ?? undefined, loading: isPending, error, stage, unstage, drop, commit, preview }
}

/** What a change would do now; asked for again after each step, and when something happens to the order. */
function usePreview(order: Whole, change?: Change) {
  return useQuery({
    queryKey: [...keyOfChange(order.id), 'preview', change?.id, change?.version, order.version],
    enabled: change !== undefined && change.steps.length > 0,
    queryFn: async () => (await send<Change>({ method: 'post', path: `/v1/changes/${change!.id}/commit?dry_run=true`, body: {} }, newKey())).impact!,
    retry: false,
    placeholderData: (before) => before,
  })
}

/** The faults of a preview by the step that they are about; those of none under -1. */
export function faultsOf(error: unknown): Map<number, Fault[]> {
  const all = new Map<number, Fault[]>()
  if (!(error instanceof Problem)) return all
  for (const fault of error.faults) {
    const step = Number(/^\/steps\/(\d+)/.exec(fault.pointer ?? '')?.[1] ?? -1)
    all.set(step, [...(all.get(step) ?? []), fault])
  }
  return all
}
