import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import { newKey, send, type Command } from '../api/client'
import { Problem } from '../api/problem'
import { useFailed } from '../api/useFailed'

type Act<V, A> = {
  request: (values: V) => Command
  says?: (answer: A) => string // once it is done
  failed?: string // title of what tells that it was not; without it the caller shows the error
  then?: (answer: A) => void
}

/**
 * Gives a command. It keeps its idempotency key until the server has answered: a second try after a lost answer does
 * nothing twice. All that is on the screen and was read as a record is read again afterwards.
 */
export function useAct<A = unknown, V = void>({ request, says, failed, then }: Act<V, A>) {
  const tell = useFailed()
  const client = useQueryClient()
  const key = useRef(newKey())
  return useMutation({
    mutationFn: (values: V) => send<A>(request(values), key.current),
    onSuccess: (answer) => {
      key.current = newKey()
      if (says) notifications.show({ message: says(answer), color: 'accent' })
      then?.(answer)
    },
    onError: (error) => {
      if (error instanceof Problem) key.current = newKey()
      if (failed) tell(failed, error)
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['record'] }),
  })
}
