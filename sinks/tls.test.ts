import { createServer } from 'node:net'
import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import type { Sink } from './sink.ts'
import { openTicks } from './postgres/postgres.test-data.ts'
import { openTrades } from './questdb/questdb.test-data.ts'
import { openHeld } from './redis/redis.test-data.ts'

interface Tls {
  readonly tls_ca?: string
}

type Open = (port: number, tls: Tls) => Promise<Sink>

const kinds: readonly (readonly [string, Open])[] = [
  ['postgres', (port, tls) => openTicks(port, { settings: { tls: true, ...tls } })],
  ['questdb', (port, tls) => openTrades(`https://127.0.0.1:${port}`, { settings: tls })],
  // Whoever names certificates wants TLS.
  ['redis', (port, tls) => openHeld(port, { settings: { tls: tls.tls_ca === undefined, ...tls } })],
]

test.each(kinds)('%s says which certificates cannot be read', async (_, open) => {
  await expect(open(1, { tls_ca: 'no/such.pem' })).rejects.toMatchObject({
    code: 'sink-refused',
    message: expect.stringContaining('no/such.pem cannot be read (ENOENT); correct "tls') as string,
  })
})

test.each(kinds)('%s does not try again where the other side speaks no TLS', async (_, open) => {
  // Postgres asks first, and is told that it may.
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.on('data', (data) => socket.write(data.length === 8 ? 'S' : 'HTTP/1.1 400 No\r\n\r\n'))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as { readonly port: number }
  await expect(open(port, {})).rejects.toMatchObject({
    code: 'sink-refused',
    retryable: false,
    message: expect.stringMatching(/in TLS \((ERR_SSL_|EPROTO).*"tls_ca"/) as string,
  })
})
