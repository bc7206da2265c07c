import { expect, test } from 'vitest'
import type { Log, PartitionId } from '../../connectors/connector.ts'
import type { InputItem } from '../../connectors/file/input-record.ts'
import { type ItemsLog, openItemsLog, planItems } from '../items-log.test-data.ts'
import { item as anyItem } from '../reference/run-steps.test-data.ts'
import { startWorker } from '../worker.ts'
import { findEnds } from '../ends.ts'
import { Slot } from './slot.ts'
import { SlotTaken } from './slot-taken.ts'

const item = (symbol: string, at: number, n: number): InputItem =>
  anyItem(symbol, at, n) as InputItem
const PLAN = planItems('  total: { from: items, sum: }')
const NONE = new Map<string, number>()
const open = (rig: ItemsLog, log: Log): Promise<Slot> => Slot.open(0, rig.options({ log }), NONE)

async function settle(slot: Slot): Promise<void> {
  for (let idle = 0; idle < 2;) idle = (await slot.round()) === 0 ? idle + 1 : 0
}

/** A topology that has committed twice, and stopped. */
async function run(): Promise<ItemsLog> {
  const rig = await openItemsLog(PLAN)
  const slot = await Slot.open(0, rig.options(), NONE)
  for (const n of [1, 2]) {
    await rig.feed('items', [item('A', n, n)])
    await settle(slot)
  }
  await slot.close()
  return rig
}

/** A log whose leader of one topic tells it as it was, until it was asked so often. */
async function deposed(rig: ItemsLog, topic: string, times: number): Promise<Log> {
  const { log } = rig.options()
  const [old] = await log.bounds([{ topic, partition: 0 }])
  let left = times
  const isOld = (id: PartitionId): boolean => id.topic === topic && (left -= 1) >= 0
  return {
    ...log,
    bounds: async (ids) => (await log.bounds(ids)).map((now) => (isOld(now) && old ? old : now)),
  }
}

const RESTORED = ['t.commits', 't.state', 't.order']

test.each(RESTORED)('an opening waits for a leader of %s that knows of it', async (topic) => {
  const rig = await run()
  const slot = await open(rig, await deposed(rig, topic, 5))
  await rig.feed('items', [item('A', 3, 3)])
  await settle(slot)
  expect(await rig.given('total')).toEqual(['A 1', 'A 3', 'A 6'])
})

test.each(RESTORED)('goes on from nothing that a deposed leader of %s tells', async (topic) => {
  const rig = await run()
  await expect(open(rig, await deposed(rig, topic, Infinity))).rejects.toMatchObject({
    code: 'log-unavailable',
    retryable: true,
    message: expect.stringMatching(/^topic "t\.\w+", partition 0, is told up to \d+, /) as unknown,
    coordinates: { topic, partition: 0 },
  })
})

test('reads what another has committed since as what it is, and ends', async () => {
  const rig = await run()
  const { log } = rig.options()
  let others: Promise<void> | undefined
  const overtake = async (): Promise<void> => {
    const other = await Slot.open(0, rig.options(), NONE)
    await rig.feed('items', [item('A', 3, 3)])
    await settle(other)
  }
  // Between the mark and what is read behind it another opens the slot, and commits.
  const bounds: Log['bounds'] = async (ids) => {
    await (others ??= overtake())
    return log.bounds(ids)
  }
  await expect(open(rig, { ...log, bounds })).rejects.toThrow(SlotTaken)
  expect(await rig.given('total')).toEqual(['A 1', 'A 3', 'A 6'])
})

test('is taken where another has opened the slot before the mark is written', async () => {
  const rig = await run()
  const { log } = rig.options()
  const producer: Log['producer'] = async (name) => {
    const opened = await log.producer(name)
    await log.producer(name)
    return opened
  }
  await expect(open(rig, { ...log, producer })).rejects.toThrow(SlotTaken)
})

test('finds a log whole on which nothing but openings stands', async () => {
  const rig = await openItemsLog(PLAN)
  for (let times = 0; times < 3; times += 1) await (await open(rig, rig.options().log)).close()
  const slot = await open(rig, rig.options().log)
  await rig.feed('items', [item('A', 1, 1)])
  await settle(slot)
  expect(await rig.given('total')).toEqual(['A 1'])
})

/** What is read of the changelog is cut short, so often. */
function halfRead(log: Log, times: number): Log {
  let left = times
  return {
    ...log,
    fetch: async (positions, options) =>
      (await log.fetch(positions, options)).map((fetched) =>
        fetched.topic === 't.state' && (left -= 1) >= 0 ? { ...fetched, batches: [] } : fetched,
      ),
  }
}

test.each([
  ['believes a damage that it finds twice', 2, { code: 'log-damaged' }],
  ['looks again before it believes a damage', 1, undefined],
])('%s', async (_what, times, outcome) => {
  const rig = await run()
  await rig.feed('items', [item('A', 3, 3)])
  const ends = await findEnds(rig.layout.plan, rig.log)
  const { done } = startWorker(rig.options({ ends, log: halfRead(rig.options().log, times) }))
  const error: unknown = await done.catch((thrown: unknown) => thrown)
  if (outcome === undefined) expect(error).toBeUndefined()
  else expect(error).toMatchObject(outcome)
  const whole = ['A 1', 'A 3', 'A 6']
  expect(await rig.given('total')).toEqual(outcome ? whole.slice(0, 2) : whole)
})
