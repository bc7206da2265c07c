// What is kept of a record that meets a fate of `dead-letter`: why, at which step, where the input
// record stands from which it came, and its bytes, so that it can be looked at and sent again.
import { createCodec } from '../schemas/codec.ts'
import { inDigits } from './record-size.ts'

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

/** Of a letter as a whole; what is not listed in `LetterContent` takes far less than its share. */
const MOST_BYTES = 4_000_000
const MOST_OF_REASON = 100_000
const MOST_OF_KEY = 1_000_000
const MOST_OF_CONTENT = MOST_BYTES - 3 * MOST_OF_REASON - MOST_OF_KEY - 50_000

/** The parts of a letter that may be large. */
export type LetterContent = Pick<DeadLetterRecord, 'reason' | 'key' | 'value' | 'original'>

/**
 * The same, or where it is too large to be kept as much of it as is; the reason then says what was
 * left out. A value is kept as a whole or not at all: half of one cannot be read.
 */
export function cutToSize({ reason, key, value, original }: LetterContent): LetterContent {
  const notes: string[] = []
  const keep = (what: string, bytes: Uint8Array, most: number): Buffer => {
    const kept = beginningOf(Buffer.from(bytes), most)
    const out = bytes.length - kept.length
    if (out > 0) notes.push(`${inDigits(out)} bytes of its ${what} are left out`)
    return kept
  }
  const keptKey = key && keep('key', Buffer.from(key), MOST_OF_KEY).toString('utf8')
  const isWhole = value === null || value.length <= MOST_OF_CONTENT
  if (!isWhole) notes.push(`its value of ${inDigits(value.length)} bytes is left out`)
  const keptOriginal = original && keep('bytes', original, MOST_OF_CONTENT)
  // Of UTF-8, a code unit of a text takes three bytes at most.
  const why = reason.length > MOST_OF_REASON ? `${reason.slice(0, MOST_OF_REASON)} ...` : reason
  return {
    reason: [why, ...notes].join('; '),
    key: keptKey,
    value: isWhole ? value : null,
    original: keptOriginal,
  }
}

/** A character that the cut goes through is left out. */
function beginningOf(bytes: Buffer, most: number): Buffer {
  if (bytes.length <= most) return bytes
  let end = most
  while (end > most - 4 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1
  return bytes.subarray(0, end)
}
