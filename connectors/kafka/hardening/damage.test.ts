import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { row } from '../../contract/row.ts'
import { EngineError } from '../../../topology/engine-error.ts'
import { compressions } from '../compression/index.ts'
import { lz4 } from '../compression/lz4.ts'
import { layout } from './layout.ts'
import { partitionLog, sealed } from './partition-log.test-data.ts'
import { readRecordBatches } from './record-batch-reader.ts'
import { writeRecordBatch } from './record-batch-writer.ts'
import { batchOf, rowsIn } from './rows.test-data.ts'

const about = { topic: 't', partition: 3, offset: 0, stable: Infinity, aborted: [] }

/** Reads all, or throws what says where it is damaged; anything else fails the test. */
function readOrRefuse(records: Buffer): string {
  try {
    const { batches, next } = readRecordBatches(records, { ...about, unframe: undefined })
    const rows = rowsIn(batches)
    expect(rows.every(({ offset }) => offset < next)).toBe(true)
    return 'read'
  } catch (error) {
    if (!(error instanceof EngineError)) throw error
    expect(error.code).toBe('log-damaged')
    expect(error.coordinates).toMatchObject({ topic: 't', partition: 3 })
    expect(error.coordinates['offset']).toEqual(expect.any(Number))
    return 'refused'
  }
}

function sample(compression = 0): Buffer {
  const rows = Array.from({ length: 6 }, (_, at) =>
    row(`k${at}`, 'v'.repeat(at * 9), {
      sent: { upstream: 1, sequence: at * 1000 },
      origin: { name: 'quotes', partition: 1, offset: at },
    }),
  )
  return writeRecordBatch(batchOf(rows), 0, rows.length, {
    producerId: 7n,
    producerEpoch: 1,
    baseSequence: 0,
    isTransactional: true,
    timestamp: 1,
    prefix: undefined,
    compression,
  })
}

const ways = [0, ...compressions.map(({ id }) => id)]

test('a bit that is flipped in any byte behind the checksum is noticed', () => {
  const records = sample()
  for (let at: number = layout.checksum; at < records.length; at += 1) {
    const flipped = Buffer.from(records)
    flipped[at] = (flipped[at] ?? 0) ^ (1 << (at & 7))
    expect(readOrRefuse(flipped)).toBe('refused')
  }
})

test.each(ways)('bytes that changed under a fitting checksum do no harm: compression %d', (way) => {
  const records = sample(way)
  const change = fc.tuple(fc.integer({ min: 0, max: records.length - 1 }), fc.integer({ max: 255 }))
  const seen = new Set<string>()
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
      const changed = Buffer.from(records)
      for (const [at, byte] of changes) changed[at] = byte & 0xff
      changed.writeInt32BE(records.readInt32BE(layout.length), layout.length)
      seen.add(readOrRefuse(sealed(changed, 0)))
    }),
    { numRuns: 300 },
  )
  expect([...seen].toSorted()).toEqual(['read', 'refused'])
})

test('any bytes at all are read or refused', () => {
  const log = partitionLog([
    { producer: 1, rows: 3 },
    { producer: 2, rows: 2 },
    { producer: 1, ends: 'abort' },
  ]).fetch(0).records
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(log.length), (bytes, at) => {
      readOrRefuse(Buffer.from(bytes))
      readOrRefuse(Buffer.concat([log.subarray(0, at), bytes, log.subarray(at)]))
    }),
    { numRuns: 300 },
  )
})

describe('a batch', () => {
  const cases: readonly (readonly [string, (records: Buffer) => Buffer])[] = [
    ['that is cut, where none is before it', (records) => records.subarray(0, -1)],
    ['of an older format', (records) => setInt8(records, 1, layout.magic)],
    ['of a newer format', (records) => setInt8(records, 3, layout.magic)],
    ['of negative length', (records) => setInt32(records, -5, layout.length)],
    ['too short for its head', (records) => setInt32(records, 40, layout.length)],
    ['with fewer records than it says', (records) => setInt32(records, 7, layout.count)],
    ['with more records than it says', (records) => setInt32(records, 5, layout.count)],
    ['of a billion records', (records) => setInt32(setInt32(records, 1e9, layout.count), 1e9, 23)],
    ['of fewer than no records', (records) => setInt32(records, -1, layout.count)],
    ['with records behind its last', (records) => setInt32(records, 4, layout.lastOffsetDelta)],
    ['compressed in a way that nobody knows', (records) => setInt8(records, 7, 22)],
    ['that is not compressed though it says so', (records) => setInt8(records, 4, 22)],
    ['before the one before it', (records) => Buffer.concat([records, records])],
    ['at an offset that no number holds', (records) => sealedAt(records, 2n ** 60n)],
  ]

  test.each(cases)('%s is refused', (_, change) => {
    const records = sealed(sample(), 0)
    expect(readOrRefuse(records)).toBe('read')
    const changed = change(records)
    expect(readOrRefuse(changed)).toBe('refused')
  })

  test('that would expand beyond all bounds is refused', () => {
    const zeros = lz4.compress(Buffer.alloc((1 << 28) + 1))
    const records = Buffer.concat([sample().subarray(0, layout.records), zeros])
    setInt8(records, lz4.id, 22)
    expect(readOrRefuse(setInt32(records, records.length - 12, layout.length))).toBe('refused')
  })
})

function setInt8(records: Buffer, value: number, at: number): Buffer {
  records.writeInt8(value, at)
  return sealed(records, 0)
}

function setInt32(records: Buffer, value: number, at: number): Buffer {
  records.writeInt32BE(value, at)
  return sealed(records, 0)
}

function sealedAt(records: Buffer, offset: bigint): Buffer {
  records.writeBigInt64BE(offset, layout.baseOffset)
  return records
}
