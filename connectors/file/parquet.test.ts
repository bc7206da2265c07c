import { readFileSync, writeFileSync } from 'node:fs'
import fc from 'fast-check'
import { type ColumnSource, parquetWriteBuffer } from 'hyparquet-writer'
import { expect, test } from 'vitest'
import { typeToAvro } from '../../schemas/avro.ts'
import { recordTypes, valuesOf } from '../../schemas/arbitrary.ts'
import { createCodec } from '../../schemas/codec.ts'
import { Decimal } from '../../schemas/decimal.ts'
import type { RecordType, Value } from '../../schemas/type.ts'
import { collect, faults, micros, temporaryFolder, topicOf, values } from './collect.test-data.ts'
import type { InputTopic } from './input-record.ts'
import { writeParquet } from './write-parquet.ts'

const decimal = { type: 'bytes', logicalType: 'decimal', precision: 30, scale: 10 }
const topic = topicOf([
  ['symbol', 'string'],
  ['bid', 'double'],
  ['cash', ['null', decimal]],
  ['time', micros],
  ['venue', 'string', 'none'],
])

function written(columnData: ColumnSource[], name = 'rows.parquet'): string {
  const path = `${temporaryFolder()}/${name}`
  writeFileSync(path, new Uint8Array(parquetWriteBuffer({ columnData })))
  return path
}

const TIME = 1398902400292123
const columns: ColumnSource[] = [
  { name: 'symbol', data: ['A', 'B'], type: 'STRING' },
  { name: 'bid', data: [1.5, -0], type: 'DOUBLE' },
  { name: 'cash', data: ['12345678901234567890.0123456789', null], type: 'STRING' },
  { name: 'time', data: [BigInt(TIME), BigInt(TIME + 1)], type: 'INT64' },
]
const other = (name: string, data: unknown[], type: ColumnSource['type']) =>
  columns.map((each) => (each.name === name ? ({ name, data, type } as ColumnSource) : each))

test('reads columns by the names of the fields, and counts those that it leaves out', async () => {
  const note: ColumnSource = { name: 'note', data: ['x', 'y'], type: 'STRING' }
  const { items, ignored } = await collect(written([...columns, note]), topic)
  const value = { symbol: 'A', bid: 1.5, time: TIME, venue: 'none' }
  const cash = new Decimal('12345678901234567890.0123456789')
  expect(items).toEqual([
    {
      kind: 'record',
      value: { ...value, cash },
      time: TIME,
      available: TIME,
      place: 'rows.parquet:record 1',
    },
    expect.objectContaining({
      value: { ...value, symbol: 'B', bid: -0, cash: null, time: TIME + 1 },
    }),
  ])
  expect(ignored).toEqual({ note: 2 })
})

test.each([
  ['bid', [NaN, 1], 'DOUBLE', 'column "bid" is not a finite number'],
  ['bid', [null, 1], 'DOUBLE', 'column "bid" is null, and its type may not be'],
  ['bid', ['x', '1'], 'STRING', 'column "bid" is not double'],
  ['cash', ['1.00000000001', '1'], 'STRING', 'column "cash" is a Decimal with 11 decimals'],
  ['symbol', [1, 2], 'INT32', 'column "symbol" is not string'],
] as const)(
  'takes a cell of %s that does not fit for a bad record',
  async (name, data, type, why) => {
    const read = await collect(written(other(name, [...data], type)), topic)
    expect(faults(read)[0]).toContain(`rows.parquet:record 1: ${why}`)
    expect(read.items[0]).toMatchObject({ kind: 'bad', available: TIME })
  },
)

test('takes both times from beside the value where the topic names no field', async () => {
  const timeless = topicOf([['symbol', 'string']], { time: undefined, delay: 7 })
  const { items } = await collect(written(columns.filter(({ name }) => name !== 'bid')), timeless)
  expect(items[0]).toMatchObject({ time: TIME, available: TIME + 7 })
  const without = collect(written(columns.filter(({ name }) => name === 'symbol')), timeless)
  await expect(without).rejects.toThrow('has no column "time", and the topic names no time field')
})

test('refuses columns that are missing or can never fit, before the first record', async () => {
  const misspelt = columns.map((each) => (each.name === 'bid' ? { ...each, name: 'bidd' } : each))
  await expect(collect(written(misspelt), topic)).rejects.toMatchObject({
    name: 'InputProblem',
    column: 'bid',
    message: expect.stringContaining('no column "bid" (did you mean "bidd"?)') as string,
  })
  const times = other('bid', [new Date(0), new Date(1)], 'TIMESTAMP')
  await expect(collect(written(times), topic)).rejects.toThrow(
    'its column "bid" holds times, and not double',
  )
})

test('refuses what is no Parquet, is cut, or is packed once more', async () => {
  const path = written(columns)
  const bytes = readFileSync(path)
  for (const damaged of [bytes.subarray(0, -5), bytes.subarray(20), Buffer.from('symbol,bid\n')]) {
    writeFileSync(path, damaged)
    await expect(collect(path, topic)).rejects.toMatchObject({ code: 'file-damaged' })
  }
  writeFileSync(path, '')
  await expect(collect(path, topic)).rejects.toMatchObject({ code: 'file-empty' })
  await expect(collect(`${path}.gz`, topic)).rejects.toMatchObject({ code: 'file-format-unknown' })
  await expect(collect('none.parquet', topic)).rejects.toMatchObject({ code: 'file-missing' })
})

test('reads every record as it was written, whatever its type', async () => {
  const path = `${temporaryFolder()}/any.parquet`
  // JSON tells the unit of a time by its size, and does not write -0.
  const hasInexact = ({ fields }: RecordType) =>
    fields.some(({ type }) =>
      /"(?:items|values|fields)".*"(?:time|double|float)"/.test(JSON.stringify(type)),
    )
  const records = recordTypes
    .filter((record) => !hasInexact(record))
    .chain((record) =>
      fc.tuple(fc.constant(record), fc.array(valuesOf(record) as fc.Arbitrary<Value>)),
    )
  await fc.assert(
    fc.asyncProperty(records, async ([record, rows]) => {
      const about = { name: 'any', key: [], time: undefined, available: undefined, delay: 0 }
      const schema = typeToAvro(record)
      const any: InputTopic = { ...about, schema, record, unit: undefined }
      const encode = codecOf(record)
      await writeParquet(path, any, [
        rows.map((value, at) => ({ value, time: TIME + at, available: TIME })),
      ])
      const read = await collect(path, any)
      expect(faults(read)).toEqual([])
      expect(values(read).map((value) => encode(value as Value))).toEqual(rows.map(encode))
      expect(read.items.map(({ available }) => available)).toEqual(rows.map(() => TIME))
    }),
    { numRuns: 100 },
  )
})

/** The canonical bytes, of which digests are made. */
function codecOf(record: RecordType): (value: Value) => string {
  const codec = createCodec(typeToAvro(record))
  return (value) => Buffer.from(codec.encode(value)).toString('hex')
}
