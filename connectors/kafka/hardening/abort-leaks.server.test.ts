import { beforeAll, expect, test } from 'vitest'
import { kafka } from '../../../docker/native/kafka.ts'
import { describeWith, sharedKafka } from '../../../test/servers/shared-servers.ts'
import { valueAt } from '../../record-batch.ts'
import { askBroker } from '../exchanges/ask-broker.test-data.ts'
import { fetchExchange } from '../exchanges/fetch.ts'
import {
  createTopics,
  type OriginalClient,
  originalClient,
  type OriginalTransaction,
} from './kafkajs-client.test-data.ts'
import { readRecordBatches } from './record-batch-reader.ts'

const topic = `abort-leaks-${process.pid}`
const KEY = Buffer.from('k')
/** As the key of an abort marker. */
const MARKER_KEY = Buffer.alloc(4)

/** Writes one value; gives its offset. */
async function send(to: OriginalTransaction, value: string, key = KEY): Promise<number> {
  const [sent] = await to.send({ topic, messages: [{ key, value }] })
  return Number(sent?.baseOffset)
}

async function withTransactions(
  client: OriginalClient,
  act: (begin: () => Promise<OriginalTransaction>) => Promise<void>,
): Promise<void> {
  const producers: { disconnect: () => Promise<void> }[] = []
  try {
    await act(async () => {
      const producer = client.producer({ transactionalId: `${topic}-${producers.length}` })
      await producer.connect()
      producers.push(producer)
      return producer.transaction()
    })
  } finally {
    for (const producer of producers) await producer.disconnect()
  }
}

/** Three ways in which aborted records leak, and the one record that is committed. */
async function writeLeaks(client: OriginalClient): Promise<number> {
  let middle = NaN
  await withTransactions(client, async (begin) => {
    const [first, second] = [await begin(), await begin()]
    await send(first, 'began first, aborted last')
    await send(second, 'began second')
    await second.abort()
    await first.abort()
    const keyed = await begin()
    await send(keyed, 'has the key of a marker', MARKER_KEY)
    await send(keyed, 'stands behind that key')
    await keyed.abort()
    const [third, fourth] = [await begin(), await begin()]
    await send(third, 'was open before the fetch began')
    await send(fourth, 'too')
    middle = await send(fourth, 'where the fetch begins')
    await third.abort()
    await fourth.abort()
    const committed = await begin()
    await send(committed, 'committed')
    await committed.commit()
  })
  return middle
}

/** What kafkajs's consumer gives from an offset on, up to what is committed. */
async function consume(client: OriginalClient, from: number): Promise<readonly string[]> {
  const consumer = client.consumer({ groupId: `${topic}-${from}`, maxWaitTimeInMs: 200 })
  const values: string[] = []
  const { promise, resolve } = Promise.withResolvers<undefined>()
  await consumer.connect()
  try {
    await consumer.subscribe({ topics: [topic], fromBeginning: true })
    // Whenever it joins: while a new broker loads its groups, the consumer crashes and comes again.
    consumer.on('consumer.group_join', () => {
      consumer.seek({ topic, partition: 0, offset: `${from}` })
    })
    await consumer.run({
      eachMessage: ({ message }) => {
        values.push(message.value?.toString() ?? '')
        if (values.at(-1) === 'committed') resolve(undefined)
        return Promise.resolve()
      },
    })
    await promise
  } finally {
    await consumer.disconnect()
  }
  return values.slice(0, values.indexOf('committed') + 1)
}

async function ours(address: string, offset: number): Promise<readonly string[]> {
  const asked = [{ topic, partition: 0, offset, maxBytes: 1 << 20 }]
  const wait = { maxWaitMs: 500, minBytes: 1, maxBytes: 1 << 20 }
  const [part] = await askBroker(address, fetchExchange(asked, wait))
  if (part?.error !== 0) throw new Error(`the broker refuses: ${part?.error ?? 'nothing'}`)
  const { batches, next } = readRecordBatches(part.records, { ...part, offset, unframe: undefined })
  expect(next).toBe(part.stable)
  return batches.flatMap(({ batch }) =>
    Array.from({ length: batch.count }, (_, row) => valueAt(batch, row)?.toString() ?? ''),
  )
}

describeWith([kafka], 'records of aborted transactions', () => {
  let address = ''

  beforeAll(async () => {
    address = await sharedKafka()
    await createTopics(originalClient(address), { [topic]: {} })
  })

  test("leak through kafkajs's consumer in three ways, and not through ours", async () => {
    const client = originalClient(address)
    const middle = await writeLeaks(client)
    expect(await consume(client, 0)).toEqual([
      'began first, aborted last',
      'has the key of a marker',
      'stands behind that key',
      'committed',
    ])
    expect(await consume(client, middle)).toEqual(['where the fetch begins', 'committed'])
    for (const offset of [0, middle]) expect(await ours(address, offset)).toEqual(['committed'])
  })
})
