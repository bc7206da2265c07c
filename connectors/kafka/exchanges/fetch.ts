// Fetch, version 11: committed records of many partitions from one broker, as they came. It cures
// that kafkajs 2.2.4 hides the last stable offset of an answer without records, and that its
// decoder makes an object, strings and a growing list of each record.
import { inOrder, readByTopic, writeByTopic } from './by-topic.ts'
import type { Exchange } from './exchange.ts'
import { afterThrottle, type WireReader } from './wire-reader.ts'
import { WireWriter } from './wire-writer.ts'

export interface FetchPart {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly maxBytes: number
}

/** A transaction that was aborted, and whose records may lie in what was fetched. */
export interface AbortedTransaction {
  readonly producerId: bigint
  readonly firstOffset: number
}

export interface FetchedPart {
  readonly topic: string
  readonly partition: number
  /** Kafka's error code; 0 for none. */
  readonly error: number
  readonly highWatermark: number
  /** The last stable offset. */
  readonly stable: number
  /** The first offset that is kept. */
  readonly first: number
  /** In no order that could be relied on. */
  readonly aborted: readonly AbortedTransaction[]
  /** Record batches as they came, the last one maybe cut; a view of the answer. */
  readonly records: Buffer
}

export interface FetchWait {
  readonly maxWaitMs: number
  readonly minBytes: number
  readonly maxBytes: number
}

const NAME = 'Fetch'
const CONSUMER = -1
const READ_COMMITTED = 1
const NO_SESSION = 0
const NO_SESSION_EPOCH = -1
const ANY_LEADER_EPOCH = -1
const NO_LOG_START = -1

/**
 * Asks for what is committed behind each part's offset. The answers are in the order of `parts`;
 * where the whole request failed, each has its error.
 */
export function fetchExchange(
  parts: readonly FetchPart[],
  wait: FetchWait,
): Exchange<readonly FetchedPart[]> {
  return {
    name: NAME,
    key: 1,
    version: 11,
    encode: () => encode(parts, wait),
    decode: (body) => decode(body, parts),
  }
}

function encode(parts: readonly FetchPart[], wait: FetchWait): Buffer {
  const out = new WireWriter()
  out.int32(CONSUMER).int32(wait.maxWaitMs).int32(wait.minBytes).int32(wait.maxBytes)
  out.int8(READ_COMMITTED).int32(NO_SESSION).int32(NO_SESSION_EPOCH)
  writeByTopic(out, parts, ({ partition, offset, maxBytes }) => {
    out.int32(partition).int32(ANY_LEADER_EPOCH).int64(offset).int64(NO_LOG_START).int32(maxBytes)
  })
  const forgotten: readonly never[] = []
  const rack = ''
  return out
    .array(forgotten, () => undefined)
    .string(rack)
    .take()
}

function decode(body: Buffer, asked: readonly FetchPart[]): readonly FetchedPart[] {
  const from = afterThrottle(body, NAME)
  const error = from.int16()
  if (error !== 0) return asked.map((part) => failed(part, error))
  from.int32() // session
  const parts = readByTopic(from, (topic) => decodePart(from, topic))
  return inOrder(asked, parts, NAME)
}

function decodePart(from: WireReader, topic: string): FetchedPart {
  const partition = from.int32()
  const error = from.int16()
  const highWatermark = from.int64()
  const stable = from.int64()
  const first = from.int64()
  const aborted = from.array(() => ({ producerId: from.bigint(), firstOffset: from.int64() }))
  from.int32() // a replica nearer to us; we name no rack, so there is none
  const records = from.bytes()
  return { topic, partition, error, highWatermark, stable, first, aborted, records }
}

function failed({ topic, partition }: FetchPart, error: number): FetchedPart {
  const records = Buffer.alloc(0)
  return { topic, partition, error, highWatermark: -1, stable: -1, first: -1, aborted: [], records }
}
