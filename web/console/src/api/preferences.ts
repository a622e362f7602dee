import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useMemo } from 'react'
import { useWords } from '../language'
import { api } from './client'
import { useFailed } from './useFailed'

type All = Record<string, string>

const key = ['preferences']

type Preference = {
  value: unknown
  ready: boolean
  set: (next: (now: unknown) => unknown) => void // nothing forgets it
}

/** What the user set for themselves under a name: the server keeps it, so that it is there on every device. */
export function usePreference(name: string): Preference {
  const { t } = useWords()
  const failed = useFailed()
  const client = useQueryClient()
  const all = useQuery({
    queryKey: key,
    queryFn: async (): Promise<All> => Object.fromEntries((await api.GET('/v1/preferences')).data!.items.map((p) => [p.name, p.value])),
    staleTime: Infinity,
  })
  const { mutate } = useMutation({
    scope: { id: `preference ${name}` }, // one after the other, so that the last one stays
    mutationFn: (value: string) => api.PUT('/v1/preferences/{name}', { params: { path: { name } }, body: { value } }),
    onError: (error) => {
      failed(t('state/notKept'), error)
      void client.invalidateQueries({ queryKey: key })
    },
  })
  const set = useCallback(
    (next: (now: unknown) => unknown) => {
      const value = next(read(client.getQueryData<All>(key)?.[name]))
      const text = value === undefined ? '' : JSON.stringify(value)
      client.setQueryData<All>(key, (now) => ({ ...now, [name]: text })) // at once, so that the next change builds on it
      mutate(text)
    },
    [client, mutate, name],
  )
  const text = all.data?.[name]
  const value = useMemo(() => read(text), [text])
  return { value, ready: !all.isPending, set }
}

function read(text: string | undefined): unknown {
  try {
    return text ? (JSON.parse(text) as unknown) : undefined
  } catch {
    return undefined // an app wrote something else there
  }
}
