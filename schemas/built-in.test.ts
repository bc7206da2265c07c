import { expect, test } from 'vitest'
import { avroToType, parseSchema } from './avro.ts'
import { builtInSchemas } from './built-in.ts'
import { createCodec } from './codec.ts'
import { describeType } from './type.ts'
import type { RecordType, Type } from './type.ts'

const names = [...builtInSchemas.keys()]

test('has the contracts that topologies name', () => {
  expect(names).toEqual([
    'market/Bar',
    'market/Book',
    'market/Depth',
    'market/Notice',
    'market/Quality',
    'market/Quote',
    'market/Trade',
    'ref/Account',
    'ref/Instrument',
    'risk/Alert',
    'risk/Decision',
    'risk/Notice',
    'social/Mood',
    'trading/Control',
    'trading/Equity',
    'trading/Fill',
    'trading/Holding',
    'trading/Order',
    'trading/Position',
    'trading/Signal',
    'trading/StrategyPosition',
  ])
})

test.each(names)('%s is read, named as its file, and says of every field what it is', (name) => {
  const file = builtInSchemas.get(name)
  const { schema, record } = parseSchema(file ?? { path: name, text: '' })
  expect(record.name).toBe(name.replace('/', '.'))
  const dashed = name.replaceAll(/([a-z])([A-Z])/g, '$1-$2').toLowerCase()
  expect(file?.path).toBe(`schemas/${dashed}.avsc`)
  expect(schema).toHaveProperty('doc')
  for (const field of fieldsWithin(record)) {
    expect(field.doc, field.name).toMatch(/^\S.{5,}\.$/s)
    expect(field.origin?.file).toBe(file?.path)
    if (field.type.kind === 'nullable') expect(field.default, field.name).toBeNull()
  }
  expect(createCodec(schema).record).toEqual(avroToType(schema))
})

test('has the fields that make keys, times and look-ups of the example topologies', () => {
  const wanted = {
    'market/Trade': 'symbol: string, price: double, size: double, time: time, received: time',
    'market/Depth': 'symbol: string, time: time, received: time, bids: list of market.Level',
    'market/Quote': 'symbol: string, bid: double, ask: double, time: time, received: time?',
    'market/Bar': 'symbol: string, time: time, end: time, close: double, count: long',
    'market/Book': 'mid: double, spread: double, imbalance: double',
    'social/Mood': 'symbol: string, score: double, published: time, ingested: time',
    'ref/Account': 'account: string, symbols: list of string, since: time, cash: decimal(38,18)',
    'ref/Instrument': 'symbol: string, tick: decimal(38,18), base: string, since: time',
    'trading/Signal': 'symbol: string, side: long, stop: double?, valid_for: duration?',
    'trading/Order': 'account: string, strategy: string?, quantity: decimal(38,18)',
    'trading/Fill': 'fill_id: string, account: string, price: decimal(38,18)',
    'trading/Position': 'account: string, symbol: string, notional: decimal(38,18)',
    'trading/Equity': 'account: string, equity: decimal(38,18)',
    'risk/Alert': 'account: string, reason: string',
  }
  for (const [name, fields] of Object.entries(wanted)) {
    const { record } = parseSchema(builtInSchemas.get(name) ?? { path: name, text: '' })
    const known = record.fields.map((field) => `${field.name}: ${describeType(field.type)}`)
    expect(known).toEqual(expect.arrayContaining(fields.split(', ')))
  }
})

function fieldsWithin(record: RecordType): RecordType['fields'] {
  return record.fields.flatMap((field) => [field, ...recordsIn(field.type).flatMap(fieldsWithin)])
}

function recordsIn(type: Type): readonly RecordType[] {
  if (type.kind === 'record') return [type]
  if (type.kind === 'list') return recordsIn(type.items)
  return []
}
