import { useMutation, useQueryClient } from '@tanstack/react-query'
import { command, newKey, send } from '../api/client'
import { useFailed } from '../api/useFailed'
import { useWords } from '../language'
import { changed, type TagChange } from './tags'
import { keyOf, type Whole } from './useOrder'

/** Changes a tag of an order: it is shown at once, and taken back if the server refuses. */
export function useTag(order: Whole) {
  const { t } = useWords()
  const failed = useFailed()
  const client = useQueryClient()
  const key = keyOf(order.id)
  return useMutation({
    mutationFn: ({ tag, on }: TagChange) => send<unknown>(command(on ? '/v1/orders/{id}/tag' : '/v1/orders/{id}/untag', [order.id], { tags: [tag] }), newKey()),
    onMutate: async (change) => {
      await client.cancelQueries({ queryKey: key, exact: true })
      client.setQueryData<Whole>(key, (o) => o && { ...o, tags: changed(o.tags ?? [], change) })
    },
    onError: (error, change) => {
      client.setQueryData<Whole>(key, (o) => o && { ...o, tags: changed(o.tags ?? [], { ...change, on: !change.on }) })
      failed(t('tag/failed'), error)
    },
    onSettled: () => {
      void client.invalidateQueries({ queryKey: ['tags'] })
      return client.invalidateQueries({ queryKey: key })
    },
  })
}
