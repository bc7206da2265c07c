import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { Decimal } from '../../schemas/decimal.ts'
import { collect, micros, temporaryFolder, topicOf } from './collect.test-data.ts'
import { valueToJson, writeJsonl } from './write-jsonl.ts'

const decimal = { type: 'bytes', logicalType: 'decimal', precision: 30, scale: 10 }
const order = topicOf([
  ['symbol', 'string'],
  ['time', micros],
  ['quantity', decimal],
  ['limit', ['null', decimal]],
  ['raw', 'bytes'],
  [
    'legs',
    {
      type: 'array',
      items: { type: 'record', name: 'Leg', fields: [{ name: 'cash', type: decimal }] },
    },
  ],
  ['marks', { type: 'map', values: decimal }],
  ['notes', { type: 'map', values: 'string' }],
])
const value = {
  notes: { b: 'x', a: 'y' },
  marks: { z: new Decimal('1'), a: new Decimal('2') },
  legs: [{ cash: new Decimal('-0.10') }],
  raw: Uint8Array.of(0, 255),
  limit: null,
  quantity: new Decimal('12345678901234567890.0123456789'),
  time: 1398902400292123,
  symbol: 'A',
  carried: 'dropped',
}
const line =
  '{"key":"A","time":1398902400292123,"value":{"symbol":"A","time":1398902400292123,' +
  '"quantity":"12345678901234567890.0123456789","limit":null,"raw":"AP8=",' +
  '"legs":[{"cash":"-0.1"}],' +
  '"marks":{"a":"2","z":"1"},"notes":{"a":"y","b":"x"}}}\n'

test('writes fields in the order of the schema, exact and equal for equal values', async () => {
  const path = `${temporaryFolder()}/orders.jsonl`
  const lines = [{ key: 'A', time: value.time, value: valueToJson(order.record)(value) }]
  const written = await writeJsonl(path, lines)
  expect(readFileSync(path, 'utf8')).toBe(line)
  expect(written).toEqual({ lines: 1, bytes: Buffer.byteLength(line) })
})

test('writes what readRecords reads back', async () => {
  const path = `${temporaryFolder()}/orders.jsonl`
  const lines = [{ key: 'A', time: value.time, value: valueToJson(order.record)(value) }]
  await writeJsonl(path, lines)
  const { items, ignored } = await collect(path, order)
  expect(items).toMatchObject([{ kind: 'record', time: value.time }])
  const read = items[0]?.kind === 'record' ? items[0].value : undefined
  expect({ ...read, carried: 'dropped' }).toEqual({ ...value, raw: Buffer.from(value.raw) })
  expect(ignored).toEqual({})
})

test('writes many lines and counts their bytes', async () => {
  const path = `${temporaryFolder()}/many.jsonl`
  const lines = function* (): Generator {
    for (let each = 0; each < 50_000; each += 1) yield { key: [each, 'ü'], time: each, value: null }
  }
  const written = await writeJsonl(path, lines())
  const text = readFileSync(path)
  expect(written).toEqual({ lines: 50_000, bytes: text.length })
  expect(
    text
      .toString()
      .split('\n')
      .slice(0, -1)
      .map((each) => (JSON.parse(each) as { time: number }).time),
  ).toEqual(Array.from({ length: 50_000 }, (_, each) => each))
})

test('writes an empty file where there are no lines', async () => {
  const path = `${temporaryFolder()}/none.jsonl`
  expect(await writeJsonl(path, [])).toEqual({ lines: 0, bytes: 0 })
  expect(readFileSync(path, 'utf8')).toBe('')
})

test('leaves what was there when the lines fail', async () => {
  const folder = temporaryFolder()
  const path = `${folder}/out.jsonl`
  writeFileSync(path, 'before')
  const failing = function* (): Generator {
    yield { key: 'A' }
    throw new Error('no more')
  }
  await expect(writeJsonl(path, failing())).rejects.toThrow('no more')
  expect(readdirSync(folder)).toEqual(['out.jsonl'])
  expect(readFileSync(path, 'utf8')).toBe('before')
})

test('says why a file cannot be written', async () => {
  const folder = temporaryFolder()
  await expect(writeJsonl(`${folder}/none/out.jsonl`, [])).rejects.toMatchObject({
    name: 'EngineError',
    code: 'file-unwritable',
    message: expect.stringContaining('its folder does not exist; create it') as string,
  })
  mkdirSync(`${folder}/out.jsonl`)
  await expect(writeJsonl(`${folder}/out.jsonl`, [])).rejects.toMatchObject({
    code: 'file-unwritable',
  })
  expect(readdirSync(folder)).toEqual(['out.jsonl'])
})
