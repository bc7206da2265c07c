// Reads the envelope of a record into the columns of its row. See envelope.ts for the layout.
import {
  ENVELOPE_VERSION,
  HAS_AVAILABLE,
  HAS_ORIGIN,
  HAS_SENT,
  HAS_SOURCE,
  HAS_TIME,
  UNKNOWN_FLAGS,
} from './envelope.ts'
import type { Memory } from './copy-bytes.ts'
import type { PlaceRows, RowColumns } from './row-columns.ts'
import { VarintReader } from './varint.ts'

const FLAGS_END = 2
const TIME_BYTES = 8

const cursor = new VarintReader(Buffer.alloc(0))

/** The flags of the envelope in bytes[start, end); -1 if it is none that we know. */
export function envelopeFlags(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < FLAGS_END || bytes[start] !== ENVELOPE_VERSION) return -1
  const flags = bytes[start + 1] ?? UNKNOWN_FLAGS
  return (flags & UNKNOWN_FLAGS) === 0 ? flags : -1
}

/** Fills the columns of `row` from the envelope in from[start, end); false if it is damaged. */
export function readEnvelope(
  { bytes, view }: Memory,
  start: number,
  end: number,
  columns: RowColumns,
  row: number,
): boolean {
  const flags = bytes[start + 1] ?? 0
  cursor.open(bytes, start + FLAGS_END, end)
  columns.times[row] = (flags & HAS_TIME) === 0 ? NaN : readTime(view)
  columns.available[row] = (flags & HAS_AVAILABLE) === 0 ? NaN : readTime(view)
  if ((flags & HAS_SENT) !== 0) {
    columns.upstreams[row] = cursor.varint()
    columns.sequences[row] = cursor.count() - 1
  }
  if ((flags & HAS_ORIGIN) !== 0) readPlace(bytes, columns.origins, row)
  if ((flags & HAS_SOURCE) !== 0) readPlace(bytes, columns.sources, row)
  if (!cursor.isDamaged && cursor.at === end) return true
  columns.origins.unset(row)
  columns.sources.unset(row)
  return false
}

function readTime(view: DataView): number {
  const at = cursor.skip(TIME_BYTES)
  return cursor.isDamaged ? NaN : view.getFloat64(at)
}

function readPlace(bytes: Uint8Array, places: PlaceRows, row: number): void {
  const length = cursor.count()
  const start = cursor.skip(length)
  const partition = cursor.count() - 1
  const offset = cursor.count() - 1
  if (cursor.isDamaged) return
  places.set(row, places.indexOf(bytes, start, start + length), partition, offset)
}
