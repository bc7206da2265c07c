// Claim: to write Kafka's record batches costs less than a tenth of what it costs kafkajs, to read
// them less than a third, though every checksum is checked. Prints records per CPU second of both
// and their ratio; medians of alternating rounds. Run: node bench/kafka-wire.ts
import { BatchBuilder } from '../connectors/batch-builder.ts'
import {
  decodeOriginal,
  encodeOriginal,
  type OriginalRecord,
} from '../connectors/kafka/hardening/kafkajs-original.test-data.ts'
import { readRecordBatches } from '../connectors/kafka/hardening/record-batch-reader.ts'
import { writeRecordBatch } from '../connectors/kafka/hardening/record-batch-writer.ts'
import { keyAt, RECORD, type RecordBatch, valueAt } from '../connectors/record-batch.ts'

const records = 10_000
const rounds = 9
const timestamp = 1_723_161_255_342
const about = {
  producerId: 7n,
  producerEpoch: 0,
  isTransactional: true,
  timestamp,
  compression: 0,
}

function makeBatch(hasEnvelope: boolean): RecordBatch {
  const builder = new BatchBuilder(hasEnvelope ? { sent: true, origins: true } : {})
  for (let index = 0; index < records; index += 1) {
    const time = hasEnvelope ? timestamp * 1000 + index : NaN
    builder.add(RECORD, `key-${index % 1000}`, Buffer.alloc(64, index), time, time)
    if (!hasEnvelope) continue
    builder.sentBy(3, index)
    builder.originAt('quotes', 2, 4_000_000 + index)
  }
  return builder.take()
}

function originalsOf(batch: RecordBatch, headers: Record<string, Buffer>): OriginalRecord[] {
  return Array.from({ length: batch.count }, (_, row) => {
    return { key: Buffer.from(keyAt(batch, row) ?? ''), value: valueAt(batch, row), headers }
  })
}

async function bench(name: string, hasEnvelope: boolean): Promise<void> {
  const batch = makeBatch(hasEnvelope)
  const envelope = Buffer.alloc(40)
  const originals = originalsOf(batch, hasEnvelope ? { millrace: envelope } : {})
  const write = (): Buffer =>
    writeRecordBatch(batch, 0, records, { ...about, baseSequence: 0, prefix: undefined })
  const place = { topic: 'quotes', partition: 0, offset: 0, stable: records }
  const written = write()
  const read = (): unknown =>
    readRecordBatches(written, { ...place, aborted: [], unframe: undefined })
  const encode = (): unknown =>
    encodeOriginal(originals, { ...about, firstOffset: 0n, firstSequence: 0 })
  await compare(`write ${name}`, write, encode)
  await compare(`read ${name}`, read, () => decodeOriginal(written))
}

async function compare(name: string, ours: () => unknown, theirs: () => unknown): Promise<void> {
  const costs: { ours: number[]; theirs: number[] } = { ours: [], theirs: [] }
  for (let round = 0; round < rounds; round += 1) {
    costs.ours.push(await cost(10, ours))
    costs.theirs.push(await cost(1, theirs))
  }
  const [our, their] = [median(costs.ours), median(costs.theirs)]
  const rate = (microseconds: number): string => `${(1 / microseconds).toFixed(2)} M records/s`
  process.stdout.write(
    `${name.padEnd(24)} ${rate(our).padStart(18)}   kafkajs ${rate(their).padStart(18)}` +
      `   ${(their / our).toFixed(1)} times\n`,
  )
}

/** CPU microseconds per record. */
async function cost(times: number, work: () => unknown): Promise<number> {
  const start = process.cpuUsage()
  for (let index = 0; index < times; index += 1) await work()
  const { user, system } = process.cpuUsage(start)
  return (user + system) / (times * records)
}

function median(costs: readonly number[]): number {
  return costs.toSorted((a, b) => a - b)[Math.floor(costs.length / 2)] ?? NaN
}

await bench('without envelope', false)
await bench('with envelope', true)
