// Compaction of a topic that keeps the latest: the last record of every key stays under its own
// offset, unless it deletes the key. Rows of other kinds than records, and without a key, stay.
import { hasValue, keyAt, kindOf, RECORD, type RecordBatch } from '../record-batch.ts'
import type { Scratch } from './chunk.ts'
import { chunkKey } from './keys.ts'
import {
  baseOffsets,
  type Place,
  readChunk,
  stateOf,
  type StoredChunk,
  writeChunk,
  writeState,
} from './partition.ts'
import { pickRows } from './rows.ts'

/** How far a partition may grow beyond twice what compaction left of it. */
const SLACK = 1_000

/** Rewrites the partition, inside of a write transaction, if it has grown enough. */
export function compactIfGrown(place: Place, scratch: Scratch): void {
  const state = stateOf(place)
  if (place.topic.spec.keeps !== 'latest' || state.rows <= state.compactFrom) return
  const bases = [...baseOffsets(place)]
  const latest = latestOffsets(place, bases)
  let rows = 0
  for (const base of bases) {
    const chunk = readChunk(place, base)
    const kept = keptRows(chunk, latest)
    rows += kept.length
    if (kept.length < chunk.batch.count) rewrite(place, chunk, kept, scratch)
  }
  writeState(place, { ...state, rows, compactFrom: 2 * rows + SLACK })
}

/** By key, the offset of its last record. */
function latestOffsets(place: Place, bases: readonly number[]): ReadonlyMap<string, number> {
  const latest = new Map<string, number>()
  for (const base of bases) {
    const chunk = readChunk(place, base)
    for (let row = 0; row < chunk.batch.count; row += 1) {
      const key = compactedKey(chunk.batch, row)
      if (key !== undefined) latest.set(key, offsetOf(chunk, row))
    }
  }
  return latest
}

function keptRows(chunk: StoredChunk, latest: ReadonlyMap<string, number>): readonly number[] {
  const kept: number[] = []
  for (let row = 0; row < chunk.batch.count; row += 1) {
    const key = compactedKey(chunk.batch, row)
    const isLatest = key === undefined || latest.get(key) === offsetOf(chunk, row)
    if (isLatest && (key === undefined || hasValue(chunk.batch, row))) kept.push(row)
  }
  return kept
}

function rewrite(
  place: Place,
  chunk: StoredChunk,
  kept: readonly number[],
  scratch: Scratch,
): void {
  const { baseOffset, batch } = chunk
  if (kept.length === 0) {
    place.database.removeSync(chunkKey(place.topic.id, place.partition, baseOffset))
    return
  }
  const offsets = Float64Array.from(kept, (row) => offsetOf(chunk, row))
  writeChunk(place, { ...chunk, batch: pickRows(batch, kept), offsets }, scratch)
}

function compactedKey(batch: RecordBatch, row: number): string | undefined {
  return kindOf(batch, row) === RECORD ? keyAt(batch, row) : undefined
}

function offsetOf({ baseOffset, offsets }: StoredChunk, row: number): number {
  return offsets?.[row] ?? baseOffset + row
}
