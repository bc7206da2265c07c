// Produce, version 8: record batches of many partitions to one broker, acknowledged by all replicas
// that are in sync. Unlike kafkajs's version 7 it says in words why a batch was refused; the
// batches are ours already, so nothing is grouped or encoded again.
import { inOrder, readByTopic, writeByTopic } from './by-topic.ts'
import type { Exchange } from './exchange.ts'
import { WireReader } from './wire-reader.ts'
import { WireWriter } from './wire-writer.ts'

export interface ProducePart {
  readonly topic: string
  readonly partition: number
  /** One record batch. */
  readonly records: Buffer
}

export interface ProducedPart {
  readonly topic: string
  readonly partition: number
  /** Kafka's error code; 0 for none. */
  readonly error: number
  /** What the broker says of it. */
  readonly message: string | undefined
  readonly baseOffset: number
}

export interface ProduceOptions {
  readonly transactionalId: string | undefined
  /** How long the broker may wait for its replicas. */
  readonly timeoutMs: number
}

const NAME = 'Produce'
const ALL_IN_SYNC = -1
const BYTES_BESIDE = 256
const BYTES_BESIDE_PART = 64

/** The answers are in the order of `parts`; a partition may stand there once. */
export function produceExchange(
  parts: readonly ProducePart[],
  options: ProduceOptions,
): Exchange<readonly ProducedPart[]> {
  return {
    name: NAME,
    key: 0,
    version: 8,
    encode: () => encode(parts, options),
    decode: (body) => inOrder(parts, decode(body), NAME),
  }
}

function encode(parts: readonly ProducePart[], options: ProduceOptions): Buffer {
  const size = parts.reduce(
    (sum, { topic, records }) => sum + records.length + topic.length + BYTES_BESIDE_PART,
    BYTES_BESIDE,
  )
  const out = new WireWriter(size)
  out.string(options.transactionalId).int16(ALL_IN_SYNC).int32(options.timeoutMs)
  writeByTopic(out, parts, ({ partition, records }) => {
    out.int32(partition).bytes(records)
  })
  return out.take()
}

function decode(body: Buffer): readonly ProducedPart[] {
  const from = new WireReader(body, NAME)
  return readByTopic(from, (topic) => decodePart(from, topic))
}

function decodePart(from: WireReader, topic: string): ProducedPart {
  const partition = from.int32()
  const error = from.int16()
  const baseOffset = from.int64()
  from.int64() // when it was appended
  from.int64() // the first offset that is kept
  const reasons = from.array(() => {
    from.int32() // which record of the batch
    return from.string()
  })
  const message = from.string() ?? reasons.find((reason) => reason !== undefined)
  return { topic, partition, error, message, baseOffset }
}
