// DeleteRecords, version 1: moves the start of partitions, all of one broker, up to offsets. A
// partition with an error does not hide the others, as it does in kafkajs.
import type { PartitionId, Position } from '../../connector.ts'
import { inOrder, readByTopic, writeByTopic } from './by-topic.ts'
import type { Exchange } from './exchange.ts'
import { afterThrottle } from './wire-reader.ts'
import { WireWriter } from './wire-writer.ts'

export interface DeletedPart extends PartitionId {
  /** Kafka's error code; 0 for none. */
  readonly error: number
}

const NAME = 'DeleteRecords'

export function deleteRecordsExchange(
  positions: readonly Position[],
  timeoutMs: number,
): Exchange<readonly DeletedPart[]> {
  return {
    name: NAME,
    key: 21,
    version: 1,
    encode: () => {
      const out = new WireWriter()
      writeByTopic(out, positions, ({ partition, offset }) => {
        out.int32(partition).int64(offset)
      })
      return out.int32(timeoutMs).take()
    },
    decode: (body) => inOrder(positions, decode(body), NAME),
  }
}

function decode(body: Buffer): readonly DeletedPart[] {
  const from = afterThrottle(body, NAME)
  return readByTopic(from, (topic) => {
    const partition = from.int32()
    from.int64() // where it begins now
    return { topic, partition, error: from.int16() }
  })
}
