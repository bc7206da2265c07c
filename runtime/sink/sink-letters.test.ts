import { expect, test } from 'vitest'
import { BatchBuilder } from '../../connectors/batch-builder.ts'
import { createMemoryBroker } from '../../connectors/memory/memory-broker.ts'
import type { LogPoint } from '../../connectors/memory/log-point.ts'
import { HEARTBEAT } from '../../connectors/record-batch.ts'
import type { PlannedSink } from '../../topology/plan.ts'
import { Away } from './away.ts'
import { readLetters } from './read-letters.ts'
import type { RefusedRecord } from './refused-record.ts'
import { SinkLetters } from './sink-letters.ts'
import { KeptOutside, layoutOfItems } from './sink-rig.test-data.ts'
import { topicOfSink } from './sink-topic.ts'

const planned: PlannedSink = {
  ...{ name: 'copy', kind: 'kept', connection: 'there', topic: 'items' },
  ...{ config: {}, bad: 'dead-letter', away: undefined },
}
const LETTERS = { topic: 't.dead-letters', partition: 1 }

function refused(offset: number): RefusedRecord {
  const value = { symbol: 'A', n: offset }
  const about = { key: 'A', time: offset, available: offset, value, bytes: null }
  return { offset, reason: 'it is round', ...about }
}

async function openRig() {
  const broker = createMemoryBroker()
  const log = broker.connect()
  await log.createTopics(layoutOfItems.topics)
  const topic = topicOfSink(layoutOfItems.plan, planned)
  const open = (from = 0) => {
    const pause = () => new Promise<void>(setImmediate)
    const clock = { present: () => 0, now: () => 0, pause }
    const report = () => undefined
    const course = { end: () => undefined, givesUp: () => false, isStopping: () => false, pause }
    const own = { log: broker.connect(), layout: layoutOfItems, clock, report, course, topic }
    const { kind } = new KeptOutside()
    const away = new Away(planned, report, clock.now)
    return new SinkLetters({ ...own, planned, kind, settings: {}, partition: 1, away }, from)
  }
  const offsets = async (): Promise<readonly number[]> => {
    const found: number[] = []
    for (const bounds of await log.bounds([LETTERS])) {
      for await (const { offset } of readLetters(log, bounds, planned, topic)) found.push(offset)
    }
    return found
  }
  return { broker, open, offsets }
}

test('a letter that is there is not written again, by whoever claims the partition', async () => {
  const { open, offsets } = await openRig()
  await open().append([refused(3), refused(7)])
  await open().append([refused(3), refused(7), refused(9)])
  await open(9).append([refused(9)])
  expect(await offsets()).toEqual([3, 7, 9])
})

test('whoever was shut out writes no letter', async () => {
  const { open, offsets } = await openRig()
  const [first, second] = [open(), open()]
  await first.append([refused(1)])
  await second.append([refused(2)])
  await expect(first.append([refused(3)])).rejects.toMatchObject({ code: 'fenced' })
  expect(await offsets()).toEqual([1, 2])
})

test('waits for a letter that stands behind the open transaction of a task', async () => {
  const { broker, open, offsets } = await openRig()
  const [reached, gate] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()]
  const at = async ({ stage }: LogPoint): Promise<void> => {
    if (stage !== 'middle') return
    reached.resolve(undefined)
    await gate.promise
  }
  const task = await broker.connect({ at }).producer('task')
  const rows = new BatchBuilder()
  rows.add(HEARTBEAT, undefined, null, NaN, NaN)
  const held = open()
  // The letters of an earlier record are known, so the next is written without waiting.
  await held.append([refused(1)])
  const committed = task.transact({ appends: [{ ...LETTERS, batch: rows.take() }], puts: [] })
  await reached.promise
  await held.append([refused(5)])
  const again = open().append([refused(5)])
  for (let turns = 0; turns < 20; turns += 1) await new Promise(setImmediate)
  gate.resolve(undefined)
  await Promise.all([committed, again])
  expect(await offsets()).toEqual([1, 5])
})
