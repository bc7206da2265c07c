import { expect, test } from 'vitest'
import { append, type Row, row, rowsOf, series } from '../contract/row.ts'
import type { Log, TopicSpec } from '../connector.ts'
import { HEARTBEAT, UNREADABLE } from '../record-batch.ts'
import { createMemoryBroker } from './memory-broker.ts'
import { Partition } from './partition.ts'

async function logWith(keeps: TopicSpec['keeps'], ...commits: readonly (readonly Row[])[]) {
  const log = createMemoryBroker({ compactAfter: 0 }).connect()
  await log.createTopics([{ name: 't', partitions: 1, keeps }])
  const producer = await log.producer('writer')
  for (const rows of commits) {
    await producer.transact({ appends: [append('t', 0, rows)], puts: [] })
  }
  return log
}

async function readFrom(log: Log, offset: number, maxRecords = 100_000) {
  const position = { topic: 't', partition: 0, offset }
  const [fetched] = await log.fetch([position], { maxRecords, waitMs: 0 })
  return fetched === undefined ? [] : rowsOf(fetched)
}

async function kept(log: Log, offset = 0): Promise<readonly string[]> {
  const rows = await readFrom(log, offset)
  return rows.map((each) => `${each.offset} ${each.key ?? ''}=${each.value ?? 'null'}`)
}

test('keeps the last record of every key under its own offset', async () => {
  const later = [row('a', '2'), row('c', '1'), row('a', '3')]
  const log = await logWith('latest', [row('a', '1'), row('b', '1')], later)
  expect(await kept(log)).toEqual(['1 b=1', '4 c=1', '5 a=3'])
  expect(await kept(log, 2)).toEqual(['4 c=1', '5 a=3'])
  expect(await kept(log, 5)).toEqual(['5 a=3'])
  const bounds = await log.bounds([{ topic: 't', partition: 0 }])
  expect(bounds).toEqual([{ topic: 't', partition: 0, first: 0, stable: 7 }])
})

test('forgets a key whose last record has no value', async () => {
  const log = await logWith('latest', [row('a', '1'), row('b', '1'), row('a', null)])
  expect(await kept(log)).toEqual(['1 b=1'])
})

test('keeps everything where all is kept', async () => {
  const log = await logWith('all', [row('a', '1'), row('a', null)], [row('a', '2')])
  expect(await kept(log)).toEqual(['0 a=1', '1 a=null', '3 a=2'])
})

test('keeps heartbeats and what could not be read, which have no key of their own', async () => {
  const heartbeat = row(undefined, null, { kind: HEARTBEAT })
  const unreadable = row('a', 'bytes', { kind: UNREADABLE })
  const log = await logWith('latest', [unreadable, heartbeat, row('a', '1'), heartbeat, unreadable])
  expect(await kept(log)).toEqual(['0 a=bytes', '1 =null', '2 a=1', '3 =null', '4 a=bytes'])
})

test('keeps every column of what stays', async () => {
  const place = { name: 'quotes', partition: 3, offset: 9 }
  const file = { name: 'a.csv', partition: -1, offset: 4 }
  const plain = [row('a', '1', { time: NaN, available: 8 }), row('b', '1', { origin: place })]
  const sent = [
    row('c', '1', { sent: { upstream: 2, sequence: 5 }, source: file }),
    row('d', '1', { sent: { upstream: 3, sequence: 6 } }),
  ]
  const log = await logWith('latest', [row('z', null)], plain, sent, [row('z', null)])
  const rows = await readFrom(log, 0)
  expect(rows).toEqual(
    [...plain, ...sent].map((each, index) => {
      return { ...each, offset: index < 2 ? index + 2 : index + 3 }
    }),
  )
})

test('waits for rows enough to be worth it', async () => {
  const log = createMemoryBroker({ compactAfter: 10 }).connect()
  await log.createTopics([{ name: 't', partitions: 1, keeps: 'latest' }])
  const producer = await log.producer('writer')
  const counts: number[] = []
  for (let index = 0; index < 40; index += 1) {
    await producer.transact({ appends: [append('t', 0, series('v', 1))], puts: [] })
    counts.push((await readFrom(log, 0)).length)
  }
  expect(Math.max(...counts)).toBe(12)
  expect(counts.slice(9, 14)).toEqual([10, 1, 2, 3, 4])
})

test('leaves alone what an open transaction keeps from being read', () => {
  const partition = new Partition({ compactAfter: 0 })
  const commit = (rows: readonly Row[], transaction = {}): void => {
    partition.append(append('t', 0, rows).batch, transaction)
    partition.decide(transaction, 'commit')
  }
  const offsets = (): readonly number[] => {
    const { batches, next } = partition.read(0, 1_000)
    const rows = rowsOf({ topic: 't', partition: 0, batches, next, stable: partition.stable })
    return rows.map(({ offset }) => offset)
  }
  commit(series('one', 2))
  const open = {}
  partition.append(append('t', 0, series('open', 2)).batch, open)
  commit(series('two', 2))
  commit(series('three', 2))
  expect(offsets()).toEqual([0, 1])
  partition.decide(open, 'abort')
  expect(offsets()).toEqual([0, 1, 5, 6, 8, 9])
  commit(series('four', 8, 2))
  expect(offsets()).toEqual([18, 19])
})

test('is read in portions', async () => {
  const log = await logWith('latest', series('a', 5_000), series('b', 5_001, 5_000))
  const first = await readFrom(log, 0, 1_500)
  expect(first.length).toBe(1_000)
  expect(first[0]).toMatchObject({ offset: 5_002, value: 'b 1' })
  expect(await readFrom(log, 5_501)).toHaveLength(4_501)
})
