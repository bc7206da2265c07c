// Rows of a batch as a batch of their own. Columns are shared; only the ends of keys and values
// move, because a batch begins at its first byte.
import { keyStart, type PlaceColumns, type RecordBatch } from '../../connectors/record-batch.ts'

/** Rows from `from` (inclusive) to `to` (exclusive). */
export function sliceBatch(batch: RecordBatch, from: number, to: number): RecordBatch {
  if (from === 0 && to === batch.count) return batch
  const first = keyStart(batch, from)
  const last = to === from ? first : (batch.valueEnds[to - 1] ?? first)
  return {
    count: to - from,
    bytes: batch.bytes.subarray(first, last),
    kinds: batch.kinds.subarray(from, to),
    keyEnds: batch.keyEnds.slice(from, to).map((end) => end - first),
    valueEnds: batch.valueEnds.slice(from, to).map((end) => end - first),
    times: batch.times.subarray(from, to),
    available: batch.available.subarray(from, to),
    sent: batch.sent && {
      upstreams: batch.sent.upstreams.subarray(from, to),
      sequences: batch.sent.sequences.subarray(from, to),
    },
    origins: batch.origins && slicePlaces(batch.origins, from, to),
    sources: batch.sources && slicePlaces(batch.sources, from, to),
  }
}

function slicePlaces(places: PlaceColumns, from: number, to: number): PlaceColumns {
  return {
    names: places.names,
    indexes: places.indexes.subarray(from, to),
    partitions: places.partitions.subarray(from, to),
    offsets: places.offsets.subarray(from, to),
  }
}
