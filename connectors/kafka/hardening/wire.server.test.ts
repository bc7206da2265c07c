import { beforeAll, expect, test } from 'vitest'
import { kafka } from '../../../docker/native/kafka.ts'
import { describeWith, sharedKafka } from '../../../test/servers/shared-servers.ts'
import { row } from '../../contract/row.ts'
import { UNREADABLE } from '../../record-batch.ts'
import { compressions } from '../compression/index.ts'
import { askBroker } from '../exchanges/ask-broker.test-data.ts'
import { fetchExchange } from '../exchanges/fetch.ts'
import { produceExchange } from '../exchanges/produce.ts'
import { createTopics, originalClient } from './kafkajs-client.test-data.ts'
import { COMPRESSION, layout } from './layout.ts'
import { readRecordBatches } from './record-batch-reader.ts'
import { writeRecordBatch } from './record-batch-writer.ts'
import { batchOf, rowsIn } from './rows.test-data.ts'

const named = (word: string): string => `wire-test-${process.pid}-${word}`
const CORRUPT_MESSAGE = 2
const TOO_LARGE = 10

// Some that compress well, some that do not, more than a block of any way holds.
const rows = Array.from({ length: 3_000 }, (_, index) =>
  row(index % 7 === 0 ? undefined : `k${index % 50}`, index % 11 === 0 ? null : valueOf(index), {
    time: index % 5 === 0 ? NaN : index,
    origin: { name: 'quotes', partition: 1, offset: index },
    kind: index % 13 === 0 ? UNREADABLE : 0,
  }),
)

function valueOf(index: number): string {
  const noise = Array.from({ length: index % 60 }, (_, at) => (index * 7919 + at * at * 31) % 256)
  return String.fromCharCode(...noise) + 'again and again'.repeat(index % 9)
}

const write = {
  producerId: -1n,
  producerEpoch: -1,
  baseSequence: -1,
  isTransactional: false,
  timestamp: 1_700_000_000_000,
  prefix: undefined,
}

async function produce(address: string, topic: string, records: Buffer) {
  const options = { transactionalId: undefined, timeoutMs: 5_000 }
  const exchange = produceExchange([{ topic, partition: 0, records }], options)
  const [produced] = await askBroker(address, exchange)
  return produced
}

/** What the broker stored: the way its first batch is compressed in, and the rows. */
async function stored(address: string, topic: string) {
  const asked = [{ topic, partition: 0, offset: 0, maxBytes: 1 << 22 }]
  const wait = { maxWaitMs: 500, minBytes: 1, maxBytes: 1 << 22 }
  const [part] = await askBroker(address, fetchExchange(asked, wait))
  if (part?.error !== 0) throw new Error(`the broker refuses: ${part?.error ?? 'nothing'}`)
  const { batches } = readRecordBatches(part.records, { ...part, offset: 0, unframe: undefined })
  return {
    compression: part.records.readInt16BE(layout.attributes) & COMPRESSION,
    rows: rowsIn(batches),
  }
}

describeWith([kafka], 'a real broker', () => {
  let address = ''

  beforeAll(async () => {
    address = await sharedKafka()
    const ways = compressions.map(({ name }) => [named(name), { 'compression.type': name }])
    const bare = compressions.map(({ name }) => [
      named(`from-${name}`),
      { 'compression.type': 'uncompressed' },
    ])
    const others = [
      [named('plain'), {}],
      [named('small'), { 'max.message.bytes': '1000' }],
    ]
    // What is written is old, and the tests' broker looks for what has outlived its time.
    const topics = [...ways, ...bare, ...others].map(([name, config]) => [
      name,
      { ...(config as Record<string, string>), 'retention.ms': '-1' },
    ])
    await createTopics(
      originalClient(address),
      Object.fromEntries(topics) as Record<string, Record<string, string>>,
    )
  })

  const expected = rows.map((each, offset) => ({ ...each, offset }))

  test('stores what we write as it is, and we read it back', async () => {
    const records = writeRecordBatch(batchOf(rows), 0, rows.length, { ...write, compression: 0 })
    expect(await produce(address, named('plain'), records)).toMatchObject({
      error: 0,
      baseOffset: 0,
    })
    expect(await stored(address, named('plain'))).toEqual({ compression: 0, rows: expected })
  })

  // Where a topic has a way of its own, the broker's Java libraries compress anew.
  test.each(compressions)('what it compresses with $name is read', async ({ name, id }) => {
    const records = writeRecordBatch(batchOf(rows), 0, rows.length, { ...write, compression: 0 })
    expect(await produce(address, named(name), records)).toMatchObject({ error: 0 })
    expect(await stored(address, named(name))).toEqual({ compression: id, rows: expected })
  })

  test.each(compressions)('reads what we compress with $name', async ({ name, id }) => {
    const topic = named(`from-${name}`)
    const records = writeRecordBatch(batchOf(rows), 0, rows.length, { ...write, compression: id })
    expect(await produce(address, topic, records)).toMatchObject({ error: 0 })
    expect(await stored(address, topic)).toEqual({ compression: 0, rows: expected })
  })

  test('refuses a batch whose bytes have changed, and one that is too large', async () => {
    const records = writeRecordBatch(batchOf(rows), 0, 100, { ...write, compression: 0 })
    const changed = Buffer.from(records)
    changed.writeUInt8(changed.readUInt8(200) ^ 1, 200)
    expect(await produce(address, named('plain'), changed)).toMatchObject({
      error: CORRUPT_MESSAGE,
      baseOffset: -1,
    })
    expect(await produce(address, named('small'), records)).toMatchObject({ error: TOO_LARGE })
  })
})
