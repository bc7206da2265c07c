// A chunk is one value of the environment: a record batch as columns, each aligned, read as views
// of one buffer. Format 1, little-endian: u32 CRC-32 of all behind it, u8 format, u8 parts, u16 0,
// u32 rows, u32 bytes of names, u32 bytes of keys and values, u32 0, f64 append time; the columns
// as in `layOut`, the names of places as JSON, and the bytes of keys and values.
import { crc32 } from 'node:zlib'
import type { PlaceColumns, RecordBatch } from '../record-batch.ts'

export interface Chunk {
  readonly batch: RecordBatch
  /** By row, where compaction has left gaps between them. */
  readonly offsets: Float64Array | undefined
  /** When it was appended, in microseconds. */
  readonly appended: number
}

/** Memory that one encoded chunk after another is built in. */
export interface Scratch {
  buffer: Buffer
}

/** In the order in which they are stored. */
interface Columns {
  readonly doubles: readonly Float64Array[]
  readonly integers: readonly Int32Array[]
  readonly kinds: Uint8Array
}

interface Parts {
  readonly sent: boolean
  readonly origins: boolean
  readonly sources: boolean
  readonly offsets: boolean
}

const FORMAT = 1
const SENT = 1
const ORIGINS = 2
const SOURCES = 4
const OFFSETS = 8

const CHECKED_FROM = 4
const HEADER = 32
const SCRATCH_BYTES = 1 << 18
const SCRATCH_MOST = 1 << 24

export function createScratch(): Scratch {
  return { buffer: Buffer.allocUnsafeSlow(SCRATCH_BYTES) }
}

/** A view of the scratch memory, valid until the next call. */
export function encodeChunk({ batch, offsets, appended }: Chunk, scratch: Scratch): Buffer {
  const { count, bytes, sent, origins, sources } = batch
  const names =
    origins || sources
      ? Buffer.from(JSON.stringify([origins?.names ?? [], sources?.names ?? []]))
      : Buffer.alloc(0)
  const parts = {
    sent: sent !== undefined,
    origins: origins !== undefined,
    sources: sources !== undefined,
    offsets: offsets !== undefined,
  }
  const namesAt = HEADER + count * rowBytes(parts)
  const length = namesAt + names.length + bytes.length
  const buffer = reserve(scratch, length)
  buffer.writeUInt32LE(FORMAT | (flagsOf(parts) << 8), 4)
  buffer.writeUInt32LE(count, 8)
  buffer.writeUInt32LE(names.length, 12)
  buffer.writeUInt32LE(bytes.length, 16)
  buffer.writeUInt32LE(0, 20)
  buffer.writeDoubleLE(appended, 24)
  const { doubles, integers, kinds } = columnsOf(batch, offsets)
  const columns = layOut(buffer, count, parts)
  for (const [index, column] of doubles.entries()) columns.doubles[index]?.set(column)
  for (const [index, column] of integers.entries()) columns.integers[index]?.set(column)
  columns.kinds.set(kinds)
  buffer.set(names, namesAt)
  buffer.set(bytes, namesAt + names.length)
  const encoded = buffer.subarray(0, length)
  buffer.writeUInt32LE(crc32(encoded.subarray(CHECKED_FROM)), 0)
  return encoded
}

/**
 * Reads a chunk as views over `stored`, which begins at the start of its memory.
 *
 * @returns undefined if it is damaged, or of a format that is not known.
 */
export function decodeChunk(stored: Buffer): Chunk | undefined {
  if (stored.length < HEADER || stored[4] !== FORMAT) return undefined
  if (crc32(stored.subarray(CHECKED_FROM)) !== stored.readUInt32LE(0)) return undefined
  const flags = stored[5] ?? 0
  const parts = {
    sent: (flags & SENT) !== 0,
    origins: (flags & ORIGINS) !== 0,
    sources: (flags & SOURCES) !== 0,
    offsets: (flags & OFFSETS) !== 0,
  }
  const count = stored.readUInt32LE(8)
  const namesAt = HEADER + count * rowBytes(parts)
  const bytesAt = namesAt + stored.readUInt32LE(12)
  const length = bytesAt + stored.readUInt32LE(16)
  if (length !== stored.length) return undefined
  const [originNames, sourceNames] =
    bytesAt === namesAt ? [[], []] : namesIn(stored.toString('utf8', namesAt, bytesAt))
  const columns = layOut(stored, count, parts)
  const [double, integer] = [inTurn(columns.doubles), inTurn(columns.integers)]
  const [times, available] = [double(), double()]
  const sequences = parts.sent ? double() : undefined
  const originOffsets = parts.origins ? double() : undefined
  const sourceOffsets = parts.sources ? double() : undefined
  const offsets = parts.offsets ? double() : undefined
  const [keyEnds, valueEnds] = [integer(), integer()]
  const sent = sequences && { upstreams: integer(), sequences }
  const origins = originOffsets && placesOf(originNames, integer, originOffsets)
  const sources = sourceOffsets && placesOf(sourceNames, integer, sourceOffsets)
  const bytes = stored.subarray(bytesAt)
  const { kinds } = columns
  const batch = {
    count,
    bytes,
    kinds,
    keyEnds,
    valueEnds,
    times,
    available,
    sent,
    origins,
    sources,
  }
  return { batch, offsets, appended: stored.readDoubleLE(24) }
}

/** The offset of the last row. */
export function lastOffset({ batch, offsets }: Chunk, baseOffset: number): number {
  return offsets?.at(-1) ?? baseOffset + batch.count - 1
}

function namesIn(text: string): readonly [readonly string[], readonly string[]] {
  return JSON.parse(text) as [string[], string[]]
}

function placesOf(
  names: readonly string[],
  next: () => Int32Array,
  offsets: Float64Array,
): PlaceColumns {
  return { names, indexes: next(), partitions: next(), offsets }
}

/** One after the other. */
function inTurn<C>(columns: readonly C[]): () => C {
  let index = 0
  return () => {
    const column = columns[index]
    if (column === undefined) throw new Error('a chunk has fewer columns than its parts say')
    index += 1
    return column
  }
}

/** What is to be written. */
function columnsOf(batch: RecordBatch, offsets: Float64Array | undefined): Columns {
  const { sent, origins, sources, kinds } = batch
  const doubles = [batch.times, batch.available]
  if (sent) doubles.push(sent.sequences)
  if (origins) doubles.push(origins.offsets)
  if (sources) doubles.push(sources.offsets)
  if (offsets) doubles.push(offsets)
  const integers = [batch.keyEnds, batch.valueEnds]
  if (sent) integers.push(sent.upstreams)
  if (origins) integers.push(origins.indexes, origins.partitions)
  if (sources) integers.push(sources.indexes, sources.partitions)
  return { doubles, integers, kinds }
}

/** Views of the columns: doubles, then integers, then kinds. */
function layOut({ buffer }: Buffer, count: number, parts: Parts): Columns {
  const width = widths(parts)
  const columns = <C>(many: number, view: (index: number) => C): C[] =>
    Array.from({ length: many }, (_, index) => view(index))
  const integersAt = HEADER + 8 * count * width.doubles
  const kindsAt = integersAt + 4 * count * width.integers
  return {
    doubles: columns(
      width.doubles,
      (index) => new Float64Array(buffer, HEADER + 8 * count * index, count),
    ),
    integers: columns(
      width.integers,
      (index) => new Int32Array(buffer, integersAt + 4 * count * index, count),
    ),
    kinds: new Uint8Array(buffer, kindsAt, count),
  }
}

function widths({ sent, origins, sources, offsets }: Parts): {
  readonly doubles: number
  readonly integers: number
} {
  return {
    doubles: 2 + Number(sent) + Number(origins) + Number(sources) + Number(offsets),
    integers: 2 + Number(sent) + 2 * Number(origins) + 2 * Number(sources),
  }
}

function rowBytes(parts: Parts): number {
  const { doubles, integers } = widths(parts)
  return 8 * doubles + 4 * integers + 1
}

function flagsOf({ sent, origins, sources, offsets }: Parts): number {
  return (
    (sent ? SENT : 0) | (origins ? ORIGINS : 0) | (sources ? SOURCES : 0) | (offsets ? OFFSETS : 0)
  )
}

function reserve(scratch: Scratch, length: number): Buffer {
  if (length > SCRATCH_MOST) return Buffer.allocUnsafeSlow(length)
  if (length > scratch.buffer.length) scratch.buffer = Buffer.allocUnsafeSlow(2 * length)
  return scratch.buffer
}
