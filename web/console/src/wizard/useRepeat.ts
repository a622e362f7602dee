import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { command, newKey, type Order, send } from '../api/client'
import { Problem } from '../api/problem'
import { useFailed } from '../api/useFailed'
import { useWords } from '../language'

/** Drafts a copy of an order and goes on with it in the wizard. */
export function useRepeat(id: string): () => void {
  const { t } = useWords()
  const failed = useFailed()
  const go = useNavigate()
  const [key, renew] = useState(newKey)
  const { mutate, isPending } = useMutation({
    mutationFn: () => send<Order>(command('/v1/orders/{id}/clone', [id], {}), key),
    onSuccess: (draft) => void go({ to: '/orders/new', search: { draft: draft.id } }),
    onError: (error) => {
      if (error instanceof Problem) renew(newKey())
      failed(t('wizard/notRepeated'), error)
    },
  })
  return () => !isPending && mutate()
}
