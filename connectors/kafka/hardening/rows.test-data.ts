// Rows of every kind for fast-check, as batches and back.
import fc from 'fast-check'
import { append, type Row, rowsOf, type StoredRow } from '../../contract/row.ts'
import type { StoredBatch } from '../../connector.ts'
import { END, HEARTBEAT, RECORD, type RecordBatch, UNREADABLE } from '../../record-batch.ts'

const text = fc.oneof(
  fc.constantFrom('', 'k', 'zażółć 株 🜚 \0', 'x'.repeat(300)),
  fc.string({ unit: 'binary', maxLength: 12 }),
)
const bytes = fc.oneof(
  fc.constantFrom('', 'v', 'y'.repeat(129), 'z'.repeat(9000)),
  fc.uint8Array({ maxLength: 80 }).map((each) => Buffer.from(each).toString('latin1')),
)
const time = fc.oneof(fc.constantFrom(NaN, 0, -0, -1, 1.7e15), fc.maxSafeInteger())
const number = fc.oneof(fc.constantFrom(0, 127, 128, 2 ** 32), fc.maxSafeNat())
const place = fc.record({
  name: fc.constantFrom('quotes', 'börse.csv.gz', '', 'a'.repeat(200)),
  partition: fc.nat(),
  offset: number,
})
const source = place.map((each) => ({ ...each, partition: -1 }))
const sent = fc.record({ upstream: fc.integer({ min: -1, max: 2 ** 31 - 1 }), sequence: number })

const plain: fc.Arbitrary<Row> = fc.record({
  kind: fc.constantFrom(RECORD, HEARTBEAT, END, UNREADABLE),
  key: fc.option(text, { nil: undefined }),
  value: fc.option(bytes),
  time,
  available: time,
  sent: fc.constant(undefined),
  origin: fc.option(place, { nil: undefined }),
  source: fc.option(source, { nil: undefined }),
})

/** Rows of one batch: all have who sent them, or none. */
export const rowLists: fc.Arbitrary<readonly Row[]> = fc.oneof(
  fc.array(plain, { minLength: 1, maxLength: 12 }),
  fc.array(
    fc.tuple(plain, sent).map(([row, by]) => ({ ...row, sent: by })),
    { minLength: 1, maxLength: 12 },
  ),
)

export function batchOf(rows: readonly Row[]): RecordBatch {
  return append('t', 0, rows).batch
}

export function rowsIn(batches: readonly StoredBatch[]): readonly StoredRow[] {
  return rowsOf({ topic: 't', partition: 0, batches, next: 0, stable: 0 })
}
