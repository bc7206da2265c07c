// Records of the contract suite as plain rows, and the way from rows to a batch and back. What a
// log gives is compared row by row: how it cuts rows into batches is its own affair.
import { BatchBuilder } from '../batch-builder.ts'
import type { Append, Fetched } from '../connector.ts'
import {
  keyAt,
  kindOf,
  type PlaceColumns,
  RECORD,
  type RecordBatch,
  valueAt,
} from '../record-batch.ts'

export interface Row {
  readonly kind: number
  readonly key: string | undefined
  /** One character per byte. */
  readonly value: string | null
  readonly time: number
  readonly available: number
  readonly sent?: { readonly upstream: number; readonly sequence: number } | undefined
  readonly origin?: Place | undefined
  readonly source?: Place | undefined
}

interface Place {
  readonly name: string
  readonly partition: number
  readonly offset: number
}

export interface StoredRow extends Row {
  readonly offset: number
}

export function row(key: string | undefined, value: string | null, more: Partial<Row> = {}): Row {
  return { kind: RECORD, key, value, time: 1, available: 2, ...more }
}

/** Rows `word 0`, `word 1`, ... under as many keys as are asked for. */
export function series(word: string, count: number, keys = count): readonly Row[] {
  return Array.from({ length: count }, (_, index) => row(`k${index % keys}`, `${word} ${index}`))
}

export function append(topic: string, partition: number, rows: readonly Row[]): Append {
  return { topic, partition, batch: batchOf(rows) }
}

/** All rows have who sent them, or an origin, or a source, if any row has. */
function batchOf(rows: readonly Row[]): RecordBatch {
  const builder = new BatchBuilder({
    sent: rows.some(({ sent }) => sent !== undefined),
    origins: rows.some(({ origin }) => origin !== undefined),
    sources: rows.some(({ source }) => source !== undefined),
  })
  for (const { kind, key, value, time, available, sent, origin, source } of rows) {
    builder.add(kind, key, value === null ? null : Buffer.from(value, 'latin1'), time, available)
    if (sent !== undefined) builder.sentBy(sent.upstream, sent.sequence)
    if (origin !== undefined) builder.originAt(origin.name, origin.partition, origin.offset)
    if (source !== undefined) builder.sourceAt(source.name, source.offset)
  }
  return builder.take()
}

export function rowsOf(fetched: Fetched): readonly StoredRow[] {
  return fetched.batches.flatMap(({ batch, from, baseOffset, offsets }) =>
    Array.from({ length: batch.count - from }, (_, index) => {
      const at = from + index
      const offset = offsets === undefined ? baseOffset + at : (offsets[at] ?? NaN)
      return { ...rowAt(batch, at), offset }
    }),
  )
}

function rowAt(batch: RecordBatch, at: number): Row {
  const { sent } = batch
  return {
    kind: kindOf(batch, at),
    key: keyAt(batch, at),
    value: valueAt(batch, at)?.toString('latin1') ?? null,
    time: batch.times[at] ?? 0,
    available: batch.available[at] ?? 0,
    sent: sent && { upstream: sent.upstreams[at] ?? -1, sequence: sent.sequences[at] ?? -1 },
    origin: placeAt(batch.origins, at),
    source: placeAt(batch.sources, at),
  }
}

function placeAt(places: PlaceColumns | undefined, at: number): Place | undefined {
  const name = places?.names[places.indexes[at] ?? -1]
  if (places === undefined || name === undefined) return undefined
  return { name, partition: places.partitions[at] ?? -1, offset: places.offsets[at] ?? -1 }
}

export function valuesOf(rows: readonly Row[]): readonly (string | null)[] {
  return rows.map(({ value }) => value)
}
