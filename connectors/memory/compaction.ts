// Compaction of a topic that keeps the latest: the last record of every key stays under its own
// offset, unless it deletes the key. Rows of other kinds than records (heartbeats have no key) all
// stay.
import { BatchBuilder } from '../batch-builder.ts'
import type { StoredBatch } from '../connector.ts'
import {
  hasValue,
  keyAt,
  kindOf,
  type PlaceColumns,
  RECORD,
  type RecordBatch,
  valueAt,
} from '../record-batch.ts'
import type { Segment } from './segment.ts'

/** Rows of a batch that compaction writes: what is small is fetched in small portions. */
const ROWS = 1_000

export function compact(segments: readonly Segment[]): readonly Segment[] {
  const latest = latestRows(segments)
  const written: Segment[] = []
  let rows = startRows(false)
  const finish = (): void => {
    if (rows.builder.count > 0) written.push(rows.take())
  }
  let ordinal = 0
  for (const { stored } of segments) {
    const { batch } = stored
    const withSent = batch.sent !== undefined
    for (let row = 0; row < batch.count; row += 1, ordinal += 1) {
      const key = compactedKey(batch, row)
      if (key !== undefined && (latest.get(key) !== ordinal || !hasValue(batch, row))) continue
      if (rows.withSent !== withSent || rows.builder.count === ROWS) {
        finish()
        rows = startRows(withSent)
      }
      rows.copy(stored, row)
    }
  }
  finish()
  return written
}

/** By key, which row of all is its last. */
function latestRows(segments: readonly Segment[]): ReadonlyMap<string, number> {
  const latest = new Map<string, number>()
  let ordinal = 0
  for (const { stored } of segments) {
    for (let row = 0; row < stored.batch.count; row += 1, ordinal += 1) {
      const key = compactedKey(stored.batch, row)
      if (key !== undefined) latest.set(key, ordinal)
    }
  }
  return latest
}

function compactedKey(batch: RecordBatch, row: number): string | undefined {
  return kindOf(batch, row) === RECORD ? keyAt(batch, row) : undefined
}

interface Rows {
  readonly builder: BatchBuilder
  /** Of one batch, all rows or none say who sent them. */
  readonly withSent: boolean
  readonly copy: (stored: StoredBatch, row: number) => void
  readonly take: () => Segment
}

function startRows(withSent: boolean): Rows {
  const builder = new BatchBuilder({ sent: withSent, origins: true, sources: true })
  const offsets: number[] = []
  return {
    builder,
    withSent,
    copy: (stored, row) => {
      copyRow(stored.batch, row, builder)
      offsets.push(stored.offsets?.[row] ?? stored.baseOffset + row)
    },
    take: () => {
      const batch = builder.take()
      const stored = {
        batch: {
          ...batch,
          origins: unlessNowhere(batch.origins),
          sources: unlessNowhere(batch.sources),
        },
        from: 0,
        baseOffset: offsets[0] ?? 0,
        offsets: Float64Array.from(offsets),
      }
      return { stored, next: (offsets.at(-1) ?? 0) + 1, transaction: undefined }
    },
  }
}

function unlessNowhere(places: PlaceColumns | undefined): PlaceColumns | undefined {
  return places?.names.length === 0 ? undefined : places
}

function copyRow(batch: RecordBatch, row: number, to: BatchBuilder): void {
  const { sent, origins, sources } = batch
  const [time, available] = [batch.times[row] ?? NaN, batch.available[row] ?? NaN]
  to.add(kindOf(batch, row), keyAt(batch, row), valueAt(batch, row), time, available)
  if (sent !== undefined) to.sentBy(sent.upstreams[row] ?? 0, sent.sequences[row] ?? 0)
  const origin = origins?.names[origins.indexes[row] ?? -1]
  if (origins !== undefined && origin !== undefined) {
    to.originAt(origin, origins.partitions[row] ?? 0, origins.offsets[row] ?? 0)
  }
  const source = sources?.names[sources.indexes[row] ?? -1]
  if (sources !== undefined && source !== undefined) {
    to.sourceAt(source, sources.offsets[row] ?? 0)
  }
}
