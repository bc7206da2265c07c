import { expect, test } from 'vitest'
import type { InputItem } from '../../connectors/file/input-record.ts'
import { HEARTBEAT } from '../../connectors/record-batch.ts'
import { findEnds } from '../ends.ts'
import { handPace, type ItemsLog, openItemsLog, planItems } from '../items-log.test-data.ts'
import { item as anyItem } from '../reference/run-steps.test-data.ts'
import { startWorker } from '../worker.ts'
import { appendInserted } from './inserted-rows.ts'
import type { SlotOptions } from './options.ts'
import { Slot } from './slot.ts'
import { findStandingEnds } from './standing-ends.ts'

const item = (symbol: string, at: number, n: number): InputItem =>
  anyItem(symbol, at, n) as InputItem

const TOPICS = `
topics:
  items: { topic: items, schema: my/Item, key: symbol, partitions: 2 }
  news: { topic: news, schema: my/Item, key: symbol, partitions: 2 }
fate: { bad: fail, late: fail, duplicate: fail }`
/** Tasks of two slots send to one that takes all in one order. */
const PLAN = planItems(
  `  both: { from: [items, news], merge: , key: all }
  total: { from: both, sum: }`,
  TOPICS,
)

/** A run to the end over the first second; A and D belong to different partitions. */
async function openEnded(): Promise<ItemsLog> {
  const rig = await openItemsLog(PLAN)
  await rig.feed('items', [item('A', 1, 1), item('D', 1, 2)])
  await rig.feed('news', [item('A', 2, 4), item('D', 2, 8)])
  const ends = await findEnds(PLAN, rig.log)
  await startWorker(rig.options({ ends })).done
  return rig
}

async function runSlot(options: SlotOptions, id: number): Promise<void> {
  const slot = await Slot.open(id, options, new Map())
  for (let round = 0; round < 10; round += 1) await slot.round()
  await slot.close()
}

const MODES = [['that ends by itself'], ['that does not']]

test.each(MODES)('a later run %s waits for what had ended in an earlier one', async (mode) => {
  const rig = await openEnded()
  await rig.feed('items', [item('D', 12, 200), item('A', 10, 100)])
  await rig.feed('news', [item('D', 13, 800), item('A', 11, 400)])
  const ends = mode === 'that does not' ? undefined : await findEnds(PLAN, rig.log)
  const options = rig.options({ ends, pace: handPace() })
  // What is of partition 1 is there before anything of partition 0 is.
  for (const id of [1, 0, 0]) await runSlot(options, id)
  await startWorker(rig.options({ ends: await findEnds(PLAN, rig.log) })).done
  expect(await rig.given('total')).toEqual(sums(1, 3, 7, 15, 115, 515, 715, 1515))
})

const sums = (...all: readonly number[]): readonly string[] => all.map((n) => `[] ${n}`)

test('an end that the world has declared holds in a run that does not end by itself', async () => {
  const rig = await openItemsLog(PLAN)
  await rig.end('news', 5)
  await rig.feed('items', [item('A', 10, 1)])
  const options = rig.options()
  expect((await findStandingEnds(options))(5)).toBe(true)
  await runSlot(options, 0)
  expect(await rig.given('both')).toEqual(sums(1))
})

test('an end at a clock that was decided upon for a silent task does not hold later', async () => {
  const rig = await openItemsLog(PLAN)
  const about = { sub: 1, source: 't.both.between-tasks/0', offset: 3, kind: HEARTBEAT }
  const rows = [
    { ...about, upstream: 1, clock: 7 },
    { ...about, source: 'items/0', upstream: -1, clock: 8 },
  ]
  const producer = await rig.log.producer('slot')
  await producer.transact({ appends: appendInserted('t', 0, rows), puts: [] })
  const holds = await findStandingEnds(rig.options())
  expect([7, 8].map(holds)).toEqual([false, true])
})
