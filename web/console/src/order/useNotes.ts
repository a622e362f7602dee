import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, newKey, type Schemas } from '../api/client'
import { keyring } from '../api/keyring'
import { session } from '../api/session'
import { useFailed } from '../api/useFailed'
import { useWords } from '../language'
import { quoted } from '../filter/filter'
import { named, type Person } from './mention'
import { keyOf, type Whole } from './useOrder'

export type Note = Schemas['OrderNote']

/** What somebody writes in a note. */
export type Written = { text: string; visibility: Note['visibility']; mentions: Person[] }

const most = 200
const notesKey = (id: string) => [...keyOf(id), 'notes']

/** The last notes on an order, newest first. */
export function useNotes(id: string) {
  return useQuery({
    queryKey: notesKey(id),
    queryFn: async ({ signal }) => (await api.GET('/v1/orders/{id}/notes', { params: { path: { id }, query: { sort: '-created', limit: most } }, signal })).data!.items,
  })
}

/** Whom a note on the order can mention, by what is typed of the name; until the server has answered, of those found before. */
export function usePeople(id: string, name: string | undefined): Person[] {
  const { data } = useQuery({
    queryKey: [...keyOf(id), 'people', name],
    enabled: name !== undefined,
    staleTime: 60_000,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) =>
      (await api.GET('/v1/orders/{id}/people', { params: { path: { id }, query: { limit: 8, ...(name && { filter: `name:${quoted(name)}` }) } }, signal })).data!.items,
  })
  return name === undefined ? [] : (data ?? []).filter(named(name))
}

/** A change of an order's notes: it is shown at once, and taken back if the server refuses. The same again has the same key. */
function useChange<V>(order: Whole, change: (notes: Note[], v: V) => Note[], run: (v: V, key: string) => Promise<unknown>) {
  const { t } = useWords()
  const failed = useFailed()
  const client = useQueryClient()
  const key = notesKey(order.id)
  const [keys] = useState(() => keyring(newKey))
  return useMutation({
    mutationFn: async (v: V) => {
      const work = JSON.stringify([v])
      await run(v, keys.of(work))
      keys.done(work)
    },
    onMutate: async (v) => {
      await client.cancelQueries({ queryKey: key })
      const before = client.getQueryData<Note[]>(key)
      client.setQueryData<Note[]>(key, (notes) => change(notes ?? [], v))
      return { before }
    },
    onError: (error, _, kept) => {
      client.setQueryData(key, kept?.before)
      failed(t('note/failed'), error)
    },
    onSettled: () => void client.invalidateQueries({ queryKey: keyOf(order.id) }),
  })
}

const facts = (w: Written) => ({ text: w.text, visibility: w.visibility, mentions: w.mentions.map((p) => p.id) })

/** Ids of notes that the server has not answered for yet begin so. */
export const pending = 'pending'

export function useWriteNote(order: Whole) {
  return useChange<Written>(
    order,
    (notes, w) => [{ id: pending + notes.length, order_id: order.id, author: session()?.user_id ?? '', created_at: new Date().toISOString(), ...w }, ...notes],
    (w, key) => api.POST('/v1/orders/{id}/notes', { params: { path: { id: order.id } }, headers: { 'Idempotency-Key': key }, body: facts(w) }),
  )
}

export function useEditNote(order: Whole, id: string) {
  return useChange<Written>(
    order,
    (notes, w) => notes.map((n) => (n.id === id ? { ...n, ...w, edited_at: new Date().toISOString() } : n)),
    (w, key) => api.PUT('/v1/orders/{id}/notes/{note_id}', { params: { path: { id: order.id, note_id: id } }, headers: { 'Idempotency-Key': key }, body: facts(w) }),
  )
}

export function useRemoveNote(order: Whole, id: string) {
  return useChange<void>(
    order,
    (notes) => notes.filter((n) => n.id !== id),
    (_, key) => api.DELETE('/v1/orders/{id}/notes/{note_id}', { params: { path: { id: order.id, note_id: id } }, headers: { 'Idempotency-Key': key } }),
  )
}

const changeable = 15 * 60_000 // milliseconds, as the server has it

/** Whether the reader wrote the note, and not too long ago to change it. */
export function mayChange(note: Note, now = Date.now()): boolean {
  return note.author === session()?.user_id && now - Date.parse(note.created_at) < changeable && !note.id.startsWith(pending)
}
