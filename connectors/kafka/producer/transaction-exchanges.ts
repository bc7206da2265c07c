// The three requests to a transaction's coordinator: InitProducerId 4, AddPartitionsToTxn 2 and
// EndTxn 2. They are the first versions that tell who was fenced (90) from whose epoch is old (47),
// and Kafka 2.8 to 4.1 take them. kafkajs ends before each of them.
import type { PartitionId } from '../../connector.ts'
import { readByTopic, writeByTopic } from '../exchanges/by-topic.ts'
import type { Exchange } from '../exchanges/exchange.ts'
import { afterThrottle } from '../exchanges/wire-reader.ts'
import { WireWriter } from '../exchanges/wire-writer.ts'

/** Who writes: what Kafka knows a holder of a name by. */
export interface Identity {
  readonly producerId: number
  readonly epoch: number
}

/** Whose name nobody has to hold. */
export const NOBODY: Identity = { producerId: -1, epoch: -1 }

/** `error` is Kafka's code. */
export interface Answer {
  readonly error: number
}

export interface InitAnswer extends Answer, Identity {}

interface InitOptions {
  readonly transactionTimeoutMs: number
  /** Who must hold the name for this to succeed (KIP-360); NOBODY: whoever does is fenced. */
  readonly holder: Identity
}

/**
 * A "flexible" version, so a section of tagged fields, which we have none of, ends the header, the
 * request and the answer: the zeros.
 */
export function initProducerId(name: string, options: InitOptions): Exchange<InitAnswer> {
  const { transactionTimeoutMs, holder } = options
  return {
    name: 'InitProducerId',
    key: 22,
    version: 4,
    encode: () => {
      const out = new WireWriter().int8(0)
      compactString(out, name)
      out.int32(transactionTimeoutMs).int64(holder.producerId).int16(holder.epoch)
      return out.int8(0).take()
    },
    decode: (body) => {
      const from = afterThrottle(body.subarray(1), 'InitProducerId')
      return { error: from.int16(), producerId: from.int64(), epoch: from.int16() }
    },
  }
}

/** The answer's error is the one that kept the others from being attempted. */
export function addPartitions(
  name: string,
  { producerId, epoch }: Identity,
  partitions: readonly PartitionId[],
): Exchange<Answer> {
  return {
    name: 'AddPartitionsToTxn',
    key: 24,
    version: 2,
    encode: () => {
      const out = new WireWriter().string(name).int64(producerId).int16(epoch)
      return writeByTopic(out, partitions, ({ partition }) => out.int32(partition)).take()
    },
    decode: (body) => {
      const from = afterThrottle(body, 'AddPartitionsToTxn')
      const errors = readByTopic(from, () => {
        from.int32() // partition
        return from.int16()
      })
      const failed = errors.filter((error) => error !== 0)
      return { error: failed.find((error) => error !== NOT_ATTEMPTED) ?? failed[0] ?? 0 }
    },
  }
}

export function endTransaction(
  name: string,
  { producerId, epoch }: Identity,
  decision: 'commit' | 'abort',
): Exchange<Answer> {
  return {
    name: 'EndTxn',
    key: 26,
    version: 2,
    encode: () => {
      const out = new WireWriter().string(name).int64(producerId).int16(epoch)
      return out.int8(decision === 'commit' ? 1 : 0).take()
    },
    decode: (body) => {
      return { error: afterThrottle(body, 'EndTxn').int16() }
    },
  }
}

const NOT_ATTEMPTED = 55

/** A flexible version's string: its length raised by one, seven bits to a byte. */
function compactString(out: WireWriter, text: string): void {
  const bytes = Buffer.from(text)
  let length = bytes.length + 1
  for (; length > 0x7f; length >>>= 7) out.int8(((length & 0x7f) | 0x80) - 0x100)
  out.int8(length)
  for (const byte of bytes) out.int8(byte > 0x7f ? byte - 0x100 : byte)
}
