import { expect, test } from 'vitest'
import { createMemoryBroker } from '../../connectors/memory/memory-broker.ts'
import { END, HEARTBEAT } from '../../connectors/record-batch.ts'
import { orderTopic } from '../topic-names.ts'
import { appendInserted, readInserted } from './inserted-rows.ts'

test('keeps rows with their place, partition by partition', async () => {
  const log = createMemoryBroker().connect()
  await log.createTopics([{ name: orderTopic('t'), partitions: 2, keeps: 'all' }])
  const producer = await log.producer('p')
  const rows = [
    { sub: 2, source: 'items.v1/0', offset: 2 ** 40, kind: HEARTBEAT, clock: 5 },
    { sub: 0, source: 'slow.v1/0', offset: 0, kind: END, clock: Number.NEGATIVE_INFINITY },
  ]
  await producer.transact({ appends: appendInserted('t', 0, rows), puts: [] })
  await producer.transact({ appends: appendInserted('t', 0, rows.slice(1)), puts: [] })
  expect(await readInserted(log, 't', 0)).toEqual([...rows, ...rows.slice(1)])
  expect(await readInserted(log, 't', 1)).toEqual([])
  expect(appendInserted('t', 0, [])).toEqual([])
})
