import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { expect, test } from 'vitest'
import { kafka } from '../../docker/native/kafka.ts'
import { isGone, send } from '../../docker/native/process.ts'
import { redis } from '../../docker/native/redis.ts'
import { portOf } from '../../docker/native/server.ts'
import { ask } from '../../docker/native/socket.ts'
import { until } from '../../docker/native/until.ts'
import { describeWith } from './shared-servers.ts'
import { type StartedServer, startKafka, startServer } from './start-server.ts'

const SOON = { withinMs: 20_000 }

function redisSays(server: StartedServer, line: string): Promise<string | undefined> {
  const whole = (answer: Buffer) => answer.toString().endsWith('\r\n')
  const asked = ask(portOf(server, 'redis'), Buffer.from(`${line}\r\n`), whole)
  return asked.then((answer) => answer?.toString().trimEnd())
}

describeWith([redis], 'a server of a test of its own', () => {
  test('answers nothing while it is paused, and goes on', async () => {
    const server = await startServer(redis)
    server.pause()
    expect(await redisSays(server, 'PING')).toBeUndefined()
    server.resume()
    expect(await redisSays(server, 'PING')).toBe('+PONG')
  })

  test('is another process on the same port and data after it was killed', async () => {
    const server = await startServer(redis, { settings: { appendfsync: 'always' } })
    const before = server.pid()
    await redisSays(server, 'SET kept yes')
    await server.kill()
    expect(() => server.pid()).toThrow('redis does not run')
    await server.restart()
    expect(server.pid()).not.toBe(before)
    expect(await redisSays(server, 'GET kept')).toBe('$3\r\nyes')
    await server.stop()
    expect(await redisSays(server, 'PING')).toBeUndefined()
  })

  test('ends, and its folder goes, when the process of the test is killed', async () => {
    const module = JSON.stringify(import.meta.resolve('./start-server.ts'))
    const servers = JSON.stringify(import.meta.resolve('../../docker/native/redis.ts'))
    const script = `
      const { startServer } = await import(${module})
      const { redis } = await import(${servers})
      const server = await startServer(redis)
      process.stdout.write(JSON.stringify([server.pid(), server.folder]))
      setInterval(() => {}, 1000)`
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const said = await new Promise<Buffer>((resolve) => child.stdout.once('data', resolve))
    const [pid, folder] = JSON.parse(said.toString()) as [number, string]
    expect(isGone(pid)).toBe(false)
    send(child.pid ?? 0, 'SIGKILL')
    expect(await until(() => isGone(pid) && !existsSync(folder), SOON)).toBe(true)
  })
})

describeWith([kafka], 'a broker of a test of its own', () => {
  test('shows a certificate of its authority, and is itself again after a kill', async () => {
    const server = await startKafka({ secure: true, settings: { 'num.partitions': '3' } })
    const ca = readFileSync(join(server.folder, 'certificates', 'ca.pem'))
    const handshake = (authority?: Buffer) =>
      new Promise<string>((resolve) => {
        const options = { host: '127.0.0.1', port: portOf(server, 'kafka-ssl') }
        const socket = connect({ ...options, ...(authority && { ca: authority }) }, () => {
          socket.destroy()
          resolve('trusted')
        })
        socket.once('error', (error: Error) => resolve(error.message))
      })
    expect(await handshake(ca)).toBe('trusted')
    expect(await handshake()).toMatch(/certificate/)
    const identity = () => readFileSync(join(server.folder, 'data', 'meta.properties'), 'utf8')
    const was = identity()
    await server.kill()
    await server.restart()
    expect(identity()).toBe(was)
    expect(server.bootstrap).toBe(`127.0.0.1:${portOf(server, 'kafka')}`)
    const properties = readFileSync(join(server.folder, 'server.properties'), 'utf8')
    expect(properties).toContain('num.partitions=3\n')
  })
})
