import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import { api, type Schemas } from '../api/client'
import { useHappenings } from '../api/live'

export type View = Schemas['View']
export type ViewFacts = Pick<View, 'name' | 'filter' | 'sort' | 'columns'>

const views = ['views']
const list = 'order.list'

/** Everybody's views of the orders have no owner. */
export const isTeams = (view: View) => !view.user_id

/** The saved views of the orders: one's own, then everybody's, by name. */
export function useViews() {
  const client = useQueryClient()
  useHappenings(useCallback((e) => void (e.type.startsWith('view.') && client.invalidateQueries({ queryKey: views })), [client]))
  return useQuery({
    queryKey: views,
    queryFn: async (): Promise<View[]> => {
      const { items } = (await api.GET('/v1/views', { params: { query: { filter: `list:${list}`, limit: 200 } } })).data!
      return [...items.filter((v) => !isTeams(v)), ...items.filter(isTeams)]
    },
  })
}

/** What can be done with a view. */
export type ViewCommand = { do: 'save'; facts: ViewFacts } | { do: 'change'; view: View; facts: ViewFacts } | { do: 'share' | 'remove'; view: View }

/** Gives a command about a view under a key, which makes a second try harmless. */
export function useViewCommand() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ command, key }: { command: ViewCommand; key: string }): Promise<View> => give(command, key),
    onSuccess: () => client.invalidateQueries({ queryKey: views }),
  })
}

async function give(command: ViewCommand, key: string): Promise<View> {
  const headers = { 'Idempotency-Key': key }
  if (command.do === 'save') return (await api.POST('/v1/views', { headers, body: { list, ...command.facts } })).data!
  const params = { path: { id: command.view.id } }
  if (command.do === 'change') return (await api.PUT('/v1/views/{id}', { headers, params, body: command.facts })).data!
  if (command.do === 'share') return (await api.POST('/v1/views/{id}/share', { headers, params })).data!
  return (await api.DELETE('/v1/views/{id}', { headers, params })).data!
}
