import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useState, useSyncExternalStore } from 'react'
import { api, command, type Happening, newKey, type Order, request, send } from '../api/client'
import { useHappenings } from '../api/live'
import { keyOf } from '../order/useOrder'
import { Keeper, type Write } from './keeper'
import type { Work } from './work'

const write: Write = (body, draft, key) =>
  send<Order>(draft ? request('put', '/v1/orders/{id}', [draft.id], body, draft.revision) : command('/v1/orders/drafts', [], body), key)

/** Reads a draft to go on with. */
export async function readDraft(id: string, signal?: AbortSignal): Promise<Order> {
  return (await api.GET('/v1/orders/{id}', { params: { path: { id } }, signal })).data!
}

/** The work on an order, saved as a draft at every change, and followed if another device goes on with it. */
export function useDraft(start: Work, draft: Order | undefined) {
  const client = useQueryClient()
  const [keeper] = useState(() => new Keeper(start, draft, write, newKey))
  const saved = useSyncExternalStore(keeper.hear, keeper.now)
  const id = saved.draft?.id
  useEffect(() => () => keeper.stop(), [keeper])
  useEffect(() => {
    if (id) void client.invalidateQueries({ queryKey: keyOf(id), refetchType: 'none' })
  }, [client, id, saved.draft])
  const reload = useCallback(async () => {
    const { draft } = keeper.now()
    if (draft) keeper.load(await readDraft(draft.id))
  }, [keeper])
  useHappenings(
    useCallback(
      (e: Happening) => {
        const { draft } = keeper.now()
        if (e.subject !== draft?.id || keeper.open) return
        const told = e.body as { order?: { version?: number } }
        if ((told.order?.version ?? 0) > draft.version) void reload().catch(() => undefined) // the next change tells
      },
      [keeper, reload],
    ),
  )
  return { keeper, saved, reload }
}
