import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { gatherer } from './gatherer'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('a steady stream is read in time, what is left afterwards', async () => {
  const reads: string[][] = []
  const { add } = gatherer(async (ids) => {
    reads.push(ids)
    return ids.slice(2)
  }, 100)
  for (const id of ['a', 'b', 'c']) {
    add(id)
    await vi.advanceTimersByTimeAsync(40)
  }
  expect(reads).toEqual([['a', 'b', 'c']])
  await vi.advanceTimersByTimeAsync(1000)
  expect(reads).toEqual([['a', 'b', 'c'], ['c']])
})

test('what comes while a read runs is read after it', async () => {
  const reads: string[][] = []
  let answer = () => {}
  const { add } = gatherer((ids) => {
    reads.push(ids)
    return new Promise((done) => (answer = () => done([])))
  }, 100)
  add('a')
  await vi.advanceTimersByTimeAsync(100)
  add('a')
  await vi.advanceTimersByTimeAsync(1000)
  expect(reads).toEqual([['a']])
  answer()
  await vi.advanceTimersByTimeAsync(100)
  expect(reads).toEqual([['a'], ['a']])
})

test('what could not be read waits for the next, and at the end for nothing', async () => {
  const reads: string[][] = []
  const { add, end } = gatherer(async (ids) => {
    reads.push(ids)
    throw new Error()
  }, 100)
  add('a')
  await vi.advanceTimersByTimeAsync(1000)
  add('b')
  await vi.advanceTimersByTimeAsync(1000)
  expect(reads).toEqual([['a'], ['a', 'b']])
  add('c')
  end()
  await vi.advanceTimersByTimeAsync(1000)
  expect(reads).toHaveLength(2)
})
