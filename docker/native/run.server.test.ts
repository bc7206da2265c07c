import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { freePorts } from '../../test/servers/free-ports.ts'
import { guardedFolder } from '../../test/servers/guarded-folder.ts'
import { quickJava } from '../../test/servers/quick-java.ts'
import { describeWith } from '../../test/servers/shared-servers.ts'
import { postgres } from './postgres.ts'
import { programOf } from './program.ts'
import { questdb } from './questdb.ts'
import { redis } from './redis.ts'
import { down, status, up } from './run.ts'
import { type Server } from './server.ts'
import { ask, getsOk, isFree } from './socket.ts'

const run = promisify(execFile)

async function place(server: Server) {
  const [folder, ports] = [guardedFolder(), await freePorts(server)]
  return { folder, ports, port: ports.get(server.name) ?? 0, own: join(folder, server.name) }
}

async function talk(port: number, line: string): Promise<string | undefined> {
  const whole = (answer: Buffer) => answer.toString().endsWith('\r\n')
  return (await ask(port, Buffer.from(`${line}\r\n`), whole))?.toString().trimEnd()
}

describeWith([redis], 'redis', () => {
  test('is up, is up already, says so, is down, is down already', async () => {
    const { folder, ports, port, own } = await place(redis)
    expect((await status(redis, folder)).state).toBe('down')
    const first = await up(redis, folder, { ports })
    expect(first).toMatchObject({ was: 'down', status: { state: 'up', folder: own } })
    expect(first.status.addresses).toEqual([`redis://127.0.0.1:${port}`])
    expect(first.status.residentBytes).toBeGreaterThan(1e6)
    const again = await up(redis, folder)
    expect(again).toMatchObject({ was: 'up', status: { pid: first.status.pid, state: 'up' } })
    expect(await down(redis, folder)).toEqual({ pid: first.status.pid, how: 'stopped' })
    expect(await isFree(port)).toBe(true)
    expect(await down(redis, folder)).toBeUndefined()
  })

  test('keeps its data from one run to the next', async () => {
    const { folder, ports, port } = await place(redis)
    await up(redis, folder, { ports })
    expect(await talk(port, 'SET kept yes')).toBe('+OK')
    await down(redis, folder)
    await up(redis, folder, { ports })
    expect(await talk(port, 'GET kept')).toBe('$3\r\nyes')
  })

  test('takes settings of the caller', async () => {
    const { folder, ports, port } = await place(redis)
    await up(redis, folder, { ports, settings: new Map([['maxmemory', '3mb']]) })
    const whole = (answer: Buffer) => answer.toString().split('\r\n').length > 5
    const answer = await ask(port, Buffer.from('CONFIG GET maxmemory\r\n'), whole)
    expect(answer?.toString()).toContain('3145728')
  })
})

describeWith([redis], 'redis, where something stands in its way', () => {
  test('clears away a pid file whose process is gone, or is another program by now', async () => {
    const { folder, ports, own } = await place(redis)
    mkdirSync(own)
    for (const stale of ['4194399', String(process.pid), 'nonsense', '-1', '']) {
      writeFileSync(join(own, 'server.pid'), stale)
      expect(await down(redis, folder), stale).toBeUndefined()
      expect(existsSync(join(own, 'server.pid'))).toBe(false)
    }
    writeFileSync(join(own, 'server.pid'), String(process.pid))
    const { status: found } = await up(redis, folder, { ports })
    expect(readFileSync(join(own, 'server.pid'), 'utf8')).toBe(`${found.pid ?? 0}\n`)
  })

  test('names a port that is taken, and the option for another', async () => {
    const { folder, ports, port } = await place(redis)
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve))
    await expect(up(redis, folder, { ports })).rejects.toThrow(
      `redis cannot listen on 127.0.0.1:${port}: another program does. ` +
        'Stop it, or choose another port with --redis-port',
    )
    await new Promise((resolve) => other.close(resolve))
    expect((await up(redis, folder, { ports })).was).toBe('down')
  })

  test('refuses other ports than those it is up with', async () => {
    const { folder, ports, port } = await place(redis)
    await up(redis, folder, { ports })
    const others = new Map([['redis', port + 1]])
    await expect(up(redis, folder, { ports: others })).rejects.toThrow(
      `already, with --redis-port ${port}, not ${port + 1}. Run "down redis" first`,
    )
  })

  test('shows the end of its log if it ends at its start', async () => {
    const { folder, ports, own } = await place(redis)
    const settings = new Map([['no-such-setting', '1']])
    const failing = up(redis, folder, { ports, settings })
    await expect(failing).rejects.toThrow(/redis ended at its start[^]*no-such-setting/)
    await expect(failing).rejects.toThrow(join(own, 'server.log'))
    expect((await status(redis, folder)).state).toBe('down')
  })

  test('is found silent when it is frozen, and goes down all the same', async () => {
    const { folder, ports } = await place(redis)
    const { status: found } = await up(redis, folder, { ports })
    process.kill(found.pid ?? 0, 'SIGSTOP')
    expect((await status(redis, folder)).state).toBe('silent')
    expect(await down(redis, folder)).toMatchObject({ pid: found.pid })
  })
})

describeWith([postgres], 'postgres', () => {
  test('lets the user in with the password that it tells, and keeps what is written', async () => {
    const { folder, ports } = await place(postgres)
    const [address = ''] = (await up(postgres, folder, { ports })).status.addresses
    const psql = programOf({ command: 'psql', debian: 'postgresql-client' })
    const query = async (url: string, text: string) =>
      (await run(psql, [url, '-qAtc', text])).stdout.trim()
    await query(address, 'create table kept (n int); insert into kept values (7)')
    await expect(query(address.replace(':millrace@', ':wrong@'), 'select 1')).rejects.toThrow(
      /password authentication failed/,
    )
    expect(await down(postgres, folder)).toMatchObject({ how: 'stopped' })
    await up(postgres, folder, { ports })
    expect(await query(address, 'select n from kept')).toBe('7')
  })
})

describeWith([questdb], 'questdb', () => {
  test('answers by HTTP and by the PostgreSQL wire, and is well by the compose file', async () => {
    const { folder, ports, port } = await place(questdb)
    const { status: found } = await up(questdb, folder, { ports, java: quickJava })
    expect(found.addresses).toEqual([
      `http://127.0.0.1:${port}`,
      `postgresql://admin:quest@127.0.0.1:${ports.get('questdb-pg') ?? 0}/qdb`,
    ])
    expect(await getsOk(port, '/exec?query=select%202', /\[\[2\]\]/)).toBe(true)
    const text = readFileSync(join(import.meta.dirname, '..', 'compose.yaml'), 'utf8')
    const { services } = parse(text) as {
      services: { questdb: { healthcheck: { test: readonly string[] } } }
    }
    const [, , , script = ''] = services.questdb.healthcheck.test
    const check = (at: number) =>
      run('bash', ['-c', script.replaceAll('$$', '$').replace('/9000', `/${at}`)])
    await check(port)
    await down(questdb, folder)
    await expect(check(port)).rejects.toThrow(/onnect/)
  })
})

describe('a server that is not there', () => {
  test('is named with the package that has it', () => {
    expect(() => programOf({ command: 'no-such-server', debian: 'no-such-package' })).toThrow(
      'no-such-server is missing: apt-get install no-such-package (.ci/install does)',
    )
  })
})
