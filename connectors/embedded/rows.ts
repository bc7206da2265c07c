// Parts of a batch: a stretch of its rows, or those that are picked. Large batches are cut with it
// into chunks, and compaction keeps some rows of a chunk.
import { keyStart, type PlaceColumns, type RecordBatch } from '../record-batch.ts'

const MOST_ROWS = 4_096
const MOST_BYTES = 1 << 20

/** The batch in pieces that make a chunk each: a few thousand rows and about a megabyte. */
export function* piecesOf(batch: RecordBatch): Generator<RecordBatch> {
  const { count, valueEnds, bytes } = batch
  if (count <= MOST_ROWS && bytes.length <= MOST_BYTES) {
    yield batch
    return
  }
  for (let from = 0; from < count;) {
    const most = keyStart(batch, from) + MOST_BYTES
    let to = from + 1
    while (to < count && to - from < MOST_ROWS && (valueEnds[to] ?? 0) <= most) to += 1
    yield rowsFrom(batch, from, to)
    from = to
  }
}

function rowsFrom(batch: RecordBatch, from: number, to: number): RecordBatch {
  const { sent, origins, sources } = batch
  const start = keyStart(batch, from)
  return {
    count: to - from,
    bytes: batch.bytes.subarray(start, batch.valueEnds[to - 1]),
    kinds: batch.kinds.subarray(from, to),
    keyEnds: batch.keyEnds.subarray(from, to).map((end) => end - start),
    valueEnds: batch.valueEnds.subarray(from, to).map((end) => end - start),
    times: batch.times.subarray(from, to),
    available: batch.available.subarray(from, to),
    sent: sent && {
      upstreams: sent.upstreams.subarray(from, to),
      sequences: sent.sequences.subarray(from, to),
    },
    origins: origins && placesFrom(origins, from, to),
    sources: sources && placesFrom(sources, from, to),
  }
}

function placesFrom(places: PlaceColumns, from: number, to: number): PlaceColumns {
  return {
    names: places.names,
    indexes: places.indexes.subarray(from, to),
    partitions: places.partitions.subarray(from, to),
    offsets: places.offsets.subarray(from, to),
  }
}

/** A batch of the rows with these numbers. */
export function pickRows(batch: RecordBatch, rows: readonly number[]): RecordBatch {
  const { keyEnds, valueEnds, sent, origins, sources } = batch
  const newKeyEnds = new Int32Array(rows.length)
  const newValueEnds = new Int32Array(rows.length)
  const parts: Buffer[] = []
  let end = 0
  for (const [index, row] of rows.entries()) {
    const [start, keyEnd, valueEnd] = [keyStart(batch, row), keyEnds[row] ?? 0, valueEnds[row] ?? 0]
    parts.push(batch.bytes.subarray(start, valueEnd))
    newKeyEnds[index] = end + keyEnd - start
    end += valueEnd - start
    newValueEnds[index] = end
  }
  return {
    count: rows.length,
    bytes: Buffer.concat(parts),
    kinds: Uint8Array.from(rows, (row) => batch.kinds[row] ?? 0),
    keyEnds: newKeyEnds,
    valueEnds: newValueEnds,
    times: pickDoubles(batch.times, rows),
    available: pickDoubles(batch.available, rows),
    sent: sent && {
      upstreams: pickIntegers(sent.upstreams, rows),
      sequences: pickDoubles(sent.sequences, rows),
    },
    origins: origins && pickPlaces(origins, rows),
    sources: sources && pickPlaces(sources, rows),
  }
}

function pickPlaces(places: PlaceColumns, rows: readonly number[]): PlaceColumns {
  return {
    names: places.names,
    indexes: pickIntegers(places.indexes, rows),
    partitions: pickIntegers(places.partitions, rows),
    offsets: pickDoubles(places.offsets, rows),
  }
}

function pickDoubles(column: Float64Array, rows: readonly number[]): Float64Array {
  return Float64Array.from(rows, (row) => column[row] ?? NaN)
}

function pickIntegers(column: Int32Array, rows: readonly number[]): Int32Array {
  return Int32Array.from(rows, (row) => column[row] ?? 0)
}
