// What a row has beside key and value, as the one header of its Kafka record: what it is, its
// times, who sent it and where it came from. Each record stands for itself, since compaction may
// take its neighbours. Layout: version, flags (kind in two bits, then one for each part that is
// there), times as 64-bit floats, numbers as counts (raised by one, so that -1 fits), names by
// length and UTF-8.
import { kindOf, type PlaceColumns, type RecordBatch } from '../../record-batch.ts'
import type { Memory } from './copy-bytes.ts'
import { writeCount, writeVarint } from './varint.ts'

export const ENVELOPE_VERSION = 1
export const KIND = 0b11
export const HAS_TIME = 1 << 2
export const HAS_AVAILABLE = 1 << 3
export const HAS_SENT = 1 << 4
export const HAS_ORIGIN = 1 << 5
export const HAS_SOURCE = 1 << 6
export const UNKNOWN_FLAGS = 1 << 7

/** Version, flags, two times, five counts of at most eight bytes, one varint of five. */
const MOST_WITHOUT_NAMES = 2 + 16 + 5 * 8 + 5

/** Writes the envelopes of one batch; the names of its places are encoded once. */
export class EnvelopeWriter {
  /** No envelope of the batch is longer. */
  readonly most: number
  readonly #batch: RecordBatch
  readonly #origins: readonly Buffer[]
  readonly #sources: readonly Buffer[]

  constructor(batch: RecordBatch) {
    this.#batch = batch
    this.#origins = encodeNames(batch.origins)
    this.#sources = encodeNames(batch.sources)
    this.most = MOST_WITHOUT_NAMES + longest(this.#origins) + longest(this.#sources)
  }

  /** What the row's envelope holds; 0: nothing but that it is a record. */
  flags(row: number): number {
    const { times, available, sent, origins, sources } = this.#batch
    const time = times[row] ?? NaN
    const from = available[row] ?? NaN
    let flags = kindOf(this.#batch, row)
    if (time === time) flags |= HAS_TIME
    if (from === from) flags |= HAS_AVAILABLE
    if (sent !== undefined) flags |= HAS_SENT
    if (origins !== undefined && (origins.indexes[row] ?? -1) >= 0) flags |= HAS_ORIGIN
    if (sources !== undefined && (sources.indexes[row] ?? -1) >= 0) flags |= HAS_SOURCE
    return flags
  }

  /** Writes the row's envelope; gives the position behind it. */
  write(row: number, flags: number, to: Memory, at: number): number {
    const { bytes, view } = to
    const { times, available, sent, origins, sources } = this.#batch
    bytes[at] = ENVELOPE_VERSION
    bytes[at + 1] = flags
    at += 2
    if ((flags & HAS_TIME) !== 0) {
      view.setFloat64(at, times[row] ?? NaN)
      at += 8
    }
    if ((flags & HAS_AVAILABLE) !== 0) {
      view.setFloat64(at, available[row] ?? NaN)
      at += 8
    }
    if (sent !== undefined) {
      at = writeVarint(bytes, at, sent.upstreams[row] ?? 0)
      at = writeNumber(bytes, at, sent.sequences[row] ?? NaN)
    }
    if (origins !== undefined && (flags & HAS_ORIGIN) !== 0) {
      at = writePlace(bytes, at, row, origins, this.#origins)
    }
    if (sources !== undefined && (flags & HAS_SOURCE) !== 0) {
      at = writePlace(bytes, at, row, sources, this.#sources)
    }
    return at
  }
}

function encodeNames(places: PlaceColumns | undefined): readonly Buffer[] {
  return (places?.names ?? []).map((name) => {
    const text = Buffer.from(name)
    const length = Buffer.alloc(5)
    return Buffer.concat([length.subarray(0, writeCount(length, 0, text.length)), text])
  })
}

function longest(names: readonly Buffer[]): number {
  return names.reduce((most, { length }) => Math.max(most, length), 0)
}

function writePlace(
  bytes: Uint8Array,
  at: number,
  row: number,
  places: PlaceColumns,
  names: readonly Buffer[],
): number {
  const name = names[places.indexes[row] ?? -1]
  if (name === undefined) throw new Error('a place whose name the batch does not hold')
  const { length } = name
  for (let index = 0; index < length; index += 1) bytes[at + index] = name[index] ?? 0
  at = writeNumber(bytes, at + length, places.partitions[row] ?? NaN)
  return writeNumber(bytes, at, places.offsets[row] ?? NaN)
}

function writeNumber(bytes: Uint8Array, at: number, value: number): number {
  const isFit = value >= -1 && value <= Number.MAX_SAFE_INTEGER && Math.floor(value) === value
  if (!isFit) throw new Error(`an envelope holds no ${value}: it must be an integer from -1 on`)
  return writeCount(bytes, at, value + 1)
}
