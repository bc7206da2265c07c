// ListOffsets, version 3: where the partitions of one broker begin, or where their last stable
// offsets are. A partition with an error does not hide the others, as it does in kafkajs.
import type { PartitionId } from '../../connector.ts'
import { byTopic, inOrder } from './by-topic.ts'
import type { Exchange } from './exchange.ts'
import { WireReader } from './wire-reader.ts'
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
      return out
        .array(byTopic(parts), ([topic, ofTopic]) => {
          out.string(topic).array(ofTopic, ({ partition }) => {
            out.int32(partition).int64(instants[which])
          })
        })
        .take()
    },
    decode: (body) => inOrder(parts, decode(body), NAME),
  }
}

function decode(body: Buffer): readonly ListedOffset[] {
  const from = new WireReader(body, NAME)
  from.int32() // how long we were throttled
  const topics = from.array(() => {
    const topic = from.string() ?? ''
    return from.array(() => {
      const partition = from.int32()
      const error = from.int16()
      from.int64() // the instant of the record
      return { topic, partition, error, offset: from.int64() }
    })
  })
  return topics.flat()
}
