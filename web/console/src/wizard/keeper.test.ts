import { expect, test, vi } from 'vitest'
import type { Order } from '../api/client'
import { Problem, Unreachable } from '../api/problem'
import { Keeper, type Write } from './keeper'
import { added, type Agreement, type Work } from './work'

/** The order that a server would answer with. */
function answered(body: Agreement, revision: number): Order {
  const lines = body.lines.map((l, i) => ({ id: `oli_${revision}_${i}`, sku: l.sku ?? l.variant_id, title: `Title of ${l.sku ?? l.variant_id}`, variant_id: `var_${l.sku ?? l.variant_id}` }))
  const agreement = { ...body, lines: body.lines.map((l, i) => ({ quantity: l.quantity, variant_id: lines[i]!.variant_id, line_id: lines[i]!.id })) }
  return { id: 'ord_1', revision, lines, agreement } as unknown as Order
}

const refusal = (...faults: [pointer: string, code: string][]) => new Problem(422, { faults: faults.map(([pointer, code]) => ({ pointer, code, detail: code })) })

function kept(...answers: (Error | undefined)[]) {
  vi.useFakeTimers()
  const sent: { body: Agreement; draft?: string; key: string }[] = []
  let revision = 0
  const write: Write = async (body, draft, key) => {
    sent.push({ body, draft: draft?.id, key })
    const error = answers.shift()
    if (error) throw error
    return answered(body, ++revision)
  }
  let keys = 0
  const work: Work = { agreement: { channel_id: 'cha_1' }, lines: [] }
  const keeper = new Keeper(work, undefined, write, () => `key-${++keys}`)
  return { keeper, sent, add: (...wanted: [sku: string, quantity: string][]) => keeper.change((w) => ({ ...w, lines: added(w.lines, wanted.map(([sku, quantity]) => ({ asked: { sku }, sku, quantity }))) })) }
}

const wants = (body: Agreement) => body.lines.map((l) => `${l.sku ?? l.variant_id} ${l.quantity}`)

test('nothing is written before something is wanted, and then a draft, once, soon', async () => {
  const { keeper, sent, add } = kept()
  keeper.change((w) => ({ ...w, agreement: { ...w.agreement, reference: 'PO 1' } }))
  await vi.advanceTimersByTimeAsync(1000)
  expect(sent).toEqual([])
  add(['TEA', '1'])
  add(['TEA', '2'], ['POT', '1'])
  await vi.advanceTimersByTimeAsync(1000)
  expect(sent.map(({ body }) => wants(body))).toEqual([['TEA 3', 'POT 1']])
  expect(keeper.now().work.lines.map((l) => l.title)).toEqual(['Title of TEA', 'Title of POT'])
  expect(keeper.open).toBe(false)
})

test('what is typed while it is saved is saved next, as the next revision', async () => {
  const { keeper, sent, add } = kept()
  add(['TEA', '1'])
  const saving = keeper.flush()
  add(['POT', '1'])
  await saving
  expect(sent.map(({ body, draft }) => [draft, ...wants(body)])).toEqual([
    [undefined, 'TEA 1'],
    ['ord_1', 'var_TEA 1', 'POT 1'],
  ])
})

test('after a lost connection the same request goes out under its key before anything new', async () => {
  const { keeper, sent, add } = kept(new Unreachable(''), new Unreachable(''))
  add(['TEA', '1'])
  await vi.advanceTimersByTimeAsync(300)
  expect(keeper.now().trouble).toBeInstanceOf(Unreachable)
  add(['POT', '1'])
  await vi.advanceTimersByTimeAsync(5000)
  expect(sent.map(({ body, draft, key }) => [key, draft, ...wants(body)])).toEqual([
    ['key-1', undefined, 'TEA 1'],
    ['key-1', undefined, 'TEA 1'],
    ['key-1', undefined, 'TEA 1'],
    ['key-2', 'ord_1', 'var_TEA 1', 'POT 1'],
  ])
  expect([keeper.now().trouble, keeper.open]).toEqual([undefined, false])
})

test('lines that are refused keep what was typed, all faults are told, and the rest is saved', async () => {
  const { keeper, sent, add } = kept(undefined, refusal(['/lines/0/quantity', 'quantity_multiple'], ['/lines/1/sku', 'sku_unknown'], ['/lines/1/quantity', 'amount_out_of_range']))
  add(['BOX', '6'])
  await keeper.flush()
  const box = keeper.now().work.lines[0]!
  keeper.change((w) => ({ ...w, lines: added(w.lines.map((l) => ({ ...l, quantity: '7' })), [{ asked: { sku: 'NONE' }, sku: 'NONE', quantity: '0' }, { asked: { sku: 'TEA' }, sku: 'TEA', quantity: '1' }]) }))
  await keeper.flush()
  expect(sent.map(({ body }) => wants(body))).toEqual([['BOX 6'], ['var_BOX 7', 'NONE 0', 'TEA 1'], ['var_BOX 6', 'TEA 1']])
  const { faults, work } = keeper.now()
  expect(work.lines.map((l) => [l.sku, l.quantity, faults.get(l.key)?.map((f) => f.code)])).toEqual([
    ['BOX', '7', ['quantity_multiple']],
    ['NONE', '0', ['sku_unknown', 'amount_out_of_range']],
    ['TEA', '1', undefined],
  ])
  keeper.change((w) => ({ ...w, lines: w.lines.filter((l) => l.sku !== 'NONE').map((l) => (l.key === box.key ? { ...l, quantity: '12' } : l)) }))
  await keeper.flush()
  expect(wants(sent.at(-1)!.body)).toEqual(['var_BOX 12', 'var_TEA 1'])
  expect(keeper.now().faults.size).toBe(0)
})

test('a line whose kept form is refused too is left out, and no line is named that is gone', async () => {
  const gone = refusal(['/lines/0/variant_id', 'variant_inactive'])
  const { keeper, sent, add } = kept(undefined, gone, gone)
  add(['OLD', '1'])
  await keeper.flush()
  add(['TEA', '1'])
  await keeper.flush()
  expect(sent.map(({ body }) => wants(body))).toEqual([['OLD 1'], ['var_OLD 1', 'TEA 1'], ['var_OLD 1', 'TEA 1'], ['TEA 1']])
  expect(keeper.now().work.lines.map((l) => l.asked.line_id)).toEqual([undefined, 'oli_2_0'])
})

test('what is no quantity is not sent, and what is refused beside the lines is told', async () => {
  const { keeper, sent, add } = kept(refusal(['/deliveries/0/address/city', 'field_required']))
  add(['TEA', 'x'], ['POT', '1'])
  await expect(keeper.flush()).rejects.toBeInstanceOf(Problem)
  expect(wants(sent[0]!.body)).toEqual(['POT 1'])
  expect(keeper.open).toBe(true)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(sent.length).toBe(1)
})
