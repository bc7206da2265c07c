import { expect, test } from 'vitest'
import { append, row, rowsOf, type StoredRow } from '../contract/row.ts'
import type { RecordBatch } from '../record-batch.ts'
import { type Chunk, createScratch, decodeChunk, encodeChunk, lastOffset } from './chunk.ts'
import { piecesOf, pickRows } from './rows.ts'

const rows = [
  row('a', 'one', { sent: { upstream: 1, sequence: 2 ** 40 } }),
  row(undefined, null, { time: NaN, source: { name: 'ä.csv', partition: -1, offset: 3 } }),
  row('b', '', { origin: { name: 'quotes', partition: 2, offset: 2 ** 33 } }),
].map((each, sequence) => ({ sent: { upstream: 0, sequence }, ...each }))
const { batch } = append('t', 0, rows)

function stored(chunk: Chunk): Buffer {
  const own = encodeChunk(chunk, createScratch())
  return Buffer.from(new Uint8Array(own).buffer)
}

function rowsIn(
  of: RecordBatch,
  { baseOffset = 0, offsets }: { baseOffset?: number; offsets?: Float64Array | undefined } = {},
): readonly StoredRow[] {
  const batches = [{ batch: of, from: 0, baseOffset, offsets }]
  return rowsOf({ topic: 't', partition: 0, batches, next: 0, stable: 0 })
}

test('reads a chunk as it was written, with gaps between offsets or without', () => {
  for (const offsets of [undefined, Float64Array.of(3, 8, 2 ** 35)]) {
    const chunk = decodeChunk(stored({ batch, offsets, appended: 17 }))
    if (chunk === undefined) throw new Error('the chunk cannot be read')
    expect(rowsIn(chunk.batch, { offsets: chunk.offsets })).toEqual(rowsIn(batch, { offsets }))
    expect(chunk.appended).toBe(17)
    expect(lastOffset(chunk, 5)).toBe(offsets === undefined ? 7 : 2 ** 35)
  }
})

test('uses the same memory for the next chunk', () => {
  const scratch = createScratch()
  const first = encodeChunk({ batch, offsets: undefined, appended: 1 }, scratch)
  const second = encodeChunk({ batch, offsets: undefined, appended: 1 }, scratch)
  expect(second.buffer).toBe(first.buffer)
})

test('knows damage at any byte, and an end that is missing', () => {
  const whole = stored({ batch, offsets: undefined, appended: 1 })
  expect(decodeChunk(whole)).toBeDefined()
  for (let at = 0; at < whole.length; at += 1) {
    const damaged = Buffer.from(new Uint8Array(whole).buffer)
    damaged[at] = (damaged[at] ?? 0) ^ 0x10
    expect(decodeChunk(damaged), `byte ${at}`).toBeUndefined()
  }
  for (const length of [0, 10, 32, whole.length - 1]) {
    expect(decodeChunk(Buffer.from(new Uint8Array(whole.subarray(0, length)).buffer))).toBe(
      undefined,
    )
  }
})

test('cuts a large batch into pieces that hold the same rows', () => {
  const many = Array.from({ length: 9_000 }, (_, index) => row(`k${index}`, `v${index}`))
  const large = Array.from({ length: 5 }, (_, index) => row(`k${index}`, 'x'.repeat(500_000)))
  for (const [whole, counts] of [
    [append('t', 0, many).batch, [4_096, 4_096, 808]],
    [append('t', 0, large).batch, [2, 2, 1]],
  ] as const) {
    const pieces = [...piecesOf(whole)]
    expect(pieces.map(({ count }) => count)).toEqual(counts)
    const values = pieces.flatMap((piece) => rowsIn(piece).map(({ key, value }) => [key, value]))
    expect(values).toEqual(rowsIn(whole).map(({ key, value }) => [key, value]))
  }
})

test('picks rows with all that belongs to them', () => {
  const all = rowsIn(batch).map(({ offset, ...each }) => ({ ...each, at: offset }))
  const picked = rowsIn(pickRows(batch, [0, 2])).map(({ offset, ...each }) => ({
    ...each,
    at: 2 * offset,
  }))
  expect(picked).toEqual([all[0], all[2]])
})
