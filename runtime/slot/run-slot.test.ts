import { expect, test } from 'vitest'
import { EngineError } from '../../topology/engine-error.ts'
import type { InputItem } from '../../connectors/file/input-record.ts'
import type { AtPoint, LogPoint } from '../../connectors/memory/log-point.ts'
import { findEnds } from '../ends.ts'
import { readCommits } from '../finish.ts'
import { type ItemsLog, openItemsLog, planItems } from '../items-log.test-data.ts'
import { item as anyItem } from '../reference/run-steps.test-data.ts'
import type { RunEvent } from '../report.ts'
import { readResults } from '../results/read-results.ts'
import { StoppedByRecord } from '../task/dead-letters.ts'
import { startWorker } from '../worker.ts'

const item = (symbol: string, at: number, n: number): InputItem =>
  anyItem(symbol, at, n) as InputItem

const TOPICS = `
topics:
  items: { topic: items, schema: my/Item, key: symbol }
  out: { topic: out, schema: my/Item, key: symbol }
fate: { bad: fail, late: fail, duplicate: fail }`
const PLAN = planItems(
  '  first: { from: items, pass: , to: out }\n  total: { from: first, sum: }',
  TOPICS,
)

/** Runs a worker to the end of the inputs; what stopped it, if anything did. */
async function run(
  rig: ItemsLog,
  records: number,
  report: (event: RunEvent) => void = () => undefined,
) {
  const ends = await findEnds(rig.layout.plan, rig.log)
  const commit = { everyMs: 1_000_000, records }
  const worker = startWorker(rig.options({ ends, commit, report }))
  return worker.done.then(
    () => undefined,
    (error: unknown) => error,
  )
}

test.each([1, 2, 3, 1_000])(
  'a fate of fail commits all before the record and nothing of it, %i records a commit',
  async (records) => {
    const rig = await openItemsLog(PLAN)
    const items = [1, 2, 3, -1, 5].map((n, at) => item('A', at, n))
    await rig.feed('items', items)
    const error = await run(rig, records)
    expect(error).toBeInstanceOf(StoppedByRecord)
    expect((error as StoppedByRecord).message).toBe(
      'step "total" cannot take the record at items:3: it is negative',
    )
    expect(await rig.given('total')).toEqual(['A 1', 'A 3', 'A 6'])
    // The step before it had given the record out: that goes with it.
    expect(await rig.given('out')).toEqual(['A 1', 'A 2', 'A 3'])
    const { steps, inputs, deadLetters, state } = await readResults(rig.layout, rig.log)
    expect([inputs.get('items'), steps.get('first')?.emitted, deadLetters]).toEqual([3, 3, []])
    expect(steps.get('total')?.fates.bad).toBe(0)
    expect(state.get('total')?.get('total')?.get('0 A')).toEqual({ n: 6 })
    const commits = await readCommits(rig.layout, rig.log)
    expect(commits.get('0_0')).toMatchObject({ taken: 3, positions: { 'items/0': 3 } })
  },
)

test('meets the record again, and stops before it again, however often it is started', async () => {
  const rig = await openItemsLog(PLAN)
  await rig.feed('items', [item('A', 0, 1), item('A', 1, -1)])
  for (let start = 0; start < 3; start += 1) {
    expect(await run(rig, 1_000)).toBeInstanceOf(StoppedByRecord)
    expect(await rig.given('total')).toEqual(['A 1'])
  }
})

type Fault = 'aborted' | 'outcome-unknown' | 'log-unavailable'

/** Fails the n-th transaction of a slot at a stage, once. */
function failOnce(code: Fault, stage: LogPoint['stage'], nth: number): AtPoint {
  let seen = 0
  return (point) => {
    const isIt = point.operation === 'transact' && point.stage === stage
    if (!isIt || point.name?.includes('slot') !== true) return Promise.resolve()
    seen += 1
    if (seen !== nth) return Promise.resolve()
    return Promise.reject(new EngineError(code, 'planted', { coordinates: {} }))
  }
}

/** The first transaction marks the opening, in three topics. */
const FAULTS: readonly (readonly [string, Fault, LogPoint['stage'], number])[] = [
  ['that marks an opening and is aborted half-way', 'aborted', 'middle', 2],
  ['that marks an opening, of an unknown outcome', 'outcome-unknown', 'after', 1],
  ['aborted before it began', 'aborted', 'before', 3],
  ['aborted half-way', 'aborted', 'middle', 7],
  ['aborted before its first commit', 'aborted', 'before', 2],
  ['of an unknown outcome that was none', 'outcome-unknown', 'middle', 10],
  ['of an unknown outcome that was a commit', 'outcome-unknown', 'after', 3],
  ['of an unknown outcome that was its first commit', 'outcome-unknown', 'after', 2],
  ['that the log did not take', 'log-unavailable', 'before', 3],
]

test.each(FAULTS)('a transaction %s leaves no trace', async (_what, code, stage, nth) => {
  const items = Array.from({ length: 12 }, (_, at) => item(at % 3 === 0 ? 'B' : 'A', at, at))
  const quiet = await openItemsLog(PLAN)
  const faulty = await openItemsLog(PLAN, { at: failOnce(code, stage, nth) })
  const events: string[] = []
  for (const rig of [quiet, faulty]) {
    await rig.feed('items', items)
    expect(await run(rig, 3, ({ kind }) => void events.push(kind))).toBeUndefined()
  }
  expect(events.filter((kind) => kind === 'retrying')).toHaveLength(1)
  const [expected, found] = [
    await readResults(quiet.layout, quiet.log),
    await readResults(faulty.layout, faulty.log),
  ]
  expect(found.outputs).toEqual(expected.outputs)
  expect(found.outputs.get('total')).toHaveLength(12)
  expect([found.state, found.steps, found.inputs]).toEqual([
    expected.state,
    expected.steps,
    expected.inputs,
  ])
})

test('gives up on a log that never takes anything, and says how often it tried', async () => {
  const at: AtPoint = ({ operation, name }) =>
    operation === 'transact' && name?.includes('slot') === true
      ? Promise.reject(new EngineError('aborted', 'planted', { coordinates: {} }))
      : Promise.resolve()
  const rig = await openItemsLog(PLAN, { at })
  await rig.feed('items', [item('A', 0, 1)])
  const kinds: string[] = []
  expect(await run(rig, 3, ({ kind }) => void kinds.push(kind))).toMatchObject({ code: 'aborted' })
  expect(kinds.filter((kind) => kind === 'retrying')).toHaveLength(8)
  expect(kinds.at(-1)).toBe('failed')
  expect(await rig.given('total')).toEqual([])
})

test('waits for a log that is away longer than it bears other faults', async () => {
  let left = 20
  const at: AtPoint = ({ operation, stage, name }) => {
    if (operation !== 'producer' || stage !== 'before') return Promise.resolve()
    if (name?.includes('slot') !== true || left === 0) return Promise.resolve()
    left -= 1
    const about = { coordinates: {}, retryable: true }
    return Promise.reject(new EngineError('log-unavailable', 'planted', about))
  }
  const rig = await openItemsLog(PLAN, { at })
  await rig.feed('items', [item('A', 0, 1)])
  const kinds: string[] = []
  expect(await run(rig, 3, ({ kind }) => void kinds.push(kind))).toBeUndefined()
  expect(kinds.filter((kind) => kind === 'retrying')).toHaveLength(20)
  expect(await rig.given('total')).toHaveLength(1)
})

test('is patient with a log that takes two transactions of three', async () => {
  let seen = 0
  const at: AtPoint = ({ operation, stage, name }) => {
    if (operation !== 'transact' || stage !== 'before') return Promise.resolve()
    if (name?.includes('slot') !== true || (seen += 1) % 3 > 0) return Promise.resolve()
    return Promise.reject(new EngineError('aborted', 'planted', { coordinates: {} }))
  }
  const rig = await openItemsLog(PLAN, { at })
  await rig.feed(
    'items',
    Array.from({ length: 20 }, (_, n) => item('A', n, 1)),
  )
  expect(await run(rig, 1)).toBeUndefined()
  expect(await rig.given('total')).toHaveLength(20)
})

test('stops between two readings of a restore, however many are left', async () => {
  const rig = await openItemsLog(PLAN)
  await rig.feed(
    'items',
    Array.from({ length: 50 }, (_, n) => item(`K${n}`, n, 1)),
  )
  expect(await run(rig, 1)).toBeUndefined()
  const { log } = rig.options()
  const kinds: string[] = []
  let readings = 0
  const fetch: typeof log.fetch = async (positions, options) => {
    if (positions[0]?.topic === 't.state' && (readings += 1) === 2) void worker.stop()
    await new Promise(setImmediate)
    return log.fetch(positions, { ...options, maxRecords: 1 })
  }
  const report = ({ kind }: RunEvent): void => void kinds.push(kind)
  const worker = startWorker(rig.options({ log: { ...log, fetch }, report }))
  await worker.done
  // The worker hears of it at its next poll.
  expect(readings).toBeLessThan(10)
  expect(kinds).toEqual(['assigned', 'slot-opening', 'slot-closed'])
})
