import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { expect, onTestFinished, test } from 'vitest'
import { redis as server } from '../../docker/native/redis.ts'
import { portOf } from '../../docker/native/server.ts'
import { until } from '../../docker/native/until.ts'
import { describeWith } from '../../test/servers/shared-servers.ts'
import { type StartOptions, startServer } from '../../test/servers/start-server.ts'
import { startTcpProxy } from '../../test/servers/tcp-proxy.ts'
import { batch, endless, held1, openHeld, writeUpTo } from './redis.test-data.ts'

const POSITION = 'millrace:{desk.hot}:desk.held:0'
const SIZE = 50

async function startRedis(options?: StartOptions) {
  const started = await startServer(server, options)
  onTestFinished(() => started.stop())
  return { ...started, port: portOf(started, 'redis') }
}

function client(port: number): Redis {
  const own = new Redis({ port, host: '127.0.0.1' })
  own.on('error', () => undefined)
  onTestFinished(() => own.disconnect())
  return own
}

/** What Redis holds but for the position. */
async function contents(port: number): Promise<Readonly<Record<string, string | null>>> {
  const own = client(port)
  const keys = (await own.keys('held:*')).toSorted()
  return Object.fromEntries(
    await Promise.all(keys.map(async (key) => [key, await own.get(key)] as const)),
  )
}

/** What it should hold: the last value of each key, in the order of the schema. */
function expected(end: number): Readonly<Record<string, string>> {
  const rows = new Map<string, string | undefined>()
  for (let offset = 0; offset < end; offset += 1) {
    const { key, value } = endless(offset)
    const [account, symbol] = JSON.parse(key) as [string, string]
    rows.set(
      `held:${account}:${symbol}`,
      value === null
        ? undefined
        : JSON.stringify({ ...value, quantity: String(offset), marks: [], time: value['time'] }),
    )
  }
  const held = [...rows].flatMap(([key, text]) => (text === undefined ? [] : [[key, text]]))
  return Object.fromEntries(held.toSorted()) as Readonly<Record<string, string>>
}

describeWith([server], 'a sink into Redis', () => {
  test('equals the topic, goes on from its position, and disturbs nobody who asks', async () => {
    const { port } = await startRedis()
    const sink = await openHeld(port)
    expect((await sink.positions()).size).toBe(0)
    await writeUpTo(sink, 105, SIZE)
    expect(await contents(port)).toEqual(expected(105))
    const partition = await sink.claim(0)
    expect(partition.position).toBe(105)
    expect(await sink.positions()).toEqual(new Map([[0, 105]]))
    expect(await partition.write(batch(105, [], 109))).toEqual([])
    expect((await sink.claim(0)).position).toBe(109)
    await sink.close()
  })

  test('lets values go when their time is over, and never a position', async () => {
    const { port } = await startRedis()
    const own = client(port)
    const sink = await openHeld(port, { config: { ttl: '60s', value: 'hash' } })
    const old = held1({ offset: 1, symbol: 'OLD', age: 60_000_000 })
    const partition = await sink.claim(0)
    await partition.write(batch(0, [held1({ offset: 0 }), old, held1({ offset: 2, age: 9e6 })]))
    expect(await own.exists('held:a1:OLD')).toBe(0)
    expect(await own.hgetall('held:a1:BTC')).toMatchObject({ quantity: '1.5', marks: '[]' })
    expect(await own.pttl('held:a1:BTC')).toSatisfy((left: number) => left > 0 && left <= 51_000)
    expect(await own.pttl(POSITION)).toBe(-1)
    await partition.write(batch(3, [held1({ offset: 3, age: 6e7 })]))
    expect(await own.exists('held:a1:BTC')).toBe(0)
  })

  test('publishes values in the order of the topic', async () => {
    const { port } = await startRedis()
    const heard: string[] = []
    const subscriber = client(port)
    subscriber.on('message', (channel, message) => heard.push(`${channel} ${message}`))
    await subscriber.subscribe('moved:a1')
    const more = { publish: 'moved:{account}', fields: ['quantity'] }
    const sink = await openHeld(port, { config: more })
    const partition = await sink.claim(0)
    const deleted = held1({ offset: 2, isDeleted: true })
    const records = [held1({ offset: 0 }), held1({ offset: 1, quantity: '2' }), deleted]
    await partition.write(batch(0, records))
    await until(() => heard.length >= 3, { withinMs: 5_000, everyMs: 5 })
    const quantities = ['{"quantity":"1.5"}', '{"quantity":"2"}', 'null']
    expect(heard).toEqual(quantities.map((text) => `moved:a1 ${text}`))
  })

  test('takes no write of one that was overtaken, nor one from elsewhere', async () => {
    const { port } = await startRedis()
    const [first, second] = [await openHeld(port), await openHeld(port)]
    const zombie = await first.claim(0)
    await zombie.write(batch(0, [held1({ offset: 0, quantity: '1' })]))
    const owner = await second.claim(0)
    await owner.write(batch(1, [held1({ offset: 1, quantity: '2' })]))
    const late = zombie.write(batch(1, [held1({ offset: 1, quantity: '9' })]))
    await expect(late).rejects.toMatchObject({ code: 'sink-fenced', retryable: false })
    expect(Object.values(await contents(port))).toEqual([expect.stringContaining('"quantity":"2"')])
    expect((await second.positions()).get(0)).toBe(2)
  })

  test('equals the topic though its process is killed again and again', async () => {
    const { port } = await startRedis()
    const own = client(port)
    const end = 40_000
    const script = join(import.meta.dirname, 'redis.test-data.ts')
    const position = async () => Number((await own.hget(POSITION, 'position')) ?? '0')
    const args = [script, String(port), String(end), '37']
    for (let killed = 0; killed < 5; killed += 1) {
      const before = await position()
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] })
      const moved = async () => (await position()) > before + 500 * killed
      expect(await until(moved, { withinMs: 20_000, everyMs: 1 })).toBe(true)
      child.kill('SIGKILL')
      await once(child, 'close')
      // Redis may be at the last script still.
      let [at, held] = [await position(), await contents(port)]
      while (at !== (await position())) [at, held] = [await position(), await contents(port)]
      expect(at).toBeLessThan(end)
      expect(held).toEqual(expected(at))
    }
    const sink = await openHeld(port)
    await writeUpTo(sink, 5_000 + (await position()), SIZE)
    expect(await contents(port)).toEqual(expected(await position()))
  })

  test('goes on where Redis was killed, with its data and without', async () => {
    const started = await startRedis({ settings: { appendfsync: 'everysec' } })
    const { port } = started
    const sink = await openHeld(port)
    await writeUpTo(sink, 1_000, SIZE)
    const partition = await sink.claim(0)
    await started.kill()
    const away = partition.write(batch(1_000, [endless(1_000)]))
    await expect(away).rejects.toMatchObject({ code: 'sink-unavailable', retryable: true })
    await expect(sink.claim(0)).rejects.toMatchObject({ code: 'sink-unavailable' })
    await started.restart()
    await writeUpTo(sink, 2_000, SIZE)
    expect(await contents(port)).toEqual(expected(2_000))
    const zombie = await sink.claim(0)
    await started.stop()
    rmSync(join(started.folder, 'data'), { recursive: true })
    await started.restart()
    const lost = zombie.write(batch(2_000, [endless(2_000)]))
    await expect(lost).rejects.toMatchObject({ code: 'sink-unavailable', retryable: true })
    expect((await sink.claim(0)).position).toBeUndefined()
    await expect(zombie.write(batch(2_000, []))).rejects.toMatchObject({ code: 'sink-fenced' })
    await writeUpTo(sink, 2_100, SIZE)
    expect(await contents(port)).toEqual(expected(2_100))
  })

  test('settles a batch whose request or answer was lost', async () => {
    const { port } = await startRedis()
    const proxy = await startTcpProxy(port)
    onTestFinished(() => proxy.close())
    const sink = await openHeld(proxy.port)
    await writeUpTo(sink, 10, 10)
    for (const [lose, moved] of [
      [proxy.loseRequest, 0],
      [proxy.loseAnswer, 10],
    ] as const) {
      const partition = await sink.claim(0)
      const from = partition.position ?? 0
      const records = Array.from({ length: 10 }, (_, place) => endless(from + place))
      lose()
      await expect(partition.write(batch(from, records))).rejects.toMatchObject({
        code: 'sink-unavailable',
        retryable: true,
      })
      expect((await sink.claim(0)).position ?? 0).toBe(from + moved)
    }
    proxy.cut()
    await writeUpTo(sink, 100, 7)
    expect(await contents(port)).toEqual(expected(100))
  })

  test('waits no longer than it may for a Redis that hangs', async () => {
    const started = await startRedis()
    const sink = await openHeld(started.port, { settings: { timeout: 300_000 } })
    const partition = await sink.claim(0)
    started.pause()
    const hangs = partition.write(batch(0, [endless(0)]))
    await expect(hangs).rejects.toMatchObject({ code: 'sink-unavailable', retryable: true })
    started.resume()
    await until(
      () =>
        sink.claim(0).then(
          () => true,
          () => false,
        ),
      { withinMs: 10_000 },
    )
    await writeUpTo(sink, 30, SIZE)
    expect(await contents(started.port)).toEqual(expected(30))
  })

  test('says who is not let in, and why, without their password', async () => {
    const { port } = await startRedis()
    const admin = client(port)
    await admin.config('SET', 'requirepass', 'tiger')
    await admin.call('ACL', 'SETUSER', 'reader', 'on', '>lion', '~*', '&*', '+@read', '+info')
    const why = async (settings: Parameters<typeof openHeld>[1]) => {
      const sink = openHeld(port, settings).then((each) => each.claim(0))
      const error = await sink.then(
        () => undefined,
        (each: unknown) => each as Error,
      )
      expect(JSON.stringify([error, error?.stack, error?.cause])).not.toMatch(/tiger|lion|puma/)
      return error
    }
    const lead = 'sink "hot" (connection "cache"): '
    expect(await why({})).toMatchObject({
      code: 'sink-not-allowed',
      message: `${lead}Redis asks for a password; set "password" in the environment`,
    })
    expect(await why({ settings: { password: 'puma' } })).toMatchObject({
      code: 'sink-not-allowed',
      message: `${lead}Redis does not know this user and password; correct them`,
    })
    expect(await why({ settings: { user: 'reader', password: 'lion' } })).toMatchObject({
      code: 'sink-not-allowed',
      message: expect.stringContaining('its user may not do what the sink does') as string,
    })
    expect(await why({ settings: { password: 'tiger', db: 99 } })).toMatchObject({
      code: 'sink-refused',
      message: `${lead}Redis has no such database; correct "db"`,
    })
    await admin.set(POSITION, 'a string')
    expect(await why({ settings: { password: 'tiger' } })).toMatchObject({ code: 'sink-differs' })
  })

  test('refuses a Redis that may drop its position, and a cluster', async () => {
    const settings = { maxmemory: '50mb', 'maxmemory-policy': 'allkeys-lru' }
    const evicting = await startRedis({ settings })
    await expect(openHeld(evicting.port)).rejects.toMatchObject({
      code: 'sink-refused',
      message: expect.stringContaining('maxmemory-policy allkeys-lru') as string,
    })
    const cluster = await startRedis({ settings: { 'cluster-enabled': 'yes' } })
    await expect(openHeld(cluster.port)).rejects.toMatchObject({
      code: 'sink-refused',
      message: expect.stringContaining('Redis is a cluster') as string,
    })
  })

  test('says that nobody listens, and waits while memory is short', async () => {
    const { port, stop } = await startRedis({ settings: { maxmemory: '1' } })
    const sink = await openHeld(port)
    const full = sink.claim(0).then((partition) => partition.write(batch(0, [endless(0)])))
    await expect(full).rejects.toMatchObject({
      code: 'sink-unavailable',
      retryable: true,
      message: expect.stringContaining('raise its maxmemory') as string,
    })
    await stop()
    await expect(openHeld(port)).rejects.toMatchObject({
      code: 'sink-unavailable',
      message: expect.stringContaining('(ECONNREFUSED); see whether it runs') as string,
    })
  })
})
