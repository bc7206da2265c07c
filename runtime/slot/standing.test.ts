import { expect, test } from 'vitest'
import { createFeeder } from '../../connectors/feed/feeder.ts'
import { createMemoryBroker } from '../../connectors/memory/memory-broker.ts'
import { merge } from '../../operators/merge.ts'
import { USUAL_FETCH, USUAL_STORE_BYTES } from '../defaults.ts'
import { makeLayout } from '../layout.ts'
import { item, planSteps } from '../reference/run-steps.test-data.ts'
import type { RunEvent } from '../report.ts'
import { Slot } from './slot.ts'

/** A task that merges `items`, which has five records, with `others`, which has the first alone. */
async function openMerging(idle = '') {
  const topics = `
topics:
  items: { topic: all.items, schema: my/Item, key: symbol }
  others: { topic: all.others, schema: my/Item, key: symbol${idle} }
fate: { bad: fail, late: fail, duplicate: fail }`
  const steps = '  both: { from: [items, others], merge: }'
  const plan = planSteps({ operators: [merge], topics, steps })
  const layout = makeLayout(plan)
  const log = createMemoryBroker().connect()
  await log.createTopics(layout.topics)
  for (const [name, count] of [
    ['items', 5],
    ['others', 1],
  ] as const) {
    const topic = plan.topics.get(name)
    if (topic === undefined) throw new Error(`no topic ${name}`)
    const feeder = createFeeder({ producer: await log.producer(name), topic, partitions: 1 })
    const items = Array.from({ length: count }, (_, index) => item('A', (index + 1) * 10))
    await feeder.add(items.filter((each) => each.kind !== 'crash'))
    await feeder.flush()
  }
  const events: RunEvent[] = []
  let now = 0
  const slot = await Slot.open(
    0,
    {
      layout,
      operators: new Map([['merge', merge]]),
      log,
      pace: { now: () => now, pause: () => Promise.resolve() },
      commit: { everyMs: 10, records: 1_000 },
      fetchRecords: USUAL_FETCH,
      ends: undefined,
      storeBytes: USUAL_STORE_BYTES,
      report: (event) => void events.push(event),
    },
    new Map(),
  )
  return {
    events,
    roundAt: async (ms: number): Promise<RunEvent | undefined> => {
      const before = events.length
      now = ms
      await slot.round()
      return events.slice(before).at(-1)
    },
  }
}

/** Offsets count the marker of the feeder's transaction. */
const sourcesAt = (position: number) => [
  { topic: 'all.items', partition: 0, position, stable: 6 },
  { topic: 'all.others', partition: 0, position: 2, stable: 2 },
]

test('tells with a commit what was taken, what waits, and how far that goes', async () => {
  const { events, roundAt } = await openMerging()
  expect(events).toMatchObject([
    { kind: 'slot-opening' },
    { kind: 'slot-opened', tasks: [{ task: '0_0', clock: -Infinity, waiting: 0 }] },
  ])
  expect(await roundAt(0)).toBeUndefined()
  // The first of each topic was taken; with no more of `others` the second of `items` waits.
  const [task] = [await roundAt(10)].flatMap((event) =>
    event?.kind === 'committed' ? event.tasks : [],
  )
  expect(task).toMatchObject({
    task: '0_0',
    clock: 10,
    fetchedClock: 50,
    items: 2,
    waiting: 4,
    hasFinished: false,
    idleSkips: [],
    counts: { inputs: { items: { records: 1 }, others: { records: 1 } } },
  })
  expect(task?.sources).toEqual(sourcesAt(1))
})

test('tells of a task that takes nothing for five seconds, and again while it lasts', async () => {
  const { roundAt } = await openMerging()
  for (const ms of [0, 10, 20, 5_000]) expect((await roundAt(ms))?.kind).not.toBe('stalled')
  const stalled = await roundAt(5_030)
  expect(stalled).toMatchObject({
    kind: 'stalled',
    task: '0_0',
    waitsFor: 'all.others/0',
    standing: { clock: 10, fetchedClock: 50, waiting: 4, sources: sourcesAt(1) },
  })
  expect(await roundAt(6_000)).toBeUndefined()
  expect(await roundAt(10_030)).toMatchObject({ kind: 'stalled', task: '0_0' })
})

test('names the topic that it went on without, with the commit that makes it so', async () => {
  const { roundAt } = await openMerging(', idle: 2s')
  for (const ms of [0, 10, 20]) await roundAt(ms)
  expect(await roundAt(1_999)).toBeUndefined()
  await roundAt(2_010)
  const [task] = [await roundAt(2_020)].flatMap((event) =>
    event?.kind === 'committed' ? event.tasks : [],
  )
  expect(new Set(task?.idleSkips)).toEqual(new Set(['all.others']))
  // A skip is an item, and lets at least one record pass.
  expect(task?.items).toBeGreaterThan(task?.idleSkips.length ?? 0)
})
