import { expect, test } from 'vitest'
import type { RecordField, Type } from '../../schemas/type.ts'
import { evolve } from './evolve.ts'
import type { FoundTable } from './found-table.ts'
import { config, lastTicks, ticks } from './postgres.test-data.ts'
import { statementsOf } from './statements.ts'
import { tableOf } from './table.ts'

const NAME = '"public"."ticks"'

function wanted(...fields: readonly RecordField[]) {
  const record = { kind: 'record', name: 'test.Row', fields } as const
  return tableOf({ ...config, key: ['id'], table: 'ticks' }, { ...ticks, record })
}

const id = { name: 'id', type: { kind: 'long' } } as const

function found(columns: readonly FoundTable['columns'][number][]): FoundTable {
  const key = { name: 'ticks_pkey', columns: ['id'], isUnique: true }
  return { kind: 'r', columns: [column('id', 'bigint'), ...columns], indexes: [key] }
}

function column(name: string, type: string, isNullable = false) {
  return { name, type, isNullable, isFilled: false, isGenerated: false }
}

test('makes a table with a row for each record, or for each key', () => {
  const fields =
    '"symbol" text not null, "price" numeric(18,4) not null, ' +
    '"size" double precision not null, "time" timestamp with time zone not null'
  const indexes = [['symbol', 'time']]
  expect(evolve(tableOf({ ...config, indexes }, ticks), undefined).statements).toEqual([
    `create table ${NAME} (${fields}, "_partition" integer not null, "_offset" bigint not null, ` +
      'primary key ("_partition", "_offset"))',
    `create index if not exists "ticks_symbol_time_idx" on ${NAME} ("symbol", "time")`,
  ])
  const last = tableOf({ ...config, on_delete: 'mark' }, lastTicks)
  expect(evolve(last, undefined).statements).toEqual([
    `create table "public"."last" (${fields}, "_deleted" boolean not null, primary key ("symbol"))`,
  ])
})

const decimal: Type = { kind: 'decimal', precision: 10, scale: 2 }
test.each<[Type, string, string]>([
  [{ kind: 'int' }, 'bigint', 'stays'],
  [{ kind: 'long' }, 'integer', 'bigint'],
  [{ kind: 'long' }, 'numeric', 'stays'],
  [{ kind: 'double' }, 'real', 'double precision'],
  [{ kind: 'double' }, 'integer', 'double precision'],
  // A double does not tell all longs apart.
  [{ kind: 'double' }, 'bigint', 'differs'],
  [{ kind: 'float' }, 'double precision', 'stays'],
  [decimal, 'numeric(10,2)', 'stays'],
  [decimal, 'numeric', 'stays'],
  [decimal, 'numeric(12,4)', 'stays'],
  [decimal, 'numeric(9,1)', 'numeric(10,2)'],
  // More digits, but fewer before the point.
  [decimal, 'numeric(11,4)', 'differs'],
  [decimal, 'double precision', 'differs'],
  [{ kind: 'string' }, 'character varying', 'stays'],
  [{ kind: 'string' }, 'character varying(20)', 'text'],
  [{ kind: 'string' }, 'uuid', 'differs'],
  [{ kind: 'time', unit: 'us' }, 'timestamp without time zone', 'differs'],
])('has %o in a column of %s: %s', (type, there, outcome) => {
  const { statements, differences } = evolve(
    wanted(id, { name: 'x', type }),
    found([column('x', there)]),
  )
  if (outcome === 'differs') {
    expect(statements).toEqual([])
    expect(differences[0]).toMatch(`column "x" of table ${NAME} is ${there}, and the topic has`)
    expect(differences[0]).toMatch(`alter table ${NAME} alter column "x" type`)
  } else {
    const change = `alter table ${NAME} alter column "x" type ${outcome}`
    expect(statements).toEqual(outcome === 'stays' ? [] : [change])
    expect(differences).toEqual([])
  }
})

test.each([
  ['that are there', ['_partition', '_offset'], ''],
  ['of which one is there', ['_offset'], 'add column "_partition" integer, '],
  ['that are not there', [], 'add column "_partition" integer, add column "_offset" bigint, '],
])('says a whole statement that keeps rows apart by columns %s', (_, there, added) => {
  const columns = there.map((name) => column(name, 'bigint'))
  const table = { kind: 'r', columns, indexes: [] } as const
  const { differences } = evolve(tableOf({ ...config, table: 'ticks' }, ticks), table)
  expect(differences).toEqual([
    `table ${NAME} has no primary key or unique index on "_partition", "_offset"; ` +
      `alter table ${NAME} ${added}add unique ("_partition", "_offset"), ` +
      'or give the sink another table',
  ])
})

test.each<[string, Omit<RecordField, 'name'>, string]>([
  ['null', { type: { kind: 'nullable', of: { kind: 'long' } }, default: null }, 'bigint'],
  ['nothing', { type: { kind: 'long' } }, 'bigint'],
  ['7', { type: { kind: 'long' }, default: 7 }, 'bigint not null default 7'],
  [
    'a double',
    { type: { kind: 'double' }, default: 1e300 },
    "double precision not null default '1e+300'",
  ],
  ['a text', { type: { kind: 'string' }, default: `a'b\\` }, "text not null default 'a''b\\'"],
  ['a decimal', { type: decimal, default: '\u0096' }, 'numeric(10,2) not null default -1.06'],
  [
    'bytes',
    { type: { kind: 'bytes' }, default: '\u00ff' },
    "bytea not null default '\\xff'::bytea",
  ],
  [
    'a time',
    { type: { kind: 'time', unit: 'ms' }, default: -1 },
    'timestamp with time zone not null default ' +
      "(timestamptz '1970-01-01Z' + interval '-1000 microseconds')",
  ],
  [
    'a list',
    { type: { kind: 'list', items: { kind: 'string' } }, default: [`'`] },
    `jsonb not null default '["''"]'::jsonb`,
  ],
])('adds a column whose rows so far have %s', (_, field, clause) => {
  const { statements } = evolve(wanted(id, { name: 'x', ...field }), found([]))
  expect(statements).toEqual([`alter table ${NAME} add column "x" ${clause}`])
})

test('takes a column’s nulls where the schema has them, and leaves other columns alone', () => {
  const table = wanted(id, { name: 'x', type: { kind: 'nullable', of: { kind: 'int' } } })
  const own = [column('own', 'text', true), { ...column('serial', 'integer'), isFilled: true }]
  const there = found([column('x', 'integer'), ...own])
  expect(evolve(table, there)).toEqual({
    statements: [`alter table ${NAME} alter column "x" drop not null`],
    differences: [],
  })
})

test('makes no index that is there under another name', () => {
  const table = { ...wanted(id), indexes: [['id'], ['id', 'id']] }
  const { statements } = evolve(table, found([]))
  expect(statements).toEqual([
    `create index if not exists "ticks_id_id_idx" on ${NAME} ("id", "id")`,
  ])
})

test('writes rows, deletions and the position in one statement', () => {
  const { write, rows } = statementsOf(tableOf(config, lastTicks))
  expect(write.replace(/\s+/g, ' ')).toBe(
    'with moved as (update "millrace_engine"."positions" set position = $1 ' +
      'where topology = $2 and ' +
      'sink = $3 and topic = $4 and partition = $5 and epoch = $6 and position is not distinct ' +
      'from $7::bigint returning 1), rows_written as (insert into "public"."last" ("symbol", ' +
      '"price", "size", "time") select batch.c0, batch.c1::numeric(18,4), batch.c2, batch.c3 ' +
      'from unnest($8::text[], $9::text[], $10::float8[], $11::timestamptz[]) as ' +
      'batch(c0, c1, c2, c3) where (select count(*) from moved) = 1 on conflict ("symbol") do ' +
      'update set "price" = excluded."price", "size" = excluded."size", "time" = ' +
      'excluded."time"), rows_deleted as (delete from "public"."last" t using ' +
      'unnest($12::text[]) as batch(c0) where t."symbol" = batch.c0 and (select count(*) from ' +
      'moved) = 1) select count(*)::int as moved from moved',
  )
  expect(rows).not.toContain('positions')
})
