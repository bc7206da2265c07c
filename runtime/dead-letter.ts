// What is kept of a record that meets a fate of `dead-letter`: why, at which step, where the input
// record stands from which it came, and its bytes, so that it can be looked at and sent again.
import { createCodec } from '../schemas/codec.ts'

export interface DeadLetterRecord {
  /** The step that could not take it, or the topic that it could not be read from. */
  readonly step: string
  readonly fate: string
  readonly reason: string
  /** The stream that it came along. */
  readonly stream: string
  readonly key: string | null
  /** Event time, and the task's clock: microseconds. */
  readonly time: number | null
  readonly available: number | null
  /** The input record: `ticks.csv:17`, `market.ticks/0@17`, or `timer of STEP`. */
  readonly place: string
  /** Coordinates of the input record on the log; null for what a timer brought about. */
  readonly topic: string | null
  readonly partition: number | null
  readonly offset: number | null
  /** Avro body as the step was given it; null where it could not be decoded, or there was none. */
  readonly value: Uint8Array | null
  /** The bytes as they were read, where they could not be decoded. */
  readonly original: Uint8Array | null
}

const time = { type: 'long', logicalType: 'timestamp-micros' }

export const deadLetterSchema = {
  type: 'record',
  name: 'DeadLetter',
  namespace: 'millrace',
  fields: [
    { name: 'step', type: 'string' },
    { name: 'fate', type: 'string' },
    { name: 'reason', type: 'string' },
    { name: 'stream', type: 'string' },
    { name: 'key', type: ['null', 'string'] },
    { name: 'time', type: ['null', time] },
    { name: 'available', type: ['null', time] },
    { name: 'place', type: 'string' },
    { name: 'topic', type: ['null', 'string'] },
    { name: 'partition', type: ['null', 'int'] },
    { name: 'offset', type: ['null', 'long'] },
    { name: 'value', type: ['null', 'bytes'] },
    { name: 'original', type: ['null', 'bytes'] },
  ],
} as const

export const deadLetterCodec = createCodec(deadLetterSchema)
