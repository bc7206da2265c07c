import { createServer } from 'node:net'
import type { AddressInfo, Server } from 'node:net'
import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { EngineError } from '../../../topology/engine-error.ts'
import { pause } from '../clock.ts'
import { openClient } from './registry-client.ts'
import type { RegistryOptions } from './registry-options.ts'
import { json, openWebServer } from './web-server.test-data.ts'
import type { Answer } from './web-server.test-data.ts'

interface Fault {
  readonly code: string
  readonly retryable: boolean
  readonly message: string
}

/** What looking a schema up fails with; the server's address reads `HOST`. */
async function faultOf(options: RegistryOptions): Promise<Fault> {
  try {
    await openClient(options).find(7)
  } catch (error) {
    if (!(error instanceof EngineError)) throw error
    const { code, retryable } = error
    return { code, retryable, message: error.message.replaceAll(/127\.0\.0\.1:\d+/g, 'HOST') }
  }
  throw new Error('it did not fail')
}

async function faultWith(answer: Answer): Promise<Fault & { readonly attempts: number }> {
  const { url, asked } = await openWebServer(answer)
  return { ...(await faultOf({ url })), attempts: asked.length }
}

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

test('says where it looked for a registry that is away, without the password', async () => {
  const server = createServer()
  const port = await listening(server)
  server.close()
  await once(server, 'close')
  expect(await faultOf({ url: `http://me:secret@127.0.0.1:${port}/apis/ccompat/v6/` })).toEqual({
    code: 'log-unavailable',
    retryable: true,
    message:
      'the schema registry at http://HOST/apis/ccompat/v6 cannot be reached (ECONNREFUSED); ' +
      'start it, or correct its URL',
  })
})

test('gives up on an answer that does not come', async () => {
  const { url } = await openWebServer(() => undefined)
  expect(await faultOf({ url, timeoutMs: 100 })).toEqual({
    code: 'log-unavailable',
    retryable: true,
    message:
      'the schema registry at http://HOST does not answer in time; start it, or correct its URL',
  })
})

test('gives up on an answer that drips', async () => {
  const { url } = await openWebServer((_, response) => {
    response.writeHead(200)
    void (async () => {
      while (!response.destroyed) {
        response.write(' ')
        await pause(20)
      }
    })()
  })
  expect((await faultOf({ url, timeoutMs: 200 })).message).toContain('does not answer in time')
})

test('gives up on an answer that is cut off', async () => {
  const fault = await faultWith((_, response) => {
    response.writeHead(200, { 'content-length': '1000' })
    response.write('{"schema":', () => response.destroy())
  })
  expect(fault).toMatchObject({ code: 'log-unavailable', retryable: true, attempts: 3 })
  expect(fault.message).toContain('cannot be reached (ECONNRESET)')
})

test('stops to read an answer that is too large', async () => {
  let sent = 0
  const chunk = Buffer.alloc(2 ** 20, 32)
  const fault = await faultWith((_, response) => {
    response.writeHead(200)
    const more = (): void => {
      sent += chunk.length
      if (!response.destroyed) response.write(chunk, more)
    }
    more()
  })
  expect(fault.message).toContain('is no schema registry: its answer is too large')
  expect(fault.attempts).toBe(1)
  expect(sent).toBeLessThan(64 * 2 ** 20)
})

test('tries again while the registry fails', async () => {
  let calls = 0
  const { url, asked } = await openWebServer((_, response) => {
    calls += 1
    if (calls < 3) json(response, 503, { message: 'starting', error_code: 50301 })
    else json(response, 200, { schema: '"string"' })
  })
  expect(await openClient({ url }).find(7)).toEqual({
    text: '"string"',
    type: 'AVRO',
    references: 0,
  })
  expect(asked.map(({ line }) => line)).toEqual(new Array(3).fill('GET /schemas/ids/7'))
})

test.each<[string, number, string, Partial<Fault & { attempts: number }>]>([
  [
    'fails for good',
    500,
    '{"error_code":50001,"message":"Error in the backend data store"}',
    {
      code: 'log-unavailable',
      retryable: true,
      attempts: 3,
      message:
        'the schema registry at http://HOST fails (status 500): Error in the backend data ' +
        'store; start it, or correct its URL',
    },
  ],
  ['answers null as it fails', 500, 'null', { code: 'log-unavailable', retryable: true }],
  [
    'does not know who asks',
    401,
    '{"error_code":401,"message":"Unauthorized"}',
    {
      code: 'not-allowed',
      retryable: false,
      attempts: 1,
      message:
        'the schema registry at http://HOST does not know who asks (401); correct name and ' +
        'password',
    },
  ],
  [
    'does not allow it',
    403,
    '{"error_code":40301,"message":"User is denied operation Read"}',
    {
      code: 'not-allowed',
      message:
        'the schema registry at http://HOST does not allow that (403): User is denied operation ' +
        'Read; ask who runs it',
    },
  ],
])('says so where it %s', async (_, status, text, expected) => {
  const fault = await faultWith((_asked, response) => {
    response.writeHead(status)
    response.end(text)
  })
  expect(fault).toMatchObject(expected)
})

test.each<[string, number, string, string]>([
  ['a page', 200, '<!doctype html><p>Welcome', 'its answer is none of a registry (status 200)'],
  ['another JSON', 200, '{"schema":3}', 'its answer is none of a registry (status 200)'],
  ['an empty answer', 200, '', 'its answer is none of a registry (status 200)'],
  ['an unknown page', 404, '<h1>Not found</h1>', 'its answer is none of a registry (status 404)'],
  [
    'an unknown path',
    404,
    '{"message":"RESTEASY003210: Could not find resource","error_code":0}',
    'its answer is none of a registry (status 404): RESTEASY003210: Could not find resource',
  ],
  ['a way elsewhere', 301, '', 'it redirects (status 301)'],
])('says of %s that there is no registry', async (_, status, text, why) => {
  const fault = await faultWith((_asked, response) => {
    response.writeHead(status, { location: 'https://elsewhere.example/' })
    response.end(text)
  })
  expect(fault).toEqual({
    code: 'log-unavailable',
    retryable: false,
    attempts: 1,
    message:
      `http://HOST is no schema registry: ${why}; give the URL that "/subjects" can be put ` +
      'behind, such as http://HOST:8081, or http://HOST:8080/apis/ccompat/v6 for Apicurio',
  })
})

test('says of a server that does not speak HTTP that there is no registry', async () => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.end('I am Kafka\r\n\r\n')
  })
  onTestFinished(() => void server.close())
  const { message } = await faultOf({ url: `http://127.0.0.1:${await listening(server)}` })
  expect(message).toContain('is no schema registry: it does not speak HTTP')
})

test('says of a server without TLS that it cannot be reached over TLS', async () => {
  const { url } = await openWebServer((_, response) => json(response, 200, {}))
  const fault = await faultOf({ url: url.replace('http:', 'https:') })
  expect(fault).toMatchObject({ code: 'log-unavailable', retryable: false })
  expect(fault.message).toContain('cannot be reached over TLS')
})

test.each(['ftp://127.0.0.1/', '127.0.0.1:8081', '', 'http://me:secret@'])(
  'refuses %j as the URL of a registry, without repeating it',
  (url) => {
    expect(() => openClient({ url })).toThrow(
      'the URL of the schema registry is none; give one such as http://127.0.0.1:8081',
    )
  },
)

test.each<[string, (url: string) => RegistryOptions]>([
  ['beside the URL', (url) => ({ url, auth: { username: 'me', password: 'p:ä' } })],
  ['in the URL', (url) => ({ url: url.replace('//', '//me:p%3A%C3%A4@') })],
])('logs in with name and password %s', async (_, options) => {
  const { url, asked } = await openWebServer((_asked, response) =>
    json(response, 200, { schema: '{}' }),
  )
  const client = openClient(options(url))
  await client.find(1)
  expect(client.url).toBe(url)
  const token = Buffer.from('me:p:ä', 'utf8').toString('base64')
  expect(asked[0]?.authorization).toBe(`Basic ${token}`)
})

test('takes what is not there for missing, by the codes of the protocol', async () => {
  for (const code of [40401, 40402, 40403, 40408]) {
    const { url } = await openWebServer((_, response) =>
      json(response, 404, { error_code: code, message: 'not found' }),
    )
    const client = openClient({ url })
    expect(await client.find(3)).toBeUndefined()
    expect(await client.version('a', 'latest')).toBeUndefined()
    expect(await client.level('a')).toBeUndefined()
  }
})

test('asks for subjects of any name', async () => {
  const { url, asked } = await openWebServer((_, response) => json(response, 200, [1, 2]))
  expect(await openClient({ url }).versions('a/b ü-value')).toEqual([1, 2])
  expect(asked[0]?.line).toBe('GET /subjects/a%2Fb%20%C3%BC-value/versions')
})
