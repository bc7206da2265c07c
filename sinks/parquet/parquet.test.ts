import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, globSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parquetMetadata } from 'hyparquet'
import { expect, onTestFinished, test } from 'vitest'
import { until } from '../../docker/native/until.ts'
import { Decimal } from '../../schemas/decimal.ts'
import { DOUBLE, type RecordField } from '../../schemas/type.ts'
import { parquet } from './parquet.ts'
import {
  batch,
  MIDNIGHT,
  openQuotes,
  quote,
  quotes,
  rowsIn,
  writeUpTo,
} from './parquet.test-data.ts'

const TOPIC = 'desk.quotes'
const SPAN = { source: { path: 'desk.yaml', text: '' }, start: 0, end: 1 }

function freshFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-parquet-'))
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true })
  })
  return folder
}

const offsets = async (folder: string) =>
  (await rowsIn(folder)).map((row) => Number(row['_offset']))
const upTo = (end: number) => Array.from({ length: end }, (_, offset) => offset)
const hidden = (folder: string) => globSync(join(folder, TOPIC, '*', '.*.partial'))

test('writes a file for each day, with its fields and where each record stood', async () => {
  const folder = freshFolder()
  const sink = await openQuotes(folder)
  const partition = await sink.claim(0)
  expect(partition.position).toBeUndefined()
  expect(await partition.write(batch(0, 750))).toEqual([])
  const name = '0-000000000000-000000000750.parquet'
  const files = [`day=2026-01-01/${name}`, `day=2026-01-02/${name}`]
  expect(globSync('*/*.parquet', { cwd: join(folder, TOPIC) }).toSorted()).toEqual(files)
  const file = readFileSync(join(folder, TOPIC, files[0] ?? ''))
  const { schema, num_rows } = parquetMetadata(file)
  expect(num_rows).toBe(720n)
  expect(schema.slice(1).map((each) => [each.name, each.logical_type?.type ?? each.type])).toEqual([
    ['symbol', 'STRING'],
    ['price', 'DECIMAL'],
    ['size', 'DOUBLE'],
    ['levels', 'JSON'],
    ['time', 'TIMESTAMP'],
    ['_partition', 'INT32'],
    ['_offset', 'INT64'],
    ['_available', 'TIMESTAMP'],
  ])
  const rows = await rowsIn(folder)
  expect(rows).toHaveLength(750)
  expect(rows[7]).toEqual({
    ...{ symbol: 'S1', price: expect.closeTo(0.7) as number, size: -0, levels: [1e-7, 2] },
    ...{ time: new Date(MIDNIGHT / 1000), _partition: 0, _offset: 7n },
    _available: new Date(MIDNIGHT / 1000),
  })
  expect(await sink.count()).toEqual({ rows: 750, since: undefined })
  expect(await sink.positions()).toEqual(new Map([[0, 750]]))
})

test('moves its position over what holds no records, without a file', async () => {
  const folder = freshFolder()
  const sink = await openQuotes(folder)
  await (await sink.claim(0)).write(batch(0, 4, []))
  expect((await sink.claim(0)).position).toBe(4)
  expect(await rowsIn(folder)).toEqual([])
  await writeUpTo(sink, 100, 3)
  expect(readdirSync(join(folder, TOPIC, '_millrace', '0')).length).toBeLessThan(7)
})

test('keeps what is deleted of a table, and the time that no field holds', async () => {
  const folder = freshFolder()
  const sink = await openQuotes(folder, { topic: { isTable: true, time: undefined } })
  const deleted = { ...quote(1), value: null }
  await (await sink.claim(0)).write(batch(0, 2, [quote(0), deleted]))
  expect(await rowsIn(folder)).toMatchObject([
    { symbol: 'S0', _key: 'S0', _deleted: false, _time: new Date(MIDNIGHT / 1000) },
    { symbol: null, price: null, _key: 'S1', _deleted: true },
  ])
})

test('lays fields of a record side by side, and refuses names that meet', async () => {
  const top: RecordField = {
    name: 'top',
    type: { kind: 'record', name: 'Top', fields: [{ name: 'bid', type: { kind: 'double' } }] },
  }
  const folder = freshFolder()
  const record = { ...quotes.record, fields: [...quotes.record.fields, top] }
  const sink = await openQuotes(folder, { topic: { record } })
  await (await sink.claim(0)).write(batch(0, 1, [quote(0, { top: { bid: 2.5 } })]))
  expect(await rowsIn(folder)).toMatchObject([{ top_bid: 2.5 }])
  const said = (...more: readonly string[]) => {
    const messages: string[] = []
    const fields = [...record.fields, ...more.map((name) => ({ name, type: DOUBLE }))]
    parquet.check({
      ...{ sink: 'lake', config: { connection: undefined, rows: 1, every: 1 }, time: 'time' },
      ...{ topic: { name: 'quotes', isTable: false }, span: SPAN, spanOf: () => SPAN },
      input: { record: { ...record, fields }, key: [], lateness: 0 },
      say: ({ message }) => messages.push(message),
    })
    return messages
  }
  expect(said('_key')).toEqual([])
  expect(said('top_bid')).toEqual(['topic "quotes" has two columns "top_bid"'])
  expect(said('_offset')).toEqual(['topic "quotes" has two columns "_offset"'])
})

test('refuses all records that JSON cannot hold, and writes nothing of their batch', async () => {
  const folder = freshFolder()
  const partition = await (await openQuotes(folder)).claim(0)
  const bad = [quote(1, { levels: [NaN] }), quote(3, { levels: [1, -Infinity] })]
  const records = [quote(0), ...bad, quote(4, { size: NaN })]
  expect(await partition.write(batch(0, 5, records))).toEqual([
    { record: bad[0], reason: 'field "levels[0]" is not a finite number' },
    { record: bad[1], reason: 'field "levels[1]" is not a finite number' },
  ])
  expect(await rowsIn(folder)).toEqual([])
  await partition.write(
    batch(
      0,
      5,
      records.filter((each) => !bad.includes(each)),
    ),
  )
  expect(await rowsIn(folder)).toMatchObject([{ _offset: 0n }, { _offset: 4n, size: NaN }])
})

test('lets one that was overtaken show nothing, whatever it has begun', async () => {
  const folder = freshFolder()
  const [first, second] = [await openQuotes(folder), await openQuotes(folder)]
  const zombie = await first.claim(0)
  await zombie.write(batch(0, 10))
  const owner = await second.claim(0)
  await expect(zombie.write(batch(10, 20))).rejects.toMatchObject({ code: 'sink-fenced' })
  expect(hidden(folder)).toHaveLength(1)
  // So many that the number which the zombie would take is long removed.
  for (let at = 10; at < 30; at += 1) await owner.write(batch(at, at + 1))
  await expect(zombie.write(batch(10, 25))).rejects.toMatchObject({ code: 'sink-fenced' })
  expect(await offsets(folder)).toEqual(upTo(30))
  expect((await first.positions()).get(0)).toBe(30)
  await second.claim(0)
  expect(hidden(folder)).toEqual([])
})

test('lets one of many that claim at once go on', async () => {
  const folder = freshFolder()
  const sinks = await Promise.all(Array.from({ length: 3 }, () => openQuotes(folder)))
  await Promise.all(sinks.map((sink) => writeUpTo(sink, 30, 5)))
  expect(await offsets(folder)).toEqual(upTo(30))
  expect(hidden(folder)).toEqual([])
})

test('shows what a commit named and its process had no time to show', async () => {
  const folder = freshFolder()
  await writeUpTo(await openQuotes(folder), 20, 10)
  const shown = '0-000000000010-000000000020'
  const day = join(folder, TOPIC, 'day=2026-01-01')
  renameSync(join(day, `${shown}.parquet`), join(day, `.${shown}.1.partial`))
  cpSync(join(day, `.${shown}.1.partial`), join(day, '.0-000000000020-000000000030.1.partial'))
  expect(await offsets(folder)).toEqual(upTo(10))
  await (await openQuotes(folder)).claim(0)
  expect(await offsets(folder)).toEqual(upTo(20))
  expect(hidden(folder)).toEqual([])
})

test('equals the topic though its process is killed again and again', async () => {
  const folder = freshFolder()
  const reader = await openQuotes(folder)
  const position = async () => (await reader.positions()).get(0) ?? 0
  const args = [join(import.meta.dirname, 'parquet.test-data.ts'), folder, '1000000', '7']
  for (let killed = 0; killed < 6; killed += 1) {
    const before = await position()
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] })
    const moved = async () => (await position()) > before + 11 * killed
    expect(await until(moved, { withinMs: 20_000, everyMs: 1 })).toBe(true)
    child.kill('SIGKILL')
    await once(child, 'close')
    const at = await position()
    expect([at - 7, at]).toContain((await offsets(folder)).length)
  }
  await writeUpTo(reader, (await position()) + 20, 7)
  expect(await offsets(folder)).toEqual(upTo(await position()))
  expect(hidden(folder)).toEqual([])
  expect(readdirSync(join(folder, TOPIC, '_millrace', '0'))).not.toContainEqual(/entry-/)
})

const lead = 'sink "lake" (connection "history"): '

test('says that a folder is another sink’s, or that its files have other types', async () => {
  const folder = freshFolder()
  await writeUpTo(await openQuotes(folder), 10, 10)
  const other = await openQuotes(folder, { name: 'pond' })
  await expect(other.claim(0)).rejects.toMatchObject({
    code: 'sink-differs',
    message: expect.stringContaining('sink "lake" of topology "desk" writes it') as string,
  })
  const retyped = (type: RecordField['type']) => ({
    ...quotes.record,
    fields: [
      ...quotes.record.fields.filter(({ name }) => name !== 'price'),
      { name: 'price', type },
    ],
  })
  const wider = { kind: 'decimal', precision: 30, scale: 4 } as const
  const changed = await openQuotes(folder, { topic: { record: retyped(wider) } })
  await expect(changed.claim(0)).rejects.toMatchObject({
    code: 'sink-differs',
    retryable: false,
    message:
      `${lead}${join(folder, TOPIC)}: column "price" is DECIMAL(18,4) in its files and would be ` +
      'DECIMAL(30,4) now; name another folder, or the field otherwise',
  })
  const fields = [
    ...quotes.record.fields,
    { name: 'note', type: { kind: 'nullable', of: { kind: 'string' } } },
  ]
  const grown = await openQuotes(folder, {
    topic: { record: { ...quotes.record, fields: fields as readonly RecordField[] } },
  })
  await (await grown.claim(0)).write(batch(10, 11, [quote(10, { note: 'x' })]))
  expect(await rowsIn(folder)).toHaveLength(11)
})

test('does not begin anew beside files of which it knows nothing', async () => {
  const folder = freshFolder()
  const sink = await openQuotes(folder)
  await writeUpTo(sink, 10, 10)
  rmSync(join(folder, TOPIC, '_millrace'), { recursive: true })
  await expect(sink.claim(0)).rejects.toMatchObject({
    code: 'sink-differs',
    message: expect.stringMatching(/beyond the position 0; move the files/) as string,
  })
  expect(await offsets(folder)).toEqual(upTo(10))
})

test('says what is wrong with the disk, and goes on when it is mended', async () => {
  const folder = freshFolder()
  writeFileSync(join(folder, 'file'), '')
  await expect(openQuotes(join(folder, 'file'))).rejects.toMatchObject({
    code: 'sink-differs',
    message: expect.stringContaining('something else is in its way') as string,
  })
  const full = openQuotes('/proc/none')
  await expect(full).rejects.toMatchObject({ name: 'EngineError' })
  const sink = await openQuotes(folder)
  const partition = await sink.claim(0)
  mkdirSync(join(folder, TOPIC), { recursive: true })
  writeFileSync(join(folder, TOPIC, 'day=2026-01-01'), 'in the way')
  await expect(partition.write(batch(0, 10))).rejects.toMatchObject({ code: 'sink-differs' })
  rmSync(join(folder, TOPIC, 'day=2026-01-01'))
  const ledger = join(folder, TOPIC, '_millrace', '0')
  await writeUpTo(sink, 10, 10)
  expect(await offsets(folder)).toEqual(upTo(10))
  for (const name of readdirSync(ledger)) writeFileSync(join(ledger, name), '{')
  await expect(sink.positions()).rejects.toMatchObject({ code: 'sink-differs' })
})

test('keeps decimals that no double holds', async () => {
  const folder = freshFolder()
  const price = { kind: 'decimal', precision: 38, scale: 18 } as const
  const record = { ...quotes.record, fields: [{ name: 'price', type: price }] }
  const sink = await openQuotes(folder, { topic: { record, time: undefined, key: [] } })
  const exact = new Decimal('-12345678901234567890.123456789012345678')
  await (await sink.claim(0)).write(batch(0, 1, [{ ...quote(0), value: { price: exact } }]))
  const [path = ''] = globSync(join(folder, TOPIC, '*', '*.parquet'))
  const bytes = readFileSync(path)
  const unscaled = BigInt.asUintN(128, -12345678901234567890123456789012345678n)
  expect(bytes.includes(Buffer.from(unscaled.toString(16).padStart(32, '0'), 'hex'))).toBe(true)
})

test('holds as much for a topic of many partitions as for one of few', async () => {
  const wishOf = async (partitions: number) => {
    const sink = await openQuotes(freshFolder(), { topic: { partitions } })
    return sink.batches?.records
  }
  expect([await wishOf(1), await wishOf(4), await wishOf(100)]).toEqual([100_000, 100_000, 4_000])
})
