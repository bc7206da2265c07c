import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { describeLog } from '../contract/log-contract.ts'
import { append, row, rowsOf, type Row, series, valuesOf } from '../contract/row.ts'
import { faultOf, read } from '../contract/scene.ts'
import type { Log, TopicSpec } from '../connector.ts'
import { freshFolder } from './child.test-data.ts'
import { openEmbeddedLog } from './embedded-log.ts'
import { openDatabase } from './environment.ts'
import { formatKey } from './keys.ts'

describeLog('the embedded log', async () => {
  const log = await openEmbeddedLog(freshFolder(), { mode: 'write' })
  return { connect: () => Promise.resolve(log), close: () => log.close() }
})

const at = (offset: number) => [{ topic: 't', partition: 0, offset }]
const here = [{ topic: 't', partition: 0 }]
const all = { maxRecords: 1e9, waitMs: 0 }

async function openWith(
  folder: string,
  spec: Partial<TopicSpec> = {},
  now?: () => number,
): Promise<{ readonly log: Log; readonly write: (rows: readonly Row[]) => Promise<void> }> {
  const log = await openEmbeddedLog(folder, { mode: 'write', ...(now && { now }) })
  await log.createTopics([{ name: 't', partitions: 1, keeps: 'all', ...spec }])
  const producer = await log.producer('p')
  const write = async (rows: readonly Row[]): Promise<void> => {
    await producer.transact({ appends: [append('t', 0, rows)], puts: [] })
  }
  return { log, write }
}

test('holds after it was closed what it held before', async () => {
  const folder = freshFolder()
  const { log, write } = await openWith(folder)
  await write(series('a', 3))
  const producer = await log.producer('q')
  await producer.transact({
    appends: [],
    puts: [{ table: 's', key: 'k', value: Buffer.from('v') }],
  })
  await log.close()
  for (const mode of ['read', 'write'] as const) {
    const again = await openEmbeddedLog(folder, { mode })
    expect(valuesOf(await read(again, 't', 3))).toEqual(['a 0', 'a 1', 'a 2'])
    expect(Buffer.from(again.tables?.get('s', 'k') ?? '').toString()).toBe('v')
    if (mode === 'write') {
      expect((await again.producer('q')).epoch).toBeGreaterThan(producer.epoch)
    } else {
      await expect(again.producer('q')).rejects.toThrow('was opened for reading')
    }
    await again.close()
  }
})

test('says what is wrong with a folder, and what to name instead', async () => {
  const folder = freshFolder()
  const file = join(folder, 'file')
  writeFileSync(file, 'text')
  const cases: readonly (readonly [string, 'read' | 'write', string])[] = [
    [file, 'write', 'cannot hold a log: it is a file; name a folder'],
    [file, 'read', 'is no log; name the folder that a run or a feed wrote'],
    [folder, 'write', 'holds other files and no log; name a new folder'],
    [folder, 'read', 'is no log; name the folder that a run or a feed wrote'],
    [join(folder, 'none'), 'read', 'is not there; name the folder that a run or a feed wrote'],
    [join(file, 'below'), 'write', 'cannot hold a log: ENOTDIR'],
    [join(folder, 'x'.repeat(300)), 'write', 'cannot hold a log: ENAMETOOLONG'],
    [join(folder, 'x'.repeat(300)), 'read', 'is no log: ENAMETOOLONG'],
  ]
  for (const [path, mode, message] of cases) {
    await expect(openEmbeddedLog(path, { mode }), `${mode} ${path}`).rejects.toMatchObject({
      code: 'log-unavailable',
      message: expect.stringContaining(`"${path}" ${message}`) as string,
    })
  }
  expect(readdirSync(folder).toSorted()).toEqual(['file'])
})

test('refuses a database that is no log, and a file that is no database', async () => {
  const other = freshFolder()
  const database = openDatabase(other, 'write')
  database.removeSync(formatKey)
  database.putSync(Buffer.from('theirs'), Buffer.from('1'))
  await database.close()
  for (const mode of ['write', 'read'] as const) {
    await expect(openEmbeddedLog(other, { mode })).rejects.toThrow(
      `the database in "${other}" is no log; name another folder`,
    )
  }
  for (const text of ['x', 'x'.repeat(100_000)]) {
    const broken = freshFolder()
    writeFileSync(join(broken, 'data.mdb'), text)
    await faultOf(openEmbeddedLog(broken, { mode: 'write' }), 'log-damaged')
    await faultOf(openEmbeddedLog(broken, { mode: 'read' }), 'log-damaged')
  }
  const strange = freshFolder()
  await (await openEmbeddedLog(strange, { mode: 'write' })).close()
  rmSync(join(strange, 'lock.mdb'))
  mkdirSync(join(strange, 'lock.mdb'))
  await faultOf(openEmbeddedLog(strange, { mode: 'write' }), 'log-damaged')
})

test('refuses a log that a newer version wrote', async () => {
  const folder = freshFolder()
  const database = openDatabase(folder, 'write')
  database.putSync(formatKey, Buffer.of(2))
  await database.close()
  for (const mode of ['write', 'read'] as const) {
    await expect(openEmbeddedLog(folder, { mode })).rejects.toMatchObject({
      code: 'log-unavailable',
      message:
        `the log "${folder}" has format 2, this version reads 1: ` +
        'use the version that wrote it, or a newer one',
    })
  }
})

test('reads where it may not write', async () => {
  const folder = freshFolder()
  const { log, write } = await openWith(folder)
  await write(series('a', 3))
  await log.close()
  chmodSync(join(folder, 'data.mdb'), 0o444)
  const reader = await openEmbeddedLog(folder, { mode: 'read' })
  expect(valuesOf(await read(reader, 't', 3))).toEqual(['a 0', 'a 1', 'a 2'])
  await reader.close()
})

test('sees what is written after it began to read, in the same process too', async () => {
  const folder = freshFolder()
  const { log, write } = await openWith(folder)
  const reader = await openEmbeddedLog(folder, { mode: 'read' })
  expect(await reader.fetch(at(0), all)).toMatchObject([{ batches: [], next: 0, stable: 0 }])
  const waiting = reader.fetch(at(0), { maxRecords: 10, waitMs: 60_000 })
  await write(series('a', 2))
  const [fetched] = await waiting
  expect(fetched).toMatchObject({ next: 2, stable: 2 })
  await write(series('b', 1))
  expect(await reader.bounds(here)).toMatchObject([{ first: 0, stable: 3 }])
  await reader.close()
  await log.close()
  await expect(reader.bounds(here)).rejects.toThrow('is closed')
})

test('says where records are damaged, and reads the others', async () => {
  const folder = freshFolder()
  const { log, write } = await openWith(folder)
  for (const word of ['first', 'second', 'third']) await write(series(word.repeat(600), 3))
  await log.close()
  const file = join(folder, 'data.mdb')
  const bytes = readFileSync(file)
  const place = bytes.indexOf('second'.repeat(500))
  expect(place).toBeGreaterThan(0)
  bytes[place + 777] = 0
  writeFileSync(file, bytes)
  const again = await openEmbeddedLog(folder, { mode: 'write' })
  const [before] = await again.fetch(at(0), { maxRecords: 1, waitMs: 0 })
  expect(before?.next).toBe(3)
  await expect(again.fetch(at(4), all)).rejects.toMatchObject({
    code: 'log-damaged',
    coordinates: { topic: 't', partition: 0, offset: 3 },
    message: expect.not.stringContaining('second') as string,
  })
  const [behind] = await again.fetch(at(7), all)
  expect(behind && rowsOf(behind).map(({ offset }) => offset)).toEqual([7, 8])
  await again.close()
})

test('deletes whole batches that are older than the retention', async () => {
  let now = 1_000_000
  const { log, write } = await openWith(freshFolder(), { retention: 5_000_000 }, () => now)
  const bounds: unknown[] = []
  for (const seconds of [0, 3, 2, 0, 4]) {
    now += seconds * 1_000
    await write(series('a', 10))
    bounds.push((await log.bounds(here)).map(({ first, stable }) => [first, stable])[0])
  }
  // Appended at 0, 3, 5, 5 and 9 seconds: at 9 s, what is older than 4 s goes.
  expect(bounds).toEqual([
    [0, 10],
    [0, 20],
    [0, 30],
    [0, 40],
    [20, 50],
  ])
  await faultOf(log.fetch(at(19), all), 'offset-gone')
  expect(await read(log, 't', 30, { from: 20 })).toHaveLength(30)
  await log.close()
})

test('deletes only batches that lie before the position altogether', async () => {
  const { log, write } = await openWith(freshFolder())
  for (let batch = 0; batch < 4; batch += 1) await write(series('a', 10))
  const firsts: unknown[] = []
  for (const offset of [0, 9, 10, 25, 5, 40]) {
    await log.deleteBefore(at(offset))
    firsts.push((await log.bounds(here))[0]?.first)
  }
  expect(firsts).toEqual([0, 0, 10, 20, 20, 40])
  await log.close()
})

test('shrinks a topic that keeps the latest, under the same offsets', async () => {
  const { log, write } = await openWith(freshFolder(), { keeps: 'latest' })
  for (let round = 0; round < 100; round += 1) await write(series(`r${round}`, 100, 50))
  await write([row('k7', null), row(undefined, null, { kind: 1 })])
  const rows = (await log.fetch(at(0), all)).flatMap(rowsOf)
  expect(rows.length).toBeLessThan(2 * 50 + 1_000 + 100)
  expect((await log.bounds(here))[0]).toMatchObject({ first: 0, stable: 10_002 })
  const last = new Map(rows.map((each) => [each.key, each]))
  for (let key = 0; key < 50; key += 1) {
    const value = key === 7 ? null : `r99 ${50 + key}`
    const offset = key === 7 ? 10_000 : 9_950 + key
    expect(last.get(`k${key}`)).toMatchObject({ value, offset })
  }
  for (const { offset } of rows.slice(0, 20)) {
    const [from] = await log.fetch(at(offset), all)
    expect(from && rowsOf(from)[0]?.offset).toBe(offset)
  }
  await log.close()
})

test('keeps keys of tables apart that are too long for LMDB, in their order', async () => {
  const log = await openEmbeddedLog(freshFolder(), { mode: 'write' })
  const long = 'ä'.repeat(1_500)
  const keys = ['a', long.slice(0, 900), `${long}a`, `${long}b`, `${long}b\u0000`, `${long}c`, 'ö']
  const producer = await log.producer('p'.repeat(5_000))
  const puts = keys.toReversed().map((key) => ({ table: 's', key, value: Buffer.from(key) }))
  await producer.transact({ appends: [], puts })
  const entries = (prefix: string): readonly string[] => {
    const found = [...(log.tables?.entries('s', prefix) ?? [])]
    for (const [key, value] of found) expect(Buffer.from(value).toString()).toBe(key)
    return found.map(([key]) => key)
  }
  expect(entries('')).toEqual(keys)
  expect(entries(long)).toEqual(keys.slice(2, 6))
  expect(entries(`${long}b`)).toEqual(keys.slice(3, 5))
  expect(log.tables?.get('s', `${long}d`)).toBeUndefined()
  await producer.transact({ appends: [], puts: [{ table: 's', key: `${long}b`, value: null }] })
  expect(entries(long)).toEqual([keys[2], keys[4], keys[5]])
  expect((await log.producer('p'.repeat(5_000))).epoch).toBe(producer.epoch + 1)
  await log.close()
})
