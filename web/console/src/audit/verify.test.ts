import { expect, test } from 'vitest'
import { type Part, type Progress, verifyAll } from './verify'

const part = (to: number, more: Partial<Part> = {}): Part => ({ checked: 2, to, hash: `h${to}`, last: 6, done: false, fault: '', checkpoints: 1, public_key: '', ...more })

async function run(parts: Part[], stopAfter = Infinity) {
  const asked: object[] = []
  const told: Progress[] = []
  const stop = new AbortController()
  await verifyAll(
    async (from) => {
      asked.push(from)
      return parts.shift()!
    },
    (progress) => told.push(progress) >= stopAfter && stop.abort(),
    stop.signal,
  )
  return { asked, last: told.at(-1)!, parts: told.length }
}

test('each part goes on from the position and the hash of the one before, to the end', async () => {
  const { asked, last } = await run([part(2), part(4), part(6, { done: true })])
  expect(asked).toEqual([{}, { after: 2, hash: 'h2' }, { after: 4, hash: 'h4' }])
  expect(last).toMatchObject({ checked: 6, checkpoints: 3, last: 6 })
})

test('a fault or a stop ends it', async () => {
  expect((await run([part(2), part(3, { checked: 1, fault: 'position 4 is missing' })])).last).toMatchObject({ checked: 3, part: { fault: 'position 4 is missing' } })
  expect((await run([part(2), part(4)], 1)).parts).toBe(1)
})
