import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Row, row } from '../../contract/row.ts'
import { hasValue, RECORD, UNREADABLE } from '../../record-batch.ts'
import { compressions } from '../compression/index.ts'
import { type Unframe, UnknownSchema } from '../registry/framing.ts'
import {
  decodeOriginal,
  encodeOriginal,
  type OriginalBatch,
  type OriginalRecord,
} from './kafkajs-original.test-data.ts'
import { IS_APPEND_TIME, layout } from './layout.ts'
import { sealed } from './partition-log.test-data.ts'
import { type ReadAbout, type ReadBatches, readRecordBatches } from './record-batch-reader.ts'
import { writeRecordBatch } from './record-batch-writer.ts'
import { batchOf, rowLists, rowsIn } from './rows.test-data.ts'

const timestamp = 1_700_000_000_000
const write = {
  producerId: 7n,
  producerEpoch: 1,
  baseSequence: 0,
  isTransactional: true,
  timestamp,
  prefix: undefined,
  compression: 0,
} as const

function written(rows: readonly Row[], offset = 0, more: object = {}): Buffer {
  return sealed(writeRecordBatch(batchOf(rows), 0, rows.length, { ...write, ...more }), offset)
}

function read(records: Buffer, more: Partial<ReadAbout> = {}): ReadBatches {
  const about = { topic: 't', partition: 3, offset: 0, stable: Infinity, aborted: [] }
  return readRecordBatches(records, { ...about, unframe: undefined, ...more })
}

/** In our schema is what begins with `!`; `?` names a schema that is not known yet. */
const unframe: Unframe = {
  bodyAt: (bytes, start) => (bytes[start] === 0x21 ? start + 1 : -1),
  convert: (bytes, start, end) => {
    const text = bytes.toString('latin1', start, end)
    if (text.startsWith('?')) throw new UnknownSchema(5)
    return text.startsWith('+') ? Buffer.from(text.slice(1).repeat(20), 'latin1') : 'not framed'
  },
}

describe('rows', () => {
  test('come back as they were written', () => {
    const compression = fc.constantFrom(0, ...compressions.map(({ id }) => id))
    fc.assert(
      fc.property(rowLists, compression, fc.boolean(), (rows, id, isShared) => {
        const records = written(rows, 40, { compression: id, isShared })
        const { batches, next } = read(records, { isShared })
        expect(next).toBe(40 + rows.length)
        expect(rowsIn(batches)).toEqual(rows.map((each, at) => ({ ...each, offset: 40 + at })))
      }),
      { numRuns: 300 },
    )
  })

  test('of many small batches come in one', () => {
    const lists = Array.from({ length: 50 }, (_, at) => [row(`k${at}`, 'a'), row('l', `${at}`)])
    const records = Buffer.concat(lists.map((rows, at) => written(rows, at * 3)))
    const { batches, next } = read(records)
    expect([batches.length, next]).toEqual([1, 149])
    const offsets = rowsIn(batches).map(({ offset }) => offset)
    expect(offsets).toEqual(lists.flatMap((_, at) => [at * 3, at * 3 + 1]))
    expect(read(records, { joinRows: 10 }).batches.map(({ batch }) => batch.count)).toEqual(
      Array<number>(10).fill(10),
    )
  })

  test('without a sender are in other batches than those with one', () => {
    const sent = { upstream: 1, sequence: 4 }
    const records = Buffer.concat([written([row('a', '1')]), written([row('b', '2', { sent })], 1)])
    const { batches } = read(records)
    expect(batches.map(({ batch, baseOffset }) => [batch.sent !== undefined, baseOffset])).toEqual([
      [false, 0],
      [true, 1],
    ])
  })

  test('before the offset asked for are left out, as are those from the stable one on', () => {
    const rows = ['a', 'b', 'c'].map((key) => row(key, key))
    const records = Buffer.concat([written(rows), written(rows, 3), written(rows, 6)])
    const { batches, next } = read(records, { offset: 2, stable: 6 })
    expect(next).toBe(6)
    expect(rowsIn(batches).map(({ offset }) => offset)).toEqual([2, 3, 4, 5])
    expect(read(records, { offset: 9 })).toEqual({ batches: [], next: 9 })
  })

  test('of a batch that is cut come with the next fetch', () => {
    const first = written([row('a', '1')])
    const second = written([row('b', '2')], 1)
    for (let cut = 0; cut < second.length; cut += 1) {
      const { batches, next } = read(Buffer.concat([first, second.subarray(0, cut)]))
      expect([rowsIn(batches).length, next]).toEqual([1, 1])
    }
  })

  test('keep their offsets where compaction has taken others', async () => {
    const about = { ...original, firstOffset: 10n }
    const records = await encodeOriginal([originalOf('a', '1'), originalOf('b', '2')], about)
    // The second record stands four offsets later than it would; so does the end of the batch.
    const at = records.lastIndexOf(Buffer.from([2, 2, 0x62]))
    records.writeUInt8(2 * 5, at)
    records.writeInt32BE(7, layout.lastOffsetDelta)
    const { batches, next } = read(sealed(records, 10))
    expect(rowsIn(batches).map(({ key, offset }) => [key, offset])).toEqual([
      ['a', 10],
      ['b', 15],
    ])
    expect(next).toBe(18)
  })
})

const original: OriginalBatch = {
  compression: 0,
  firstOffset: 0n,
  timestamp,
  isTransactional: false,
  producerId: -1n,
  producerEpoch: -1,
  firstSequence: -1,
}

function originalOf(key: string | null, value: string | null): OriginalRecord {
  const bytes = (text: string | null) => (text === null ? null : Buffer.from(text))
  return { key: bytes(key), value: bytes(value), headers: {} }
}

describe("others' records", () => {
  const bytes = fc.option(fc.uint8Array({ maxLength: 20 }).map((each) => Buffer.from(each)))
  const headers = fc.dictionary(fc.string({ minLength: 1 }), fc.constant(Buffer.from('h')))
  const records = fc.array(fc.record({ key: bytes, value: bytes, headers }), { minLength: 1 })

  test("are read as kafkajs's decoder reads them, with Kafka's timestamp", async () => {
    await fc.assert(
      fc.asyncProperty(records, fc.constantFrom(0, 1), async (list, compression) => {
        const encoded = await encodeOriginal(list, { ...original, compression, firstOffset: 5n })
        const expected = await decodeOriginal(encoded)
        const found = rowsIn(read(encoded, { isShared: true }).batches)
        expect(found).toEqual(
          expected.map(({ key, value, offset, timestamp: time }) => ({
            kind: RECORD,
            key: key?.toString(),
            value: value?.toString('latin1') ?? null,
            time: Number(time) * 1000,
            available: NaN,
            sent: undefined,
            origin: undefined,
            source: undefined,
            offset: Number(offset),
          })),
        )
      }),
    )
  })

  test('have the time at which the broker appended them, where it stamps', async () => {
    const encoded = await encodeOriginal([originalOf('a', '1')], original)
    encoded.writeInt16BE(IS_APPEND_TIME, layout.attributes)
    encoded.writeBigInt64BE(BigInt(timestamp + 9), layout.maxTimestamp)
    const [found] = rowsIn(read(sealed(encoded, 0), { isShared: true }).batches)
    expect(found?.time).toBe((timestamp + 9) * 1000)
  })

  test('are rows without times in a topic that is ours alone', async () => {
    const [found] = rowsIn(read(await encodeOriginal([originalOf('a', '1')], original)).batches)
    expect([found?.time, found?.available]).toEqual([NaN, NaN])
  })

  test('with a header named as ours are unreadable, in a topic of ours alone damage', async () => {
    for (const millrace of [[], [1], [2, 0], [1, 0x80], [1, 4], [1, 0, 0], [1, 32, 9]]) {
      const record = { ...originalOf('a', '1'), headers: { millrace: Buffer.from(millrace) } }
      const encoded = await encodeOriginal([record, originalOf('b', '2')], original)
      const found = rowsIn(read(encoded, { isShared: true }).batches)
      expect(found.map(({ kind, value }) => [kind, value])).toEqual([
        [UNREADABLE, '1'],
        [RECORD, '2'],
      ])
      expect(found[0]?.key).toMatch(/"millrace" header/)
      expect(() => read(encoded)).toThrow(/"t" 3 is damaged at offset 0: its "millrace" header/)
    }
  })
})

describe('framed values', () => {
  test('are taken out of their frames, converted, or unreadable with the reason', () => {
    const values = ['!body', '+ab', 'other', null, '!', '+']
    const rows = values.map((value) => row('k', value))
    const { batches } = read(written(rows), { unframe })
    expect(rowsIn(batches).map(({ kind, key, value }) => [kind, key, value])).toEqual([
      [RECORD, 'k', 'body'],
      [RECORD, 'k', 'ab'.repeat(20)],
      [UNREADABLE, 'not framed', 'other'],
      [RECORD, 'k', null],
      [RECORD, 'k', ''],
      [RECORD, 'k', ''],
    ])
    expect(batches[0] && hasValue(batches[0].batch, 3)).toBe(false)
  })

  test('that grow in number and length leave all rows whole', () => {
    const rows = Array.from({ length: 3_000 }, (_, at) => row(`k${at}`, `+${'v'.repeat(at % 200)}`))
    const found = rowsIn(read(written(rows), { unframe }).batches)
    const expected = rows.map(({ key, value }) => [key, (value ?? '').slice(1).repeat(20)])
    expect(found.map(({ key, value }) => [key, value])).toEqual(expected)
  })

  test('have the prefix that our writer puts before a record alone', () => {
    const rows = [row('a', 'x'), row('why', 'y', { kind: UNREADABLE }), row('a', null)]
    const found = rowsIn(read(written(rows, 0, { prefix: Buffer.from('!') }), { unframe }).batches)
    expect(found).toEqual(rows.map((each, offset) => ({ ...each, offset })))
  })

  test('of a schema that is not known yet leave the call to be made again', () => {
    const records = written([row('a', '!1'), row('b', '?')])
    expect(() => read(records, { unframe })).toThrow(UnknownSchema)
    expect(rowsIn(read(written([row('c', '!2')]), { unframe }).batches).length).toBe(1)
  })
})
