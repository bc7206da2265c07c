import { expect, test } from 'vitest'
import { BatchBuilder } from '../../connectors/batch-builder.ts'
import { createMemoryBroker } from '../../connectors/memory/memory-broker.ts'
import { RECORD } from '../../connectors/record-batch.ts'
import { makeLayout } from '../../runtime/layout.ts'
import { type CommitRecord, encodeCommit } from '../../runtime/task/commit-record.ts'
import { commitsTopic } from '../../runtime/topic-names.ts'
import { loadPlan } from '../kill/plan.ts'
import { CommitWatch } from './commit-watch.ts'

const layout = makeLayout(loadPlan())
const topic = commitsTopic(layout.plan.topology)

const FIRST: CommitRecord = {
  ...{ number: 5, epoch: 2, topology: 'killed', shapeHash: '', fullHash: '', states: [] },
  ...{ taken: 50, clock: 500, promised: { clock: 500, hasEnded: false } },
  ...{ positions: { 'trades/0': 40 }, channels: {}, sent: {}, steps: {}, inputs: {} },
  hasFinished: false,
}

async function watched(...commits: readonly Partial<CommitRecord>[]): Promise<CommitWatch> {
  const log = createMemoryBroker().connect()
  await log.createTopics(layout.topics)
  const producer = await log.producer('test')
  const watch = new CommitWatch(layout, log)
  for (const commit of commits) {
    const builder = new BatchBuilder()
    builder.add(RECORD, '0_0', encodeCommit({ ...FIRST, ...commit }), NaN, NaN)
    const append = { topic, partition: 0, batch: builder.take() }
    await producer.transact({ appends: [append], puts: [] })
  }
  return watch
}

test('follows what is committed', async () => {
  const watch = await watched({}, { number: 6, clock: 600, positions: { 'trades/0': 45 } })
  expect((await watch.look()).get('0_0')?.number).toBe(6)
  expect(watch.seen).toBe(2)
  expect(await watch.areBehind(600)).toBe(false) // the other tasks have committed nothing
  expect(watch.laggards(601)).toContain('0_0 is 0.000001 s behind')
  expect(watch.laggards(600)).not.toContain('0_0')
})

test.each([
  ['a number that comes twice', { taken: 60 }, 'number 5 to 5'],
  ['an epoch', { number: 6, epoch: 1 }, 'epoch 2 to 1'],
  ['a clock', { number: 6, clock: 400 }, 'clock 500 to 400'],
  ['a position', { number: 6, positions: { 'trades/0': 39 } }, 'position of trades/0 40 to 39'],
])('refuses %s that goes back', async (_, commit, message) => {
  const watch = await watched({}, commit)
  await expect(watch.look()).rejects.toThrow(`a commit of task 0_0 goes back: ${message}`)
})
