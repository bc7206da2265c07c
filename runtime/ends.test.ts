import { expect, test } from 'vitest'
import { BatchBuilder } from '../connectors/batch-builder.ts'
import type { InputItem } from '../connectors/file/input-record.ts'
import { findEnds } from './ends.ts'
import { openItemsLog, planItems } from './items-log.test-data.ts'
import { item as anyItem } from './reference/run-steps.test-data.ts'
import { isFinished } from './finish.ts'
import { startWorker } from './worker.ts'

const TOPICS = `
topics:
  items: { topic: items, schema: my/Item, key: symbol, partitions: 2, delay: 0s }
  slow: { topic: slow, schema: my/Item, key: symbol, partitions: 2 }
fate: { bad: fail, late: fail, duplicate: fail }`
const PLAN = planItems(
  `  both: { from: [items, slow], merge: , key: all }
  total: { from: both, sum: }`,
  TOPICS,
)
const item = (symbol: string, at: number, n: number): InputItem =>
  anyItem(symbol, at, n) as InputItem

test('finds where each partition ends, and the greatest clock of all', async () => {
  const rig = await openItemsLog(PLAN)
  expect(await findEnds(PLAN, rig.log)).toEqual({
    offsets: new Map([
      ['items/0', 0],
      ['items/1', 0],
      ['slow/0', 0],
      ['slow/1', 0],
    ]),
    clock: Number.NEGATIVE_INFINITY,
  })
  await rig.feed('items', [item('A', 9, 1), item('A', 4, 1), item('D', 5, 1)])
  await rig.feed('slow', [
    { kind: 'heartbeat', available: 12 },
    { kind: 'bad', reason: 'torn', original: '{', available: 11, place: 'slow.jsonl:1' },
  ])
  const { offsets, clock } = await findEnds(PLAN, rig.log)
  // The transaction's marker stands behind the rows.
  expect([...offsets]).toEqual([
    ['items/0', 3],
    ['items/1', 2],
    ['slow/0', 3],
    ['slow/1', 2],
  ])
  expect(clock).toBe(12)
})

test('an input that no step reads has no say', async () => {
  const rig = await openItemsLog(planItems('  total: { from: items, sum: }', TOPICS))
  await rig.feed('items', [item('A', 9, 1)])
  await rig.feed('slow', [item('A', 99, 1)])
  const { offsets, clock } = await findEnds(rig.layout.plan, rig.log)
  expect([...offsets.keys()]).toEqual(['items/0', 'items/1'])
  expect(clock).toBe(9)
})

test('a run ends at the ends, and the next one goes on from there', async () => {
  const rig = await openItemsLog(PLAN)
  const runToEnd = async () => {
    const ends = await findEnds(PLAN, rig.log)
    expect(await isFinished(rig.layout, rig.log, ends)).toBe(false)
    const commit = { everyMs: 1_000, records: 2 }
    await startWorker(rig.options({ ends, commit })).done
    expect(await isFinished(rig.layout, rig.log, ends)).toBe(true)
  }
  await rig.feed('items', [item('A', 1, 1), item('D', 2, 2), item('A', 3, 4)])
  await runToEnd()
  // Slow never brought anything: the end of the run lets the others pass.
  expect(await rig.given('total')).toEqual(['[] 1', '[] 3', '[] 7'])
  await rig.feed('slow', [item('C', 4, 8)])
  await rig.feed('items', [item('A', 5, 16)])
  await runToEnd()
  expect(await rig.given('total')).toEqual(['[] 1', '[] 3', '[] 7', '[] 15', '[] 31'])
  const ends = await findEnds(PLAN, rig.log)
  // Nothing new: it has nothing to do, and says so.
  expect(await isFinished(rig.layout, rig.log, ends)).toBe(true)
  await startWorker(rig.options({ ends })).done
  expect(await rig.given('total')).toHaveLength(5)
})

test('ends where an input goes on by nothing but what was aborted', async () => {
  const rig = await openItemsLog(PLAN)
  const run = async () => startWorker(rig.options({ ends: await findEnds(PLAN, rig.log) })).done
  await rig.feed('items', [item('A', 1, 1)])
  await run()
  const [before] = await rig.log.bounds([{ topic: 'items', partition: 0 }])
  const [read] = await rig.log.fetch([{ topic: 'items', partition: 0, offset: 0 }], {
    maxRecords: 1,
    waitMs: 0,
  })
  const batch = read?.batches[0]?.batch ?? new BatchBuilder().take()
  const feeder = await rig.log.producer('feed.items')
  const appends = ['items', 'nowhere'].map((topic) => ({ topic, partition: 0, batch }))
  const feeding = feeder.transact({ appends, puts: [] })
  await expect(feeding).rejects.toMatchObject({ code: 'topic-missing' })
  const [after] = await rig.log.bounds([{ topic: 'items', partition: 0 }])
  expect(after?.stable).toBeGreaterThan(before?.stable ?? Infinity)
  await run()
  expect(await rig.given('total')).toEqual(['[] 1'])
})
