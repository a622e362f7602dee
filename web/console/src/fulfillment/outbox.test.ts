import { expect, test } from 'vitest'
import { Problem, Unreachable } from '../api/problem'
import { outbox } from './outbox'
import type { Scan } from './work'

/** An outbox whose server does what it is told to, and notes what it gets. */
function post(answers: (Error | 'ok')[], kept: Scan[] = []) {
  const sent: Scan[] = []
  const refused: string[] = []
  const held: (number | undefined)[] = []
  let made = 0
  let mine = true
  let idle = () => {}
  const waits: (() => void)[] = []
  const settled = new Promise<void>((done) => (idle = done))
  const box = outbox<{ version: number }>({
    keep: { load: () => kept, save: (all) => (kept = all) },
    newKey: () => String(++made),
    mine: () => mine,
    send: async (scan) => {
      sent.push(scan)
      const answer = answers.shift() ?? 'ok'
      if (answer !== 'ok') throw answer
      return { version: sent.length }
    },
    done: async () => void held.push(box.now().scans[0]?.version),
    refused: (_, p) => void refused.push(p.message),
    wait: () => new Promise((go) => void waits.push(go)),
  })
  box.watch(() => box.now().scans.length === 0 && idle())
  return { box, sent, refused, held, waits, settled, kept: () => kept, leave: () => (mine = false) }
}

const tea = { work: 'ful_1', line: 'oli_1', quantity: 1 }
const tick = () => new Promise((go) => setTimeout(go))

test('what could not be sent is kept, and sent again under its key', async () => {
  const p = post([new Unreachable('gone'), new Problem(503, {}), 'ok'])
  p.box.add(tea)
  await tick()
  expect(p.box.now()).toEqual({ scans: [{ ...tea, key: '1', tried: true }], stuck: true })
  expect(p.kept()).toEqual(p.box.now().scans)
  p.waits.shift()!()
  await tick()
  p.waits.shift()!()
  await p.settled
  expect(p.sent.map((s) => s.key)).toEqual(['1', '1', '1'])
  expect(p.box.now()).toEqual({ scans: [], stuck: false })
  expect(p.held).toEqual([3]) // it stays until the answer is shown, and tells which version holds it
  expect(p.kept()).toEqual([])
})

test('scans of the same goods are joined while they wait, but never to one that was tried', async () => {
  const p = post([new Unreachable('gone')])
  p.box.add(tea)
  for (let i = 0; i < 200; i++) p.box.add(tea)
  p.box.add({ ...tea, lot: 'L1' })
  p.box.add({ ...tea, quantity: 2 })
  p.box.add({ ...tea, quantity: -2 })
  await tick()
  p.waits.shift()!()
  await p.settled
  expect(p.sent.map(({ key, quantity, lot }) => [key, quantity, lot])).toEqual([
    ['1', 1, undefined],
    ['1', 1, undefined],
    ['2', 200, undefined],
    ['3', 1, 'L1'],
  ])
})

test('what the server refuses is told and not sent again; the rest goes on', async () => {
  const p = post([new Problem(409, { code: 'exceeds_reserved', detail: 'too many' }), 'ok'])
  p.box.add(tea)
  p.box.add({ ...tea, line: 'oli_2' })
  await p.settled
  expect(p.refused).toEqual(['too many'])
  expect(p.sent.map((s) => s.line)).toEqual(['oli_1', 'oli_2'])
})

test.each([401, 429, 500, 409])('%i is no answer to the scan: it stays', async (status) => {
  const p = post([new Problem(status, { code: status === 409 ? 'key_in_flight' : '' })])
  p.box.add(tea)
  await tick()
  expect(p.box.now().stuck).toBe(true)
  expect(p.refused).toEqual([])
})

test('what was kept is sent when the page comes back, but not for somebody else', async () => {
  const kept = [{ ...tea, key: 'old', tried: true }]
  const other = post([], kept)
  other.leave()
  other.box.resume()
  await tick()
  expect(other.sent).toEqual([])
  const p = post([], kept)
  p.box.resume()
  await p.settled
  expect(p.sent.map((s) => s.key)).toEqual(['old'])
})
