import { expect, test } from 'vitest'
import { batchArguments } from './batch-arguments.ts'
import { batch, config, held, held1, PRESENT } from './redis.test-data.ts'
import type { RedisConfig } from './config.ts'

const MINUTE = 60_000_000
const of = (more: Partial<RedisConfig>, ...records: Parameters<typeof batch>[1]) =>
  batchArguments({ ...config, ...more }, held)(batch(0, records), PRESENT)

test('writes the last value of each key alone, as JSON in the order of the schema', () => {
  const { keys, args } = of(
    {},
    held1({ offset: 0 }),
    held1({ offset: 1, symbol: 'ETH' }),
    held1({ offset: 2, quantity: '-0.2500' }),
  )
  const json = (symbol: string, quantity: string) =>
    `{"account":"a1","symbol":"${symbol}","quantity":"${quantity}","note":null,"marks":[],` +
    `"time":${String(PRESENT)}}`
  expect(keys).toEqual(['held:a1:BTC', 'held:a1:ETH'])
  expect(args).toEqual(['string', '', json('BTC', '-0.25'), 'string', '', json('ETH', '1.5')])
})

test('writes a hash of the chosen fields that are not null', () => {
  const more = { value: 'hash', fields: ['quantity', 'note', 'marks', 'symbol'] } as const
  const { args } = of(more, held1({ offset: 0, marks: [0.5, -1e-7] }))
  expect(args).toEqual([
    'hash',
    '',
    '3',
    'symbol',
    'BTC',
    'quantity',
    '1.5',
    'marks',
    '[0.5,-1e-7]',
  ])
})

test.each([
  ['300s', 0, 300_000],
  ['300s', 4 * MINUTE, 60_000],
  ['300s', 5 * MINUTE - 1, 1],
  ['5m', 5 * MINUTE, 0],
  ['5m', 6 * MINUTE, 0],
  ['300s', -MINUTE, 300_000],
])('with a ttl of %s a value of age %i us has %i ms left', (ttl, age, left) => {
  const { keys, args } = of({ ttl, publish: 'held' }, held1({ offset: 0, age }))
  expect(keys).toEqual(['held:a1:BTC'])
  if (left === 0) expect(args).toEqual(['delete'])
  else expect(args.slice(0, 2)).toEqual(['string', String(left)])
})

test('deletes the key of a record without a value', () => {
  const { keys, args } = of({}, held1({ offset: 0 }), held1({ offset: 1, isDeleted: true }))
  expect([keys, args]).toEqual([['held:a1:BTC'], ['delete']])
})

test('publishes every value in order, those too that are overtaken in the batch', () => {
  const more = { fields: ['quantity'], publish: 'held:{account}:{symbol}' }
  const { args } = of(
    more,
    held1({ offset: 0, quantity: '1' }),
    held1({ offset: 1, quantity: '2' }),
    held1({ offset: 2, isDeleted: true }),
  )
  expect(args).toEqual([
    'delete',
    ...['held:a1:BTC', '{"quantity":"1"}', 'held:a1:BTC', '{"quantity":"2"}'],
    ...['held:a1:BTC', 'null'],
  ])
})

test('refuses all records that JSON cannot hold, and writes nothing of their batch', () => {
  const bad = [held1({ offset: 1, marks: [1, NaN] }), held1({ offset: 2, marks: [Infinity] })]
  expect(of({}, held1({ offset: 0 }), ...bad)).toEqual({
    keys: [],
    args: [],
    refusals: [
      { record: bad[0], reason: 'field "marks[1]" is not a finite number' },
      { record: bad[1], reason: 'field "marks[0]" is not a finite number' },
    ],
  })
})
