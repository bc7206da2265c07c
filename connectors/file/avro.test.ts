import { once } from 'node:events'
import { createWriteStream, readFileSync } from 'node:fs'
import avro from 'avsc'
import { expect, test } from 'vitest'
import { Decimal, decimalToBytes } from '../../schemas/decimal.ts'
import {
  collect,
  collectText,
  faults,
  micros,
  temporaryFolder,
  topicOf,
} from './collect.test-data.ts'
import type { InputTopic } from './input-record.ts'

const decimal = { type: 'bytes', logicalType: 'decimal', precision: 9, scale: 2 }
const millis = { type: 'long', logicalType: 'timestamp-millis' }
const topic = topicOf([
  ['symbol', 'string'],
  ['bid', 'double'],
  ['cash', decimal],
  ['time', micros],
  ['venue', 'string', 'none'],
])

interface Writing {
  readonly fields?: readonly (readonly [string, unknown])[]
  readonly codec?: string
  readonly name?: string
}

const same = [
  ['symbol', 'string'],
  ['bid', 'double'],
  ['cash', decimal],
  ['time', micros],
  ['venue', 'string'],
] as const

/**
 * Written by avsc's own encoder, which knows nothing of our types: times and decimals as on the
 * wire.
 */
async function write(records: readonly unknown[], writing: Writing = {}): Promise<string> {
  const { fields = same, codec = 'null', name = 'rows.avro' } = writing
  const path = `${temporaryFolder()}/${name}`
  const schema = {
    type: 'record',
    name: 'Row',
    fields: fields.map(([field, type]) => ({ name: field, type })),
  }
  const encoder = new avro.streams.BlockEncoder(schema as avro.Schema, { codec, blockSize: 256 })
  const file = encoder.pipe(createWriteStream(path))
  for (const record of records) encoder.write(record)
  encoder.end()
  await once(file, 'finish')
  return path
}

const cash = decimalToBytes(new Decimal('12.5'), 2)
const rows = Array.from({ length: 100 }, (_, row) => ({
  symbol: 'A',
  bid: row / 7,
  cash,
  time: 1398902400292123 + row,
  venue: 'oanda',
}))

test.each(['null', 'deflate'])('reads files packed with %s', async (codec) => {
  const { items } = await collect(await write(rows, { codec }), topic)
  expect(items).toHaveLength(100)
  expect(items[99]).toEqual({
    kind: 'record',
    value: { ...rows[99], cash: new Decimal('12.5') },
    time: 1398902400292222,
    available: 1398902400292222,
    place: 'rows.avro:record 100',
  })
})

test('resolves the schema of the file to that of the topic', async () => {
  const fields = [
    ['note', 'string'],
    ['time', millis],
    ['cash', decimal],
    ['bid', 'int'],
    ['symbol', 'string'],
  ] as const
  const row = { note: 'x', time: 1398902400292, cash, bid: 3, symbol: 'A' }
  const { items, ignored } = await collect(await write([row, row], { fields }), topic)
  expect(items).toMatchObject([
    { value: { symbol: 'A', bid: 3, venue: 'none' }, time: 1398902400292000 },
    {},
  ])
  expect(ignored).toEqual({ note: 2 })
})

test('takes the time from beside the value where the topic names no field', async () => {
  const fields = [
    ['symbol', 'string'],
    ['time', millis],
  ] as const
  const timeless = topicOf([['symbol', 'string']], { time: undefined, delay: 7 })
  const path = await write([{ symbol: 'A', time: 5 }], { fields })
  expect((await collect(path, timeless)).items).toMatchObject([{ time: 5000, available: 5007 }])
  const without = await write([{ symbol: 'A' }], { fields: [['symbol', 'string']] })
  await expect(collect(without, timeless)).rejects.toThrow('has no field "time" of type time')
})

test('refuses a schema that the topic cannot take, before the first record', async () => {
  const refused = (fields: Writing['fields'], of: InputTopic = topic): Promise<unknown> =>
    write([rows[0]], fields && { fields }).then((path) => collect(path, of))
  await expect(refused([['symbol', 'string']])).rejects.toMatchObject({ name: 'InputProblem' })
  await expect(refused([['symbol', 'string']])).rejects.toThrow(
    'rows.avro does not fit topic "rows": field "bid" (double)',
  )
  await expect(refused([['symbol', ['string', 'long']]])).rejects.toThrow('in its schema, field')
  await expect(refused([])).rejects.toThrow('its records have no fields')
})

test('takes records with numbers that are not finite for bad', async () => {
  const read = await collect(await write([{ ...rows[0], bid: NaN }, rows[1]]), topic)
  expect(faults(read)).toEqual(['rows.avro:record 1: field "bid" is not a finite number'])
  expect(read.items[0]).toMatchObject({
    available: 1398902400292123,
    original: expect.stringMatching(/^base64:/) as string,
  })
})

test('refuses a file that is cut anywhere but between blocks', async () => {
  const bytes = readFileSync(await write(rows.slice(0, 12), { codec: 'deflate' }))
  const whole = (await collectText('rows.avro', bytes, topic)).items.length
  let refusals = 0
  for (let end = 4; end < bytes.length; end += 1) {
    const cut = collectText('rows.avro', bytes.subarray(0, end), topic)
    const outcome = await cut.then(
      ({ items }) => items.length,
      (error: unknown) => error,
    )
    if (typeof outcome === 'number') expect(outcome).toBeLessThan(whole)
    else expect(outcome).toMatchObject({ code: 'file-damaged' })
    if (typeof outcome !== 'number') refusals += 1
  }
  expect(refusals).toBeGreaterThan(bytes.length - 12)
})

test('refuses damage and other codecs with an error of the world', async () => {
  const bytes = readFileSync(await write(rows))
  const flipped = Buffer.from(bytes)
  flipped[flipped.length - 3] = (flipped.at(-3) ?? 0) ^ 0xff
  await expect(collectText('rows.avro', flipped, topic)).rejects.toMatchObject({
    code: 'file-damaged',
  })
  const snappy = Buffer.from(bytes.toString('latin1').replace('null', 'lzma'), 'latin1')
  await expect(collectText('rows.avro', snappy, topic)).rejects.toThrow('packed with "lzma"')
})

test('reads or refuses any bytes, and never hangs', async () => {
  const bytes = readFileSync(await write(rows.slice(0, 5)))
  for (let at = 0; at < bytes.length; at += 3) {
    const damaged = Buffer.from(bytes)
    damaged[at] = 0xff
    const outcome = await collectText('rows.avro', damaged, topic).then(
      () => 'read',
      (error: unknown) => (error as Error).name,
    )
    expect(['read', 'EngineError', 'InputProblem']).toContain(outcome)
  }
})
