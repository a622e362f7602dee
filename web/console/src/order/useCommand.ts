import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { newKey, type Order, send } from '../api/client'
import { useFailed } from '../api/useFailed'
import { useWords } from '../language'
import type { Spec, Values } from './commands'
import { keyOf, type Whole } from './useOrder'

/** Gives a command to an order: what it foresees is shown at once, and taken back if the server refuses. */
export function useCommand(order: Whole, spec: Spec, done: () => void) {
  const { t } = useWords()
  const failed = useFailed()
  const client = useQueryClient()
  const go = useNavigate()
  const [key] = useState(newKey) // one per form: a second try does nothing twice
  return useMutation({
    mutationFn: (values: Values) => send<{ id: string } | Order>(spec.request(order, values), key),
    onMutate: async (values) => {
      const before = client.getQueryData<Whole>(keyOf(order.id))
      if (!spec.foresee || !before) return
      await client.cancelQueries({ queryKey: keyOf(order.id) })
      client.setQueryData(keyOf(order.id), spec.foresee(before, values))
      return { before }
    },
    onError: (error, _, kept) => {
      if (!kept) return
      client.setQueryData(keyOf(order.id), kept.before)
      failed(t('input/undone', { action: t(`action/${spec.name}`) }), error)
    },
    onSuccess: (answer) => {
      if (answer.id === order.id && 'lines' in answer) client.setQueryData<Whole>(keyOf(order.id), (before) => before && { ...before, ...answer, lines: before.lines }) // all but the names that are only read
      notifications.show({ message: t('input/done', { action: t(`action/${spec.name}`) }), color: 'accent' })
      done()
      if (spec.name === 'order.clone') void go({ to: '/orders/new', search: { draft: answer.id } })
    },
    onSettled: () => {
      void client.invalidateQueries({ queryKey: ['orders'], type: 'inactive', refetchType: 'none' })
      return client.invalidateQueries({ queryKey: keyOf(order.id) })
    },
  })
}
