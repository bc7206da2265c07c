import { expect, test } from 'vitest'
import { collect, temporaryFolder, topicOf } from '../../connectors/file/collect.test-data.ts'
import { createCodec } from '../../schemas/codec.ts'
import { Decimal } from '../../schemas/decimal.ts'
import type { PlannedTopic } from '../../topology/plan.ts'
import { FORMATS, writeTopic } from './topic-file.ts'

const decimal = { type: 'bytes', logicalType: 'decimal', precision: 30, scale: 10 }
const level = { type: 'record', name: 'Level', fields: [{ name: 'price', type: 'double' }] }
const fields = [
  ['symbol', 'string'],
  ['cash', ['null', decimal]],
  ['best', level],
  ['next', ['null', 'Level']],
  ['levels', { type: 'array', items: 'Level' }],
  ['marks', { type: 'map', values: decimal }],
  ['raw', 'bytes'],
  ['kept', { type: 'long', logicalType: 'timestamp-millis' }],
  ['count', 'long'],
] as const
const TIME = -1398902400292123
const value = {
  ...{ symbol: 'A,"B"\n', cash: new Decimal('-12345678901234567890.0123456789') },
  ...{ best: { price: -0.25 }, next: { price: 1e-7 }, levels: [{ price: 0.1 }, { price: 2 }] },
  ...{ marks: { z: new Decimal(1), a: new Decimal('0.5') }, raw: Uint8Array.of(0, 255) },
  ...{ kept: 1398902400292000, count: -(2 ** 52) },
}

test.each(FORMATS)('a file of format %s reads back as the same records', async (format) => {
  for (const time of [undefined, 'kept']) {
    const more = time === undefined ? [] : [['note', ['null', 'string'], null] as const]
    const about = topicOf([...fields, ...more], { time, key: ['symbol'] })
    const topic = about as unknown as PlannedTopic
    const own = time === undefined ? {} : { note: null }
    const rows = [
      { ...value, ...own },
      { ...value, ...own, cash: null, next: null, levels: [], marks: {}, symbol: 'ü' },
    ]
    const path = `${temporaryFolder()}/rows.${format}`
    const eventTime = time === undefined ? TIME : value.kept
    const records = rows.map((row, at) => ({
      ...{ key: row.symbol, value: row, time: eventTime, available: eventTime + at },
    }))
    await writeTopic(path, { topic, format }, portionsOf(records))
    const { items, ignored } = await collect(path, about)
    expect(items.map((item) => ('reason' in item ? item.reason : ''))).toEqual(['', ''])
    const { encode } = createCodec(about.schema)
    const bytes = (row: unknown) => Buffer.from(encode(row as typeof value)).toString('hex')
    const read = items.flatMap((item) => (item.kind === 'record' ? [item] : []))
    expect(read.map((item) => bytes(item.value))).toEqual(rows.map(bytes))
    expect(read.map((item) => item.time)).toEqual([eventTime, eventTime])
    expect(ignored).toEqual({})
    if (format === 'jsonl') continue
    expect(read.map(({ available }) => available)).toEqual(records.map((each) => each.available))
  }
})

test.each(FORMATS)('a file of format %s may hold nothing', async (format) => {
  const about = topicOf(fields, { time: 'kept' })
  const path = `${temporaryFolder()}/none.${format}`
  await writeTopic(path, { topic: about as unknown as PlannedTopic, format }, portionsOf([]))
  if (format === 'jsonl') return
  expect((await collect(path, about)).items).toEqual([])
})

// eslint-disable-next-line @typescript-eslint/require-await -- what is read from a log is awaited
async function* portionsOf<T>(all: readonly T[]): AsyncGenerator<readonly T[], void, undefined> {
  yield all
}
