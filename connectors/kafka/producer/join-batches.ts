// Several batches as one, row after row: what the tasks of a slot send to one partition costs one
// record batch and one request then, rather than one for each task.
import type { PlaceColumns, RecordBatch } from '../../record-batch.ts'

/** A row without a sender cannot stand among rows that were sent. */
export function canJoin(first: RecordBatch, second: RecordBatch): boolean {
  return (first.sent === undefined) === (second.sent === undefined)
}

export function joinBatches(batches: readonly RecordBatch[]): RecordBatch {
  const [first] = batches
  if (first === undefined) throw new Error('a join of no batches')
  if (batches.length === 1) return first
  const count = batches.reduce((sum, batch) => sum + batch.count, 0)
  const joined = {
    count,
    bytes: Buffer.concat(batches.map(({ bytes }) => bytes)),
    kinds: new Uint8Array(count),
    keyEnds: new Int32Array(count),
    valueEnds: new Int32Array(count),
    times: new Float64Array(count),
    available: new Float64Array(count),
    sent: first.sent && {
      upstreams: new Int32Array(count),
      sequences: new Float64Array(count),
    },
    origins: joinPlaces(batches, count, ({ origins }) => origins),
    sources: joinPlaces(batches, count, ({ sources }) => sources),
  }
  let [row, byte] = [0, 0]
  for (const batch of batches) {
    joined.kinds.set(batch.kinds, row)
    joined.times.set(batch.times, row)
    joined.available.set(batch.available, row)
    moveEnds(batch.keyEnds, joined.keyEnds, row, byte)
    moveEnds(batch.valueEnds, joined.valueEnds, row, byte)
    if (batch.sent) joined.sent?.upstreams.set(batch.sent.upstreams, row)
    if (batch.sent) joined.sent?.sequences.set(batch.sent.sequences, row)
    row += batch.count
    byte += batch.bytes.length
  }
  return joined
}

function moveEnds(from: Int32Array, to: Int32Array, row: number, byte: number): void {
  for (let index = 0; index < from.length; index += 1) to[row + index] = (from[index] ?? 0) + byte
}

const NOWHERE = -1

function joinPlaces(
  batches: readonly RecordBatch[],
  count: number,
  placesOf: (batch: RecordBatch) => PlaceColumns | undefined,
): PlaceColumns | undefined {
  if (batches.every((batch) => placesOf(batch) === undefined)) return undefined
  const names: string[] = []
  const indexes = new Int32Array(count).fill(NOWHERE)
  const partitions = new Int32Array(count)
  const offsets = new Float64Array(count)
  let row = 0
  for (const batch of batches) {
    const places = placesOf(batch)
    if (places !== undefined) {
      for (let index = 0; index < batch.count; index += 1) {
        const known = places.indexes[index] ?? NOWHERE
        indexes[row + index] = known === NOWHERE ? NOWHERE : known + names.length
      }
      partitions.set(places.partitions, row)
      offsets.set(places.offsets, row)
      names.push(...places.names)
    }
    row += batch.count
  }
  return { names, indexes, partitions, offsets }
}
