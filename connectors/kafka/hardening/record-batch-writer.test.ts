import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Row } from '../../contract/row.ts'
import { row } from '../../contract/row.ts'
import { HEARTBEAT, RECORD, type RecordBatch } from '../../record-batch.ts'
import { compressions } from '../compression/index.ts'
import { Memory } from './copy-bytes.ts'
import { EnvelopeWriter } from './envelope.ts'
import { encodeOriginal, type OriginalRecord } from './kafkajs-original.test-data.ts'
import { layout } from './layout.ts'
import { readRecordBatches } from './record-batch-reader.ts'
import {
  sequenceAfter,
  writePieces,
  type WriteOptions,
  writeRecordBatch,
} from './record-batch-writer.ts'
import { batchOf, rowLists, rowsIn } from './rows.test-data.ts'

const plain: WriteOptions = {
  producerId: -1n,
  producerEpoch: -1,
  baseSequence: -1,
  isTransactional: false,
  timestamp: 1_700_000_000_000,
  prefix: undefined,
  compression: 0,
}

const options: fc.Arbitrary<WriteOptions> = fc.record({
  producerId: fc.constantFrom(-1n, 0n, 4_000n, 2n ** 40n + 7n),
  producerEpoch: fc.constantFrom(-1, 0, 32_767),
  baseSequence: fc.constantFrom(-1, 0, 2 ** 31 - 1),
  isTransactional: fc.boolean(),
  timestamp: fc.constantFrom(0, 1_700_000_000_000),
  prefix: fc.constantFrom(undefined, Buffer.from([0, 0, 0, 1, 7])),
  compression: fc.constantFrom(0, 1),
  isShared: fc.boolean(),
})

/** What kafkajs must be given for the same bytes. */
function originalsOf(
  batch: RecordBatch,
  rows: readonly Row[],
  { prefix = Buffer.alloc(0), isShared }: WriteOptions,
): readonly OriginalRecord[] {
  const envelopes = new EnvelopeWriter(batch)
  return rows.map(({ kind, key, value }, index) => {
    const bytes = value === null ? null : Buffer.from(value, 'latin1')
    const flags = envelopes.flags(index)
    const memory = new Memory(Buffer.alloc(envelopes.most))
    const millrace = memory.bytes.subarray(0, envelopes.write(index, flags, memory, 0))
    return {
      key: key === undefined ? null : Buffer.from(key),
      value: bytes !== null && kind === RECORD ? Buffer.concat([prefix, bytes]) : bytes,
      headers: flags !== RECORD || isShared === true ? { millrace } : {},
    }
  })
}

test("it writes what kafkajs's encoder writes, byte for byte", async () => {
  await fc.assert(
    fc.asyncProperty(rowLists, options, async (rows, chosen) => {
      const batch = batchOf(rows)
      const expected = await encodeOriginal(originalsOf(batch, rows, chosen), {
        ...chosen,
        firstOffset: 0n,
        firstSequence: chosen.baseSequence,
      })
      const written = writeRecordBatch(batch, 0, rows.length, chosen)
      expect(written.toString('hex')).toBe(expected.toString('hex'))
    }),
    { numRuns: 300 },
  )
})

test('thousands of rows are what kafkajs writes too, where offsets take more bytes', async () => {
  const rows = Array.from({ length: 9_000 }, (_, index) =>
    row(`k${index}`, 'v'.repeat(index % 90), { time: NaN, available: NaN }),
  )
  const batch = batchOf(rows)
  const about = { ...plain, firstOffset: 0n, firstSequence: -1 }
  const expected = await encodeOriginal(originalsOf(batch, rows, plain), about)
  expect(writeRecordBatch(batch, 0, rows.length, plain).equals(expected)).toBe(true)
})

test('rows in the middle of a batch are written as if they were alone', () => {
  const rows = Array.from({ length: 7 }, (_, index) => row(`k${index}`, 'v'.repeat(index * 20)))
  const alone = writeRecordBatch(batchOf(rows.slice(2, 5)), 0, 3, plain)
  expect(writeRecordBatch(batchOf(rows), 2, 5, plain)).toEqual(alone)
})

test('what was written before stays as it is when more is written', () => {
  const first = writeRecordBatch(batchOf([row('a', 'first')]), 0, 1, plain)
  const copy = Buffer.from(first)
  writeRecordBatch(batchOf([row('b', 'other')]), 0, 1, plain)
  expect(first).toEqual(copy)
})

describe('pieces', () => {
  const rows = Array.from({ length: 40 }, (_, index) => row(`k${index}`, 'v'.repeat(index * 7)))
  const most = 1_000

  test.each([0, ...compressions.map(({ id }) => id)])(
    'hold all rows once, in order, each within the limit: compression %d',
    (compression) => {
      const chosen = { ...plain, compression, producerId: 9n, baseSequence: 2 ** 31 - 10 }
      const pieces = writePieces(batchOf(rows), 0, rows.length, chosen, most)
      expect(pieces.length).toBeGreaterThan(3)
      expect(pieces.map(({ from }) => from)).toEqual([
        0,
        ...pieces.slice(0, -1).map(({ to }) => to),
      ])
      expect(pieces.at(-1)?.to).toBe(rows.length)
      const read = pieces.flatMap(({ records, from, to }) => {
        expect(records.length).toBeLessThanOrEqual(most)
        expect(records.readInt32BE(layout.count)).toBe(to - from)
        expect(records.readInt32BE(layout.baseSequence)).toBe((2 ** 31 - 10 + from) % 2 ** 31)
        const about = { topic: 't', partition: 0, offset: 0, stable: 99, unframe: undefined }
        return rowsIn(readRecordBatches(records, { ...about, aborted: [] }).batches)
      })
      expect(read.map(({ key, value }) => [key, value])).toEqual(
        rows.map(({ key, value }) => [key, value]),
      )
    },
  )

  test('are as full as they can be', () => {
    const batch = batchOf(rows)
    const pieces = writePieces(batch, 0, rows.length, plain, most)
    for (const { from, to } of pieces.slice(0, -1)) {
      expect(writeRecordBatch(batch, from, to + 1, plain).length).toBeGreaterThan(most)
    }
  })

  test('hold a row alone that is greater than the limit', () => {
    const large = [row('a', '1'), row('b', 'x'.repeat(2_000)), row('c', '3')]
    const pieces = writePieces(batchOf(large), 0, 3, plain, most)
    expect(pieces.map(({ from, to }) => [from, to])).toEqual([
      [0, 1],
      [1, 2],
      [2, 3],
    ])
  })

  test('of no rows are none', () => {
    expect(writePieces(batchOf(rows), 3, 3, plain, most)).toEqual([])
  })
})

test('sequences begin again behind the greatest', () => {
  expect(sequenceAfter(2 ** 31 - 1, 1)).toBe(0)
  expect(sequenceAfter(2 ** 31 - 3, 7)).toBe(4)
  expect(sequenceAfter(5, 0)).toBe(5)
  expect(sequenceAfter(-1, 7)).toBe(-1)
})

test.each([NaN, -2, 0.5, 2 ** 53])('a row with %d as a number is not written', (sequence) => {
  const batch = batchOf([
    row(undefined, null, { kind: HEARTBEAT, sent: { upstream: 0, sequence } }),
  ])
  expect(() => writeRecordBatch(batch, 0, 1, plain)).toThrow(/must be an integer/)
})
