import { useSyncExternalStore } from 'react'
import { command, newKey, request, send, type Schemas } from '../api/client'
import { partSize, sendParts } from '../api/parts'
import { Problem, Unreachable } from '../api/problem'

type Sent = Schemas['AttachmentFile']

/** A file on its way to an order. It goes on while other pages are looked at. */
export type Upload = {
  key: string
  order: string
  file: File
  attachment?: string // that it is a new version of
  sent: number // bytes
  state: 'sending' | 'stopped' | 'lost' | 'refused'
  error?: Error // why it is refused
}

let all: Upload[] = []
const ids = new Map<string, string>() // of files, by the key of their upload
const hearers = new Set<() => void>()
const waiting = new Map<string, ReturnType<typeof setTimeout>>()

/** How long to wait before a file is tried again whose server could not be reached. */
const pause = 3_000

function set(next: Upload[]) {
  all = next
  hearers.forEach((tell) => tell())
}

const change = (key: string, to: Partial<Upload>) => set(all.map((u) => (u.key === key ? { ...u, ...to } : u)))
const find = (key: string) => all.find((u) => u.key === key)

const none: Upload[] = []
let cache: { of: Upload[]; order: string; own: Upload[] } = { of: none, order: '', own: none }

function ofOrder(order: string): Upload[] {
  if (cache.of !== all || cache.order !== order) cache = { of: all, order, own: all.filter((u) => u.order === order) }
  return cache.own
}

/** The files on their way to an order. */
export function useUploads(order: string): Upload[] {
  return useSyncExternalStore(
    (tell) => {
      hearers.add(tell)
      return () => void hearers.delete(tell)
    },
    () => ofOrder(order),
  )
}

/** Puts files on an order, one after the other begun, and calls back with each that is there. */
export function sendFiles(order: string, files: File[], done: () => void, attachment?: string) {
  const more = files.map((file): Upload => ({ key: newKey(), order, file, attachment, sent: 0, state: 'sending' }))
  set([...all, ...more])
  for (const u of more) void run(u.key, done)
}

/** Stops behind the part that is under way. */
export function stop(key: string) {
  clearTimeout(waiting.get(key))
  change(key, { state: 'stopped' })
}

/** Goes on where the file is. */
export function goOn(key: string, done: () => void) {
  clearTimeout(waiting.get(key))
  change(key, { state: 'sending', error: undefined })
  void run(key, done)
}

/** Gives a file up; what is there of it is deleted. */
export function giveUp(key: string) {
  clearTimeout(waiting.get(key))
  set(all.filter((u) => u.key !== key))
  const id = ids.get(key)
  if (id) void send(request('delete', '/v1/files/{id}', [id]), newKey()).catch(() => undefined) // else it is forgotten in a week
}

const running = new Set<string>()

async function run(key: string, done: () => void) {
  const u = find(key)
  if (!u || running.has(key)) return
  running.add(key)
  try {
    if (await whole(u)) {
      set(all.filter((other) => other.key !== key))
      done()
    }
  } catch (error) {
    if (find(key)?.state === 'sending') failed(key, error as Error, done)
  } finally {
    running.delete(key)
    if (find(key)?.state === 'sending') void run(key, done) // it was stopped and gone on with meanwhile
  }
}

function failed(key: string, error: Error, done: () => void) {
  if (error instanceof Problem && error.status < 500 && error.status !== 429) return change(key, { state: 'refused', error })
  change(key, { state: 'lost', error: error instanceof Unreachable ? undefined : error })
  waiting.set(key, setTimeout(() => find(key)?.state === 'lost' && goOn(key, done), pause))
}

/** Sends what is missing of a file; false if it was stopped. */
async function whole({ key, order, file, attachment }: Upload): Promise<boolean> {
  let id = ids.get(key)
  if (!id) {
    const body = attachment ? { attachment_id: attachment } : { kind: file.type.startsWith('image/') ? ('photo' as const) : ('other' as const) }
    id = (await send<Sent>(command('/v1/orders/{id}/attachments', [order], { name: file.name, size: file.size, ...body }), key)).id
    ids.set(key, id)
  }
  const from = Math.floor((find(key)?.sent ?? 0) / partSize)
  await sendParts<Sent>(file, {
    from,
    part: (number, content) => request('put', '/v1/files/{id}/parts/{part}', [id, String(number)], { content }),
    sent: (bytes) => change(key, { sent: bytes }),
    stopped: () => find(key)?.state !== 'sending',
  })
  return find(key)?.sent === file.size
}
