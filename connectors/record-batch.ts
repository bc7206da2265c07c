// Records as they travel between a log and a task: columns over one buffer, so that a thousand
// records cost a dozen allocations. A log stores them, a task reads them in place; nobody changes
// one once it is built.

/** What a row is; the low two bits of its kind. */
export const RECORD = 0
/**
 * A promise: nothing with an earlier `available` follows from the same sender. From a task it is
 * its progress marker, from a connector its heartbeat. It has neither key nor value.
 */
export const HEARTBEAT = 1
/** A heartbeat after which nothing is expected: its channel holds nobody up until more comes. */
export const END = 2
/**
 * What a connector could not read: the value holds the bytes as they came, the key the reason. The
 * topology's fate for bad records decides.
 */
export const UNREADABLE = 3

const KIND_BITS = 0b11
const NO_KEY = 0b100
const NO_VALUE = 0b1000

/** Times are integer microseconds since 1970 in doubles; NaN where none stands beside the value. */
export interface RecordBatch {
  readonly count: number
  /** Key 0, value 0, key 1, value 1, ... without gaps. */
  readonly bytes: Buffer
  /** Kind in the low two bits, then whether it has no key, and no value. */
  readonly kinds: Uint8Array
  /** Where each key ends in `bytes`; it begins where the value before it ends. */
  readonly keyEnds: Int32Array
  /** Where each value ends; it begins where its key ends. */
  readonly valueEnds: Int32Array
  readonly times: Float64Array
  readonly available: Float64Array
  /** Of what tasks sent: which upstream task, and its number on this channel from 0 on. */
  readonly sent: SentColumns | undefined
  /** Of what tasks sent: the coordinates of the input record that it came from. */
  readonly origins: PlaceColumns | undefined
  /** Of what came from files: the file, partition -1, and the line or record number. */
  readonly sources: PlaceColumns | undefined
}

export interface SentColumns {
  readonly upstreams: Int32Array
  readonly sequences: Float64Array
}

export interface PlaceColumns {
  /** Topics or files that `indexes` points into. */
  readonly names: readonly string[]
  /** -1: no place is known. */
  readonly indexes: Int32Array
  readonly partitions: Int32Array
  readonly offsets: Float64Array
}

export function kindOf(batch: RecordBatch, row: number): number {
  return (batch.kinds[row] ?? 0) & KIND_BITS
}

export function hasKey(batch: RecordBatch, row: number): boolean {
  return ((batch.kinds[row] ?? 0) & NO_KEY) === 0
}

export function hasValue(batch: RecordBatch, row: number): boolean {
  return ((batch.kinds[row] ?? 0) & NO_VALUE) === 0
}

export function keyStart(batch: RecordBatch, row: number): number {
  return row === 0 ? 0 : (batch.valueEnds[row - 1] ?? 0)
}

/** The key's text; undefined where there is none. */
export function keyAt(batch: RecordBatch, row: number): string | undefined {
  if (!hasKey(batch, row)) return undefined
  return batch.bytes.toString('utf8', keyStart(batch, row), batch.keyEnds[row])
}

/** A view of the value's bytes; null where there is none. */
export function valueAt(batch: RecordBatch, row: number): Buffer | null {
  if (!hasValue(batch, row)) return null
  return batch.bytes.subarray(batch.keyEnds[row], batch.valueEnds[row])
}

/** The bits of a row's kind. */
export function kindBits(kind: number, withKey: boolean, withValue: boolean): number {
  return kind | (withKey ? 0 : NO_KEY) | (withValue ? 0 : NO_VALUE)
}
