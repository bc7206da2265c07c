import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import { postgres as server } from '../../docker/native/postgres.ts'
import { portOf } from '../../docker/native/server.ts'
import { builtInSchemas } from '../../schemas/built-in.ts'
import { parseSchema } from '../../schemas/avro.ts'
import { Decimal } from '../../schemas/decimal.ts'
import type { RecordField, RecordType, Value } from '../../schemas/type.ts'
import { describeWith } from '../../test/servers/shared-servers.ts'
import { startServer } from '../../test/servers/start-server.ts'
import type { StartedServer } from '../../test/servers/start-server.ts'
import type { Sink, SinkRecord, SinkTopic } from '../sink.ts'
import { batch, endless, lastTicks, openTicks, PRESENT, ticks } from './postgres.test-data.ts'
import type { OpenOptions } from './postgres.test-data.ts'

describeWith([server], 'tables of a sink into Postgres', () => {
  let started: StartedServer
  let client: pg.Client
  let schema: string
  let tests = 0

  beforeAll(async () => {
    started = await startServer(server)
    client = new pg.Client(started.addresses[0])
    await client.connect()
  })
  afterAll(async () => {
    await client.end()
    await started.kill()
  })
  beforeEach(() => {
    schema = `test${String((tests += 1))}`
  })

  async function open(options: OpenOptions = {}): Promise<Sink> {
    const sink = await openTicks(portOf(started, 'postgres'), {
      ...options,
      name: options.name ?? schema,
      config: { schema, ...options.config },
    })
    onTestFinished(() => sink.close())
    return sink
  }

  async function sql(text: string): Promise<readonly Record<string, unknown>[]> {
    return (await client.query<Record<string, unknown>>(text)).rows
  }

  async function shape(table: string): Promise<Readonly<Record<string, string>>> {
    const rows = await sql(`select attname, format_type(atttypid, atttypmod) ||
      case when attnotnull then '' else '?' end as type from pg_attribute
      where attrelid = '${schema}.${table}'::regclass and attnum > 0 and not attisdropped
      order by attnum`)
    return Object.fromEntries(rows.map(({ attname, type }) => [attname, type] as [string, string]))
  }

  function topicOf(fields: readonly RecordField[], more: Partial<SinkTopic> = {}): SinkTopic {
    const record: RecordType = { kind: 'record', name: 'test.Row', fields }
    return { ...ticks, name: 'rows', record, key: [], time: undefined, ...more }
  }

  function rowOf(offset: number, value: Value): SinkRecord {
    return { offset, key: 'k', value, time: PRESENT, available: PRESENT }
  }

  test('keeps every value of every type as it is', async () => {
    const money: RecordField = {
      name: 'money',
      type: { kind: 'decimal', precision: 38, scale: 18 },
    }
    const fields: readonly RecordField[] = [
      { name: 'yes', type: { kind: 'boolean' } },
      { name: 'small', type: { kind: 'int' } },
      { name: 'large', type: { kind: 'long' } },
      { name: 'single', type: { kind: 'float' } },
      { name: 'real', type: { kind: 'nullable', of: { kind: 'double' } } },
      { name: 'word', type: { kind: 'string' } },
      { name: 'side', type: { kind: 'enum', name: 'Side', symbols: ['buy', 'sell'] } },
      { name: 'raw', type: { kind: 'bytes' } },
      money,
      { name: 'at', type: { kind: 'time', unit: 'us' } },
      { name: 'took', type: { kind: 'duration' } },
      { name: 'list', type: { kind: 'list', items: { kind: 'double' } } },
      {
        name: 'fee',
        type: { kind: 'nullable', of: { kind: 'record', name: 'Fee', fields: [money] } },
      },
    ]
    const common = { yes: true, small: -(2 ** 31), single: 0.1, side: 'sell', list: [1.5, -2] }
    const values: readonly Value[] = [
      {
        ...{
          ...common,
          large: 2 ** 53 - 1,
          real: NaN,
          word: `a'"\\é𝄞\n`,
          raw: Buffer.from([0, 255]),
        },
        ...{ money: new Decimal('-99999999999999999999.999999999999999999'), at: 1 - 2 ** 53 },
        ...{ took: -1, fee: { money: new Decimal('0.000000000000000001') } },
      },
      {
        ...{ ...common, large: 1 - 2 ** 53, real: null, word: '', raw: Buffer.alloc(0) },
        ...{ money: new Decimal(0), at: 2 ** 53 - 1, took: 2 ** 53 - 1, fee: null },
      },
    ]
    const sink = await open({ topic: topicOf(fields) })
    const partition = await sink.claim(0)
    expect(
      await partition.write(
        batch(
          0,
          values.map((value, at) => rowOf(at, value)),
        ),
      ),
    ).toEqual([])
    expect(await shape('rows')).toEqual({
      ...{ yes: 'boolean', small: 'integer', large: 'bigint', single: 'real' },
      ...{ real: 'double precision?', word: 'text', side: 'text', raw: 'bytea' },
      ...{ money: 'numeric(38,18)', at: 'timestamp with time zone', took: 'interval' },
      ...{ list: 'jsonb', fee_money: 'numeric(38,18)?', _time: 'timestamp with time zone' },
      ...{ _partition: 'integer', _offset: 'bigint' },
    })
    const micros = (column: string) => `(extract(epoch from ${column}) * 1000000)::bigint`
    const rows = await sql(`select yes, small, large, single, real, word, side, raw, money,
      ${micros('at')} at, ${micros('took')} took, list, fee_money, ${micros('_time')} "_time"
      from ${schema}.rows order by _offset`)
    const same = { yes: true, small: -(2 ** 31), single: 0.1, side: 'sell', list: [1.5, -2] }
    expect(rows).toEqual([
      {
        ...{ ...same, large: '9007199254740991', real: NaN, word: `a'"\\é𝄞\n` },
        ...{ raw: Buffer.from([0, 255]), money: '-99999999999999999999.999999999999999999' },
        ...{ at: '-9007199254740991', took: '-1', fee_money: '0.000000000000000001' },
        _time: String(PRESENT),
      },
      {
        ...{ ...same, large: '-9007199254740991', real: null, word: '', raw: Buffer.alloc(0) },
        ...{ money: '0.000000000000000000', at: '9007199254740991', took: '9007199254740991' },
        ...{ fee_money: null, _time: String(PRESENT) },
      },
    ])
  })

  test('takes names with quotes and keywords for names', async () => {
    const table = `x"; drop schema ${schema} cascade; --'`
    const fields: readonly RecordField[] = [
      { name: 'select', type: { kind: 'string' } },
      { name: 'a"b\'c', type: { kind: 'long' } },
    ]
    const topic = topicOf(fields, { key: ['select'], isTable: true })
    const config = { table, indexes: [['a"b\'c']] }
    const sink = await open({ topic, name: `o'"; --`, config })
    const partition = await sink.claim(0)
    const record = (offset: number, value: Value | null) => ({ ...rowOf(offset, {}), value })
    await partition.write(batch(0, [record(0, { select: 'k', 'a"b\'c': 1 })]))
    expect(await sink.count()).toEqual({ rows: 1, since: undefined })
    await partition.write(batch(1, [record(1, null)]))
    expect(await sink.count()).toEqual({ rows: 0, since: undefined })
    expect(await (await open({ topic, name: `o'"; --`, config })).positions()).toEqual(
      new Map([[0, 2]]),
    )
  })

  test('marks rows of deleted keys where that is wanted, and takes them back', async () => {
    const sink = await open({ topic: lastTicks, config: { on_delete: 'mark' } })
    const partition = await sink.claim(0)
    const row = endless(0, lastTicks)
    await partition.write(batch(0, [row]))
    await partition.write(batch(1, [{ ...row, offset: 1, value: null }]))
    expect(await sql(`select symbol, _deleted from ${schema}.last`)).toEqual([
      { symbol: 'S0', _deleted: true },
    ])
    expect((await sink.count())?.rows).toBe(0)
    await partition.write(batch(2, [{ ...row, offset: 2 }]))
    expect((await sink.count())?.rows).toBe(1)
  })

  test('finds every record that cannot be a row, and writes none till they are gone', async () => {
    const sink = await open()
    await sql(`alter table ${schema}.ticks add constraint small check (size < 300),
      add constraint once unique (price) deferrable initially deferred`)
    const partition = await sink.claim(0)
    const good = Array.from({ length: 1_000 }, (_, offset) => endless(offset, ticks))
    const records = good.map((record) => {
      const change: Value =
        record.offset === 3
          ? { symbol: 'a\0b' }
          : record.offset === 500
            ? { price: new Decimal('1.00001') }
            : record.offset === 700
              ? { price: new Decimal(0) }
              : {}
      return { ...record, value: { ...record.value, ...change } }
    })
    const refused = await partition.write(batch(0, records))
    const reasons = Map.groupBy(refused, ({ reason }) => reason)
    expect(
      [...reasons].map(([reason, each]) => [reason, each[0]?.record.offset, each.length]),
    ).toEqual([
      ['column "symbol" takes no text with a NUL', 3, 1],
      ['column "price" takes 18 digits alone, 4 of them behind the point', 500, 1],
      ['it breaks the constraint "once" (SQLSTATE 23505)', 700, 1],
      ['it breaks the constraint "small" (SQLSTATE 23514)', 900, 100],
    ])
    expect((await sink.count())?.rows).toBe(0)
    expect((await sink.positions()).size).toBe(0)
    const bad = new Set(refused.map(({ record }) => record))
    const rest = records.filter((record) => !bad.has(record))
    expect(await partition.write(batch(0, rest, 1_000))).toEqual([])
    expect((await sink.count())?.rows).toBe(897)
    expect(await sink.positions()).toEqual(new Map([[0, 1_000]]))
  })

  test('holds each of OANDA’s quotes, those of one millisecond too', async () => {
    const { record } = parseSchema(builtInSchemas.get('market/Quote') ?? never())
    const file = join(import.meta.dirname, '../../apps/forex/data/oanda-eurusd-20140501.csv.gz')
    const [, ...lines] = gunzipSync(readFileSync(file)).toString().trim().split('\n')
    const records = lines.map((line, offset) => {
      const [time, symbol, bid, ask] = line.split(',')
      const value = { symbol, time: Number(time) * 1_000, bid: Number(bid), ask: Number(ask) }
      const others = Object.fromEntries(record.fields.map(({ name }) => [name, null]))
      return rowOf(offset, { ...others, ...value })
    })
    const sink = await open({ topic: { ...ticks, name: 'quotes', record } })
    const partition = await sink.claim(0)
    for (let at = 0; at < records.length; at += 1_000) {
      expect(await partition.write(batch(at, records.slice(at, at + 1_000)))).toEqual([])
    }
    const rows = await sql(`select symbol, bid, ask,
      (extract(epoch from time) * 1000000)::bigint::float8 as time from ${schema}.quotes
      order by _offset`)
    expect(rows).toHaveLength(24_179)
    expect(rows).toEqual(
      records.map(({ value }) => {
        const { symbol, bid, ask, time } = value ?? {}
        return { symbol, bid, ask, time }
      }),
    )
  })

  test('evolves its table, and rows that are there keep what they have', async () => {
    const fields = (...more: readonly RecordField[]) => [
      { name: 'symbol', type: { kind: 'string' } } as const,
      ...more,
    ]
    const long = { name: 'size', type: { kind: 'long' } } as const
    const before = topicOf(fields({ name: 'size', type: { kind: 'int' } }))
    const first = await open({ topic: before })
    await (await first.claim(0)).write(batch(0, [rowOf(0, { symbol: 'a', size: 1 })]))
    await sql(`alter table ${schema}.rows add column own text`)
    const after = topicOf(
      fields(
        long,
        { name: 'note', type: { kind: 'nullable', of: { kind: 'string' } }, default: null },
        { name: 'lots', type: { kind: 'decimal', precision: 9, scale: 2 }, default: '\u0096' },
        { name: 'venue', type: { kind: 'string' }, default: `O'Hare` },
        { name: 'late', type: { kind: 'string' } },
      ),
    )
    // Any number of processes may open at once.
    const config = { indexes: [['venue'], ['symbol', 'size']] }
    const [second] = await Promise.all([1, 2, 3].map(() => open({ topic: after, config })))
    const value = { size: 2 ** 40, note: null, lots: new Decimal(1), venue: 'x', late: 'y' }
    const row = rowOf(1, { symbol: 'b', ...value })
    const partition = await second?.claim(0)
    expect(await partition?.write(batch(1, [row]))).toEqual([])
    expect(
      await sql(`select size, note, lots, venue, late, own from ${schema}.rows order by 1`),
    ).toEqual([
      { size: '1', note: null, lots: '-1.06', venue: `O'Hare`, late: null, own: null },
      { size: String(2 ** 40), note: null, lots: '1.00', venue: 'x', late: 'y', own: null },
    ])
    const indexes = await sql(`select from pg_indexes where schemaname = '${schema}'`)
    expect(indexes).toHaveLength(3)
  })

  const differs = (what: string) => ({
    code: 'sink-differs',
    retryable: false,
    message: expect.stringContaining(what) as string,
  })

  test('says what cannot be evolved: table, column, both types and the repair', async () => {
    await sql(`create schema ${schema}`)
    await sql(`create table ${schema}.ticks (symbol text not null, price integer, size text,
      time timestamptz, own text not null)`)
    const why = `sink "${schema}" (connection "ledger", millrace at 127.0.0.1`
    await expect(open()).rejects.toMatchObject(differs(why))
    const table = `"${schema}"."ticks"`
    const message = await open().catch((error: unknown) => (error as Error).message)
    for (const part of [
      `column "size" of table ${table} is text, and the topic has double precision; ` +
        `alter table ${table} alter column "size" type double precision using "size"::`,
      `column "price" of table ${table} is integer, and the topic has numeric(18,4)`,
      `column "own" of table ${table} takes no null, and the topic has no such field`,
      `has no primary key or unique index on "_partition", "_offset"; alter table ${table} add`,
    ]) {
      expect(message).toContain(part)
    }
    expect(await shape('ticks')).not.toHaveProperty('_offset')
    await sql(`create view ${schema}.viewed as select 1 as symbol`)
    await expect(open({ config: { table: 'viewed' } })).rejects.toMatchObject(differs('no table'))
  })

  test('never begins anew in the middle of its topic, nor beside another sink’s rows', async () => {
    const sink = await open()
    const records = [endless(0, ticks), endless(1, ticks)]
    await (await sink.claim(0)).write(batch(0, records))
    const other = await open({ name: `${schema}-other` })
    const write = (await other.claim(0)).write(batch(1, records.slice(1)))
    await expect(write).rejects.toMatchObject(differs('that this sink did not write'))
    await sql(`drop table ${schema}.ticks`)
    await expect((await sink.claim(0)).write(batch(2, []))).rejects.toMatchObject(differs('42P01'))
    await expect(open()).rejects.toMatchObject(
      differs('delete from "millrace_engine"."positions" where'),
    )
    const error = await open().catch((each: unknown) => each as Error)
    const repair = /delete from .*$/.exec((error as Error).message)?.[0]
    await sql(String(repair))
    expect((await (await open()).claim(0)).position).toBeUndefined()
  })

  test('goes on in the table that it has filled, and in no other', async () => {
    const partition = await (await open()).claim(0)
    await partition.write(batch(0, [endless(0, ticks)]))
    await sql(`create table ${schema}.other (like ${schema}.ticks including all)`)
    const asOther = () => open({ config: { table: 'other' } })
    const error = await asOther().catch((each: unknown) => each as Error)
    const both = `it has filled table "${schema}"."ticks" until now, and "${schema}"."other"`
    expect(error).toMatchObject(differs(both))
    expect((await (await open()).claim(0)).position).toBe(1)
    const repair = /update .*?(?=;)/.exec((error as Error).message)?.[0]
    await sql(`drop table ${schema}.other; alter table ${schema}.ticks rename to other`)
    await sql(String(repair))
    expect((await (await asOther()).claim(0)).position).toBe(1)
  })

  test('refuses a record that a trigger raises an error for, under any code', async () => {
    const sink = await open()
    await sql(`create function ${schema}.guard() returns trigger language plpgsql as $$ begin
        if new.size > 1 then raise 'size is %', new.size using errcode = '45000'; end if;
        return new; end $$;
      create trigger guard before insert on ${schema}.ticks
        for each row execute function ${schema}.guard()`)
    const records = Array.from({ length: 5 }, (_, offset) => endless(offset, ticks))
    const refused = await (await sink.claim(0)).write(batch(0, records))
    expect(refused).toEqual([
      { record: records[4], reason: 'a trigger of the table raises an error (SQLSTATE 45000)' },
    ])
  })

  test('says which rights a role lacks, and does with those that it needs', async () => {
    const role = `role_${schema}`
    await sql(`create role ${role} login password 'lion'`)
    const settings = { user: role, password: 'lion' }
    const asRole = () => open({ topic: lastTicks, settings })
    const repairs: string[] = []
    for (;;) {
      const result = await asRole().catch((error: unknown) => error as Error)
      if (!(result instanceof Error)) break
      expect(result).toMatchObject({ code: 'sink-not-allowed', retryable: false })
      const grant = /grant [^;]+? to "\w+"/.exec(result.message)?.[0]
      if (grant === undefined) throw result
      expect(repairs).not.toContain(grant)
      repairs.push(grant)
      await sql(grant)
    }
    expect(repairs[0]).toMatch(/^grant (create on database|usage on schema)/)
    const partition = await (await asRole()).claim(0)
    expect(await partition.write(batch(0, [endless(0, lastTicks)]))).toEqual([])
  })

  test.each([
    ['sink-not-allowed', 'correct user and password', { password: 'puma' }],
    ['sink-not-allowed', 'correct user and password', { user: 'nobody', password: 'puma' }],
    ['sink-refused', 'leave tls out of the connection', { tls: true }],
    ['sink-differs', 'create the database', { database: 'nowhere' }],
    ['sink-refused', 'correct "tls_ca"', { tls_ca: '/nowhere/ca.pem' }],
    ['sink-refused', 'pool must be 1 or more', { pool: 0 }],
    ['sink-refused', 'statement_timeout 1ms', { statement_timeout: 0 }],
    ['sink-refused', 'postgres://HOST:PORT/DATABASE', { url: 'postgres://127.0.0.1/x?ssl=1' }],
  ])('says %s, and to %s, of %o', async (code, repair, settings) => {
    const error = await open({ settings }).catch((each: unknown) => each as Error)
    expect(error).toMatchObject({ code, message: expect.stringContaining(repair) as string })
    expect(error).toMatchObject({ message: expect.stringContaining('"ledger"') as string })
    expect(JSON.stringify([error, String((error as Error).stack)])).not.toContain('puma')
  })
})

function never(): never {
  throw new Error('it is there')
}
