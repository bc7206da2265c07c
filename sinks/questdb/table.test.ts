import { expect, test } from 'vitest'
import { parseSchema } from '../../schemas/avro.ts'
import { builtInSchemas } from '../../schemas/built-in.ts'
import { columnsOf, usualSymbols } from './columns.ts'
import { createRollup } from './rollups.ts'
import { createTable } from './table.ts'

const schema = builtInSchemas.get('market/Trade')
if (schema === undefined) throw new Error('market/Trade is built in')
const { record } = parseSchema(schema)
const shape = {
  table: 'my trades',
  columns: columnsOf(record, usualSymbols(record, ['symbol'])),
  time: 'time',
  keys: ['_partition', '_offset'],
  partition: 'day',
  ttl: 30 * 86_400_000_000,
} as const

test('makes a table of the schema, whose rows are known by where their records stood', () => {
  expect(createTable(shape).split(/ (?=\(|TIMESTAMP\(|PARTITION|TTL|WAL|DEDUP)/)).toEqual([
    'CREATE TABLE IF NOT EXISTS "my trades"',
    '("symbol" SYMBOL, "price" DOUBLE, "size" DOUBLE, "side" LONG, "trade_id" VARCHAR, ' +
      '"received" TIMESTAMP, "_partition" INT, "_offset" LONG, "time" TIMESTAMP)',
    'TIMESTAMP("time")',
    'PARTITION BY DAY',
    'TTL 720 HOURS',
    'WAL',
    'DEDUP UPSERT KEYS("time", "_partition", "_offset")',
  ])
})

test('makes a table by a declared key that keeps all rows', () => {
  const text = createTable({ ...shape, keys: ['symbol', 'trade_id'], ttl: 0 })
  expect(text).toContain('PARTITION BY DAY WAL DEDUP UPSERT KEYS("time", "symbol", "trade_id")')
})

test.each([
  [1, 's', 'DAY TTL 8760 HOURS'],
  [90, 's', 'DAY TTL 8760 HOURS'],
  [300, 'm', 'DAY TTL 8760 HOURS'],
  [4 * 3_600, 'h', 'MONTH TTL 14 MONTHS'],
  [86_400, 'd', 'YEAR TTL 12 MONTHS'],
])('makes a rollup of every %s s', (seconds, unit, end) => {
  const values = { open: 'first(price)', n: 'count()' }
  const rollup = { every: seconds * 1_000_000, by: ['symbol'], values, ttl: '365d' }
  const text = createRollup('r', rollup, { table: 'my trades', time: 'time' })
  expect(text.replace(/ SAMPLE BY.*/, '')).toBe(
    'CREATE MATERIALIZED VIEW IF NOT EXISTS "r" AS (SELECT "time", "symbol",' +
      ' first("price") AS "open", count() AS "n" FROM "my trades"',
  )
  expect(text).toMatch(new RegExp(`SAMPLE BY \\d+${unit}\\) PARTITION BY ${end}$`))
})
