import { expect, test } from 'vitest'
import type { InputItem } from '../../connectors/file/input-record.ts'
import { HEARTBEAT } from '../../connectors/record-batch.ts'
import { findEnds } from '../ends.ts'
import { handPace, openItemsLog, planItems } from '../items-log.test-data.ts'
import { item as anyItem } from '../reference/run-steps.test-data.ts'
import type { RunEvent } from '../report.ts'
import { rewind } from '../rewind.ts'
import { startWorker } from '../worker.ts'
import { readInserted } from './inserted-rows.ts'
import { Slot } from './slot.ts'

const SECOND = 1_000_000
const item = (symbol: string, seconds: number, n: number): InputItem =>
  anyItem(symbol, seconds * SECOND, n) as InputItem

const TOPICS = `
topics:
  items: { topic: items, schema: my/Item, key: symbol, partitions: 2, idle: 2s }
  other: { topic: other, schema: my/Item, key: symbol, partitions: 2 }
fate: { bad: fail, late: fail, duplicate: fail }`
/** A is of partition 0, D of partition 1, and what comes of both of one task of slot 0. */
const PLAN = planItems(
  '  sent: { from: items, pass: , key: all }\n  total: { from: sent, sum: }',
  TOPICS,
)
const FROM_THE_FIRST = { to: undefined, clearOutputs: true, clearDeadLetters: true }
const BETWEEN = 't.sent.between-tasks'

/** Two slots, opened and moved by hand. */
async function openTwo(plan = PLAN) {
  const rig = await openItemsLog(plan)
  const pace = handPace()
  const events: RunEvent[] = []
  const options = rig.options({ pace, report: (event) => void events.push(event) })
  const open = (id: number) => Slot.open(id, options, new Map())
  const [zero, one] = [await open(0), await open(1)]
  return { rig, pace, events, options, open, zero, one }
}

/** Rounds of all until nothing was taken in several. */
async function settle(...slots: readonly Slot[]): Promise<void> {
  for (let idle = 0; idle < 4;) {
    let taken = 0
    for (const slot of slots) taken += await slot.round()
    idle = taken === 0 ? idle + 1 : 0
  }
}

test('goes on without a task whose inputs are silent, as long after as they may be', async () => {
  const { rig, pace, events, zero, one } = await openTwo()
  await rig.feed('items', [item('A', 1, 1), item('A', 2, 2)])
  await settle(zero, one)
  pace.ms = 1_999
  await settle(zero, one)
  expect(await rig.given('total')).toEqual([])
  pace.ms = 2_000
  await settle(zero, one)
  expect(await rig.given('total')).toEqual(['[] 1', '[] 3'])
  expect(await readInserted(rig.log, 't', 0)).toEqual([
    {
      sub: 1,
      source: `${BETWEEN}/0`,
      upstream: 1,
      offset: 0,
      kind: HEARTBEAT,
      clock: 2 * SECOND + 2,
    },
  ])
  const skips = events.flatMap((event) =>
    event.kind === 'committed' ? event.tasks.flatMap(({ idleSkips }) => idleSkips) : [],
  )
  expect(skips).toEqual([BETWEEN])
})

test('what the task sends later counts as known at the clock that was decided upon', async () => {
  const { rig, pace, zero, one } = await openTwo()
  await rig.feed('items', [item('A', 1, 1), item('A', 5, 2)])
  await settle(zero, one)
  pace.ms = 2_000
  await settle(zero, one)
  await rig.feed('items', [item('D', 3, 4), item('A', 6, 8), item('D', 7, 16)])
  await settle(zero, one)
  expect(await rig.given('total')).toEqual(['[] 1', '[] 3', '[] 7', '[] 15'])
})

test('repeats the decision when all is taken again, whatever stands where on the log', async () => {
  const { rig, pace, open, zero, one } = await openTwo()
  await rig.feed('items', [item('D', 0.5, 32)])
  await settle(zero, one)
  await rig.feed('items', [item('A', 1, 1), item('A', 5, 2)])
  await settle(zero, one)
  pace.ms = 2_000
  await settle(zero, one)
  await rig.feed('items', [item('D', 3, 4), item('A', 6, 8), item('D', 7, 16)])
  await settle(zero, one)
  for (const slot of [zero, one]) await slot.close()
  const live = await rig.given('total')
  expect(live).toEqual(['[] 32', '[] 33', '[] 35', '[] 39', '[] 47'])
  // Only the inputs and the order log are left.
  for (const topic of ['t.sent.captured', 't.total.captured']) await rig.log.deleteTopic(topic)
  await rewind({ layout: rig.layout, log: rig.log, ...FROM_THE_FIRST })
  // Slot 1 has sent everything before slot 0 sends anything.
  const [again, other] = [await open(0), await open(1)]
  await settle(other)
  await settle(again, other)
  expect(await rig.given('total')).toEqual(live)
  expect(await readInserted(rig.log, 't', 0)).toHaveLength(1)
})

test('goes on where it stood, with what it decided and what was not yet taken', async () => {
  const { rig, pace, open, zero, one } = await openTwo()
  await rig.feed('items', [item('A', 1, 1), item('A', 5, 2)])
  await settle(zero, one)
  pace.ms = 2_000
  await settle(zero, one)
  await zero.close()
  const again = await open(0)
  await rig.feed('items', [item('A', 5, 8), item('D', 3, 4), item('A', 9, 16)])
  await settle(again, one)
  expect(await rig.given('total')).toEqual(['[] 1', '[] 3', '[] 11', '[] 15'])
})

test('waits for a task that is behind or stopped, however long', async () => {
  const { rig, pace, zero, one } = await openTwo()
  await rig.feed('items', [item('A', 1, 1), item('D', 0.5, 2)])
  for (const ms of [0, 2_000, 60_000]) {
    pace.ms = ms
    await settle(zero)
  }
  expect(await rig.given('total')).toEqual([])
  await settle(zero, one)
  pace.ms = 62_000
  await settle(zero, one)
  expect(await rig.given('total')).toEqual(['[] 2', '[] 3'])
})

test('waits for a task behind which a topic states no idle time', async () => {
  const merged = '  sent: { from: [items, other], merge: , key: all }'
  const plan = planItems(`${merged}\n  total: { from: sent, sum: }`, TOPICS)
  const { rig, pace, zero, one } = await openTwo(plan)
  await rig.feed('items', [item('A', 1, 1)])
  await rig.feed('other', [item('A', 2, 2)])
  for (const ms of [0, 2_000, 60_000]) {
    pace.ms = ms
    await settle(zero, one)
  }
  expect(await rig.given('total')).toEqual([])
})

test('waits as long as the slowest input says, also behind several tasks in a row', async () => {
  const topics = TOPICS.replace('key: symbol, partitions: 2 }', 'key: symbol, idle: 5s }')
  const plan = planItems(
    `  slow: { from: other, pass: , key: all }
  next: { from: slow, pass: , key: symbol }
  fast: { from: items, pass: , key: all }
  told: { from: fast, pass: , key: symbol }
  both: { from: [next, told], merge: }`,
    topics,
  )
  const { rig, pace, zero, one } = await openTwo(plan)
  const channels = rig.layout.tasks.flatMap((task) => task.channels)
  const idle = (stream: string) => channels.find((each) => each.stream === stream)?.idle
  expect(['slow', 'next', 'fast', 'told'].map(idle)).toEqual([5, 5, 2, 2].map((s) => s * SECOND))
  await rig.feed('items', [item('A', 1, 1), item('D', 1, 2)])
  await settle(zero, one)
  pace.ms = 4_999
  await settle(zero, one)
  expect(await rig.given('both')).toEqual([])
  // Those that wait look at the log anew after the idle time.
  for (pace.ms = 5_000; pace.ms < 30_000; pace.ms += 1_000) await settle(zero, one)
  expect([...(await rig.given('both'))].sort()).toEqual(['A 1', 'D 2'])
})

test('goes on without the tasks that a broadcast comes from', async () => {
  const plan = planItems(
    `  told: { from: items, pass: , key: broadcast }
  seen: { from: other, enrich: { told: { with: told, missing: null } } }`,
    TOPICS,
  )
  const { rig, pace, zero, one } = await openTwo(plan)
  await rig.feed('items', [item('A', 1, 1)])
  await rig.feed('other', [item('A', 2, 2), item('D', 2, 4)])
  for (const ms of [0, 2_000, 4_000, 6_000]) {
    pace.ms = ms
    await settle(zero, one)
  }
  expect([...(await rig.given('seen'))].sort()).toEqual(['A 2', 'D 4'])
})

test('a run that ends by itself comes to its end after a decision, and repeats it', async () => {
  const { rig, pace, zero, one } = await openTwo()
  const runToEnd = async () =>
    startWorker(rig.options({ ends: await findEnds(PLAN, rig.log) })).done
  await rig.feed('items', [item('D', 4, 32)])
  await runToEnd()
  await rig.feed('items', [item('A', 1, 1)])
  const [live, other] = [await Slot.open(0, rig.options({ pace }), new Map()), one]
  await other.close()
  await zero.close()
  const again = await Slot.open(1, rig.options({ pace }), new Map())
  for (const ms of [0, 2_000, 4_000]) {
    pace.ms = ms
    await settle(live, again)
  }
  await live.close()
  await again.close()
  expect(await rig.given('total')).toEqual(['[] 32', '[] 33'])
  await runToEnd()
  await rig.feed('items', [item('D', 5, 2)])
  await runToEnd()
  expect(await rig.given('total')).toEqual(['[] 32', '[] 33', '[] 35'])
})
