// ListOffsets, version 3: where the partitions of one broker begin, or where their last stable
// offsets are. A partition with an error does not hide the others, as it does in kafkajs.
import type { PartitionId } from '../../connector.ts'
import { inOrder, readByTopic, writeByTopic } from './by-topic.ts'
import type { Exchange } from './exchange.ts'
import { afterThrottle } from './wire-reader.ts'
import { WireWriter } from './wire-writer.ts'

export interface ListedOffset extends PartitionId {
  /** Kafka's error code; 0 for none. */
  readonly error: number
  readonly offset: number
}

const NAME = 'ListOffsets'
const CONSUMER = -1
const READ_COMMITTED = 1
/** Instants that stand for the first record, and for the last stable offset. */
const instants = { first: -2, stable: -1 } as const

/** A partition may stand there once. */
export function listOffsetsExchange(
  parts: readonly PartitionId[],
  which: keyof typeof instants,
): Exchange<readonly ListedOffset[]> {
  return {
    name: NAME,
    key: 2,
    version: 3,
    encode: () => {
      const out = new WireWriter().int32(CONSUMER).int8(READ_COMMITTED)
      writeByTopic(out, parts, ({ partition }) => {
        out.int32(partition).int64(instants[which])
      })
      return out.take()
    },
    decode: (body) => inOrder(parts, decode(body), NAME),
  }
}

function decode(body: Buffer): readonly ListedOffset[] {
  const from = afterThrottle(body, NAME)
  return readByTopic(from, (topic) => {
    const partition = from.int32()
    const error = from.int16()
    from.int64() // the instant of the record
    return { topic, partition, error, offset: from.int64() }
  })
}
