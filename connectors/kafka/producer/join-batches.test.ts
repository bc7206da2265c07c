import { expect, test } from 'vitest'
import { append, type Row, row, rowsOf, series } from '../../contract/row.ts'
import { HEARTBEAT, type RecordBatch } from '../../record-batch.ts'
import { canJoin, joinBatches } from './join-batches.ts'

const batchOf = (rows: readonly Row[]): RecordBatch => append('topic', 0, rows).batch

function rowsIn(batch: RecordBatch): readonly Row[] {
  const stored = { batch, from: 0, baseOffset: 0, offsets: undefined }
  const fetched = { topic: 'topic', partition: 0, batches: [stored], next: 0, stable: 0 }
  return rowsOf(fetched).map((each) => ({ ...each, offset: undefined }))
}

test('joins rows of every kind, with the places that each batch names', () => {
  const parts: readonly (readonly Row[])[] = [
    [row('a', 'x'), row(undefined, null, { kind: HEARTBEAT, time: NaN, available: 7 })],
    [row('b', '', { origin: { name: 'ticks', partition: 3, offset: 9 } }), row('', 'no origin')],
    [row('ü', 'last', { origin: { name: 'quotes', partition: 0, offset: 1 } })],
    [row('f', 'file', { source: { name: 'a.csv', partition: -1, offset: 17 } })],
  ]
  const joined = joinBatches(parts.map(batchOf))
  expect(joined.count).toBe(6)
  expect(rowsIn(joined)).toEqual(parts.flatMap((rows) => rowsIn(batchOf(rows))))
})

test('joins who sent each row, and no sent rows with others', () => {
  const sent = (upstream: number): RecordBatch =>
    batchOf([row('a', 'x', { sent: { upstream, sequence: upstream * 10 } })])
  expect(rowsIn(joinBatches([sent(1), sent(2)])).map((each) => each.sent)).toEqual([
    { upstream: 1, sequence: 10 },
    { upstream: 2, sequence: 20 },
  ])
  expect(canJoin(sent(1), sent(2))).toBe(true)
  expect(canJoin(sent(1), batchOf(series('plain', 1)))).toBe(false)
})
