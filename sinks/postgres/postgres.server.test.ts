import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { postgres as server } from '../../docker/native/postgres.ts'
import { send } from '../../docker/native/process.ts'
import { portOf } from '../../docker/native/server.ts'
import { until } from '../../docker/native/until.ts'
import { describeWith } from '../../test/servers/shared-servers.ts'
import { startServer } from '../../test/servers/start-server.ts'
import type { StartedServer } from '../../test/servers/start-server.ts'
import { startTcpProxy } from '../../test/servers/tcp-proxy.ts'
import { EngineError } from '../../topology/engine-error.ts'
import type { SinkTopic } from '../sink.ts'
import { endless, endlessBatch, lastTicks, openTicks, ticks } from './postgres.test-data.ts'
import type { OpenOptions } from './postgres.test-data.ts'
import { writeUpTo } from './postgres.test-data.ts'

const SOON = { withinMs: 20_000, everyMs: 2 }

describeWith([server], 'a sink into Postgres', () => {
  let started: StartedServer
  let port: number
  let names = 0

  beforeAll(async () => {
    started = await startServer(server)
    port = portOf(started, 'postgres')
  })
  afterAll(() => started.kill())

  /** Another sink, with a table of its own, for each test. */
  async function open(topic: SinkTopic, name = `s${String((names += 1))}`) {
    const table = name
    const again = async (other: OpenOptions & { readonly on?: number } = {}) => {
      const sink = await openTicks(other.on ?? port, { ...other, topic, name, config: { table } })
      onTestFinished(() => sink.close())
      return sink
    }
    return { name, table, sink: await again(), again }
  }

  async function sql(text: string, on = port): Promise<readonly Record<string, unknown>[]> {
    const client = await connect(on)
    try {
      return (await client.query<Record<string, unknown>>(text)).rows
    } finally {
      await client.end()
    }
  }

  /** What the table holds, each row as one text. */
  async function contents(table: string, topic: SinkTopic, on = port) {
    const micros = 'extract(epoch from time) * 1000000'
    const where = topic.isTable ? '' : ', _partition, _offset'
    const order = topic.isTable ? 'symbol' : '_partition, _offset'
    const rows = await sql(
      `select symbol, price::text, size, (${micros})::bigint${where}
      from public.${table} order by ${order}`,
      on,
    )
    return rows.map((row) => Object.values(row).join(' '))
  }

  async function position(name: string): Promise<number> {
    const rows = await sql(`select position from millrace_engine.positions where sink = '${name}'`)
    return Number(rows[0]?.['position'] ?? 0)
  }

  test.each([
    ['every record', ticks],
    ['the last record of each key', lastTicks],
  ])('holds %s, and goes on from its position', async (_, topic) => {
    const { table, sink, again } = await open(topic)
    expect((await sink.positions()).size).toBe(0)
    expect((await sink.claim(0)).position).toBeUndefined()
    await writeUpTo(sink, 105, { size: 10, topic })
    expect(await contents(table, topic)).toEqual(expected(105, topic))
    expect(await sink.count()).toEqual({ rows: expected(105, topic).length, since: undefined })
    const partition = await sink.claim(0)
    expect(partition.position).toBe(105)
    expect(await partition.write(endlessBatch(105, 105, topic))).toEqual([])
    expect(await partition.write({ partition: 0, from: 105, next: 109, records: [] })).toEqual([])
    expect(await (await again()).positions()).toEqual(new Map([[0, 109]]))
  })

  test.each([
    ['a row for each record', ticks],
    ['a row for each key', lastTicks],
  ])('equals its topic of %s though its process is killed again and again', async (_, topic) => {
    const end = 60_000
    const { name, table, sink } = await open(topic, topic.name)
    await sink.close()
    const script = join(import.meta.dirname, 'postgres.test-data.ts')
    const args = [script, String(port), String(end), '37', name]
    for (let killed = 0; killed < 4; killed += 1) {
      const before = await position(name)
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] })
      const moved = async () => (await position(name)) > before + 300 * killed
      expect(await until(moved, SOON)).toBe(true)
      child.kill('SIGKILL')
      await once(child, 'close')
      // The server may be at the last statement still.
      const isBusy = `select from pg_stat_activity where application_name = 'millrace desk.${name}'`
      expect(await until(async () => (await sql(isBusy)).length === 0, SOON)).toBe(true)
      const at = await position(name)
      expect(at).toBeLessThan(end)
      expect(await contents(table, topic)).toEqual(expected(at, topic))
    }
  })

  test('goes on where the server was killed', async () => {
    const own = await startServer(server)
    onTestFinished(() => own.stop())
    const ownPort = portOf(own, 'postgres')
    const sink = await openTicks(ownPort)
    onTestFinished(() => sink.close())
    await writeUpTo(sink, 1_000, { size: 50, topic: ticks })
    const partition = await sink.claim(0)
    const writing = partition.write(endlessBatch(1_000, 20_000, ticks))
    const [, away] = await Promise.allSettled([own.kill(), writing])
    if (away.status === 'rejected') expect(away.reason).toMatchObject({ retryable: true })
    // What the server had begun for us ends a little after it.
    const claims = async () => sink.claim(0).catch((error: unknown) => error)
    expect(await until(async () => (await claims()) instanceof EngineError, SOON)).toBe(true)
    expect(await claims()).toMatchObject({ code: 'sink-unavailable', retryable: true })
    await expect(openTicks(ownPort)).rejects.toMatchObject({
      code: 'sink-unavailable',
      retryable: true,
      message: expect.stringMatching(
        /^sink "pg" \(connection "ledger", .*ECONNREFUSED.*see whether it runs/,
      ) as string,
    })
    await own.restart()
    await writeUpTo(sink, 21_000, { size: 500, topic: ticks })
    expect(await contents('ticks', ticks, ownPort)).toEqual(expected(21_000, ticks))
  })

  test('settles a batch whose request or answer was lost', async () => {
    const proxy = await startTcpProxy(port)
    onTestFinished(() => proxy.close())
    const { table, again } = await open(lastTicks)
    const sink = await again({ on: proxy.port })
    await writeUpTo(sink, 10, { size: 10, topic: lastTicks })
    for (const [lose, moved] of [
      [proxy.loseRequest, 0],
      [proxy.loseAnswer, 10],
      [proxy.cut, undefined],
    ] as const) {
      const partition = await sink.claim(0)
      const from = partition.position ?? 0
      const writing = partition.write(endlessBatch(from, from + 10, lastTicks))
      lose()
      await expect(writing).rejects.toMatchObject({ code: 'sink-unavailable', retryable: true })
      await expect(partition.write(endlessBatch(from, from + 10, lastTicks))).rejects.toThrow(
        'claimed anew',
      )
      const after = (await sink.claim(0)).position ?? 0
      if (moved !== undefined) expect(after).toBe(from + moved)
      expect(await contents(table, lastTicks)).toEqual(expected(after, lastTicks))
    }
    await writeUpTo(sink, 100, { size: 7, topic: lastTicks })
    expect(await contents(table, lastTicks)).toEqual(expected(100, lastTicks))
  })

  test('waits no longer than it may for a lock, or for a server that is silent', async () => {
    const { name, table, again } = await open(lastTicks)
    const sink = await again({ settings: { statement_timeout: 300_000 } })
    await writeUpTo(sink, 30, { size: 10, topic: lastTicks })
    const partition = await sink.claim(0)
    const lock = await lockedBy(`lock table public.${table} in exclusive mode`)
    await expect(partition.write(endlessBatch(30, 40, lastTicks))).rejects.toMatchObject({
      code: 'sink-unavailable',
      message: expect.stringContaining('raise statement_timeout') as string,
    })
    await lock.let()
    const other = await sink.claim(0)
    const backends = await sql(`select pid from pg_stat_activity
      where application_name = 'millrace desk.${name}'`)
    const signal = (word: NodeJS.Signals) => {
      for (const { pid } of backends) send(Number(pid), word)
    }
    signal('SIGSTOP')
    onTestFinished(() => signal('SIGCONT'))
    const silent = other.write(endlessBatch(30, 40, lastTicks))
    await expect(silent).rejects.toMatchObject({ code: 'sink-unavailable', retryable: true })
    signal('SIGCONT')
    await writeUpTo(sink, 60, { size: 10, topic: lastTicks })
    expect(await contents(table, lastTicks)).toEqual(expected(60, lastTicks))
  })

  /** A transaction that holds what the statement locks, until it is let go. */
  async function lockedBy(text: string) {
    const client = await connect(port)
    await client.query('begin')
    await client.query(text)
    return {
      let: async () => {
        await client.query('rollback')
        await client.end()
      },
    }
  }

  async function waiting(count: number): Promise<void> {
    const text = `select from pg_stat_activity where wait_event_type = 'Lock'`
    expect(await until(async () => (await sql(text)).length === count, SOON)).toBe(true)
  }

  test('takes no write of one that was deposed', async () => {
    const { table, sink, again } = await open(lastTicks)
    const zombie = await sink.claim(0)
    await zombie.write(endlessBatch(0, 40, lastTicks))
    const owner = await (await again()).claim(0)
    expect(owner.position).toBe(40)
    await expect(zombie.write(endlessBatch(40, 60, lastTicks))).rejects.toMatchObject({
      code: 'sink-fenced',
      retryable: false,
    })
    expect(await contents(table, lastTicks)).toEqual(expected(40, lastTicks))
    await owner.write(endlessBatch(40, 80, lastTicks))
    expect(await contents(table, lastTicks)).toEqual(expected(80, lastTicks))
  })

  test('takes no write of one that was deposed while its statement waited', async () => {
    const { table, sink, again } = await open(lastTicks)
    const zombie = await sink.claim(0)
    await zombie.write(endlessBatch(0, 40, lastTicks))
    const lock = await lockedBy(`lock table public.${table} in exclusive mode`)
    const late = zombie.write(endlessBatch(40, 60, lastTicks))
    const settled = Promise.allSettled([late])
    await waiting(1)
    const owner = await (await again()).claim(0)
    expect(owner.position).toBe(40)
    await lock.let()
    const [result] = await settled
    expect(result).toMatchObject({ status: 'rejected', reason: { code: 'sink-fenced' } })
    expect(await contents(table, lastTicks)).toEqual(expected(40, lastTicks))
  })

  test('waits for a batch that is half written before it deposes its writer', async () => {
    const { table, sink, again } = await open(lastTicks)
    const other = await again()
    const zombie = await sink.claim(0)
    await zombie.write(endlessBatch(0, 35, lastTicks))
    const lock = await lockedBy(`select from public.${table} where symbol = 'S5' for update`)
    const writing = zombie.write(endlessBatch(35, 60, lastTicks))
    await waiting(1)
    const claiming = other.claim(0)
    await waiting(2)
    await lock.let()
    await writing
    expect((await claiming).position).toBe(60)
    expect(await contents(table, lastTicks)).toEqual(expected(60, lastTicks))
  })
})

async function connect(port: number): Promise<pg.Client> {
  const client = new pg.Client(`postgres://millrace:millrace@127.0.0.1:${String(port)}/millrace`)
  await client.connect()
  return client
}

/** What the table should hold of the endless topic, each row as one text. */
function expected(end: number, topic: SinkTopic): readonly string[] {
  const rows = new Map<string, string>()
  for (let offset = 0; offset < end; offset += 1) {
    const { key, value } = endless(offset, topic)
    const row = topic.isTable ? key : String(offset)
    if (value === null) rows.delete(row)
    else {
      const { symbol, price, size, time } = value as Record<string, number>
      const where = topic.isTable ? '' : ` 0 ${String(offset)}`
      const exact = (price as unknown as { toFixed: (digits: number) => string }).toFixed(4)
      rows.set(row, `${String(symbol)} ${exact} ${String(size)} ${String(time)}${where}`)
    }
  }
  return topic.isTable ? [...rows.values()].toSorted() : [...rows.values()]
}
