import { expect, test } from 'vitest'
import { append, rowsOf, series, valuesOf } from '../contract/row.ts'
import type { Fetched, Log } from '../connector.ts'
import { createMemoryBroker } from './memory-broker.ts'

const position = { topic: 't', partition: 0, offset: 0 }
const topics = ['t', 'other'].map((name) => ({ name, partitions: 1, keeps: 'all' }) as const)

function fetchNew(log: Log): Promise<readonly Fetched[]> {
  return log.fetch([position], { maxRecords: 10, waitMs: 500 })
}

function valuesIn(fetched: readonly Fetched[]): readonly (string | null)[] {
  return fetched.flatMap((each) => valuesOf(rowsOf(each)))
}

test('a fetch that waits is woken by a commit to what it reads, and by no other', async () => {
  const broker = createMemoryBroker()
  const asked: number[] = []
  const pause = (ms: number): Promise<void> => {
    asked.push(ms)
    return new Promise(() => undefined)
  }
  const log = broker.connect({ pause })
  await log.createTopics(topics)
  let hasCome = false
  const fetching = fetchNew(log).finally(() => (hasCome = true))
  const producer = await log.producer('writer')
  await producer.transact({ appends: [append('other', 0, series('o', 1))], puts: [] })
  await new Promise(setImmediate)
  expect(hasCome).toBe(false)
  await producer.transact({ appends: [append('t', 0, series('a', 2))], puts: [] })
  expect(valuesIn(await fetching)).toEqual(['a 0', 'a 1'])
  expect(asked).toEqual([500])
})

test('a fetch that waits gives up when its time is over', async () => {
  const over = Promise.withResolvers<undefined>()
  const log = createMemoryBroker().connect({ pause: () => over.promise })
  await log.createTopics(topics)
  let hasCome = false
  const fetching = fetchNew(log).finally(() => (hasCome = true))
  await new Promise(setImmediate)
  expect(hasCome).toBe(false)
  over.resolve(undefined)
  expect(await fetching).toEqual([{ topic: 't', partition: 0, batches: [], next: 0, stable: 0 }])
})

test('a fetch without a clock waits for one turn of the event loop', async () => {
  const log = createMemoryBroker().connect()
  await log.createTopics(topics)
  const producer = await log.producer('writer')
  expect(valuesIn(await fetchNew(log))).toEqual([])
  const fetching = fetchNew(log)
  await producer.transact({ appends: [append('t', 0, series('a', 1))], puts: [] })
  expect(valuesIn(await fetching)).toEqual(['a 0'])
})

test('a closed log does nothing more', async () => {
  const log = createMemoryBroker().connect()
  const producer = await log.producer('writer')
  await log.close()
  await expect(log.topics()).rejects.toThrow('the log is closed')
  await expect(producer.transact({ appends: [], puts: [] })).rejects.toThrow('is closed')
})
