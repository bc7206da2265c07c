import { afterEach, expect, test } from 'vitest'
import { KafkaFault } from '../kafka-fault.ts'
import { type Authenticate, Connection, type ProtocolRequest } from './connection.ts'
import {
  answerBytes,
  type FakeBroker,
  fakeBroker,
  type FakeRequest,
} from './fake-broker.test-data.ts'

const opened: { readonly close: () => unknown }[] = []
afterEach(async () => {
  for (const each of opened.splice(0)) await each.close()
})

async function broker(onRequest: (request: FakeRequest) => void, port?: number) {
  const made = await fakeBroker(onRequest, port)
  opened.push(made)
  return made
}

interface Settings {
  readonly sasl?: { readonly mechanism: string }
  readonly requestTimeout?: number
  readonly connectionTimeout?: number
  readonly ssl?: object
}

function connectionTo(
  { port }: Pick<FakeBroker, 'port'>,
  settings: Settings = {},
  logIn: Authenticate = () => Promise.reject(new Error('no login was asked for')),
): Connection {
  const made = new Connection(
    {
      ...{ host: '127.0.0.1', port, clientId: 'me', ssl: undefined, sasl: undefined },
      ...{ connectionTimeout: 5_000, requestTimeout: 5_000, ...settings },
    },
    logIn,
  )
  opened.push(made)
  return made
}

/** Sends a text; the answer is one, too. */
const echo = (text: string, requestTimeout?: number): ProtocolRequest<string, string> => ({
  request: {
    ...{ apiKey: 3, apiVersion: 7, apiName: 'Echo' },
    encode: () => ({ buffer: Buffer.from(text) }),
  },
  response: { decode: (body) => body.toString(), parse: (decoded) => decoded },
  ...(requestTimeout === undefined ? {} : { requestTimeout }),
})

const faultOf = async (promise: Promise<unknown>): Promise<KafkaFault> => {
  const error: unknown = await promise.then(
    () => 'no fault',
    (thrown: unknown) => thrown,
  )
  if (error instanceof KafkaFault) return error
  throw new Error(`expected a KafkaFault, not ${String(error)}`)
}

const answerAll = ({ body, answer }: FakeRequest): void => answer(body)

test('matches pipelined requests with their answers, however these are cut', async () => {
  const waiting: FakeRequest[] = []
  const fake = await broker((request) => {
    waiting.push(request)
    if (waiting.length < 3) return
    const all = Buffer.concat(waiting.map(({ id, body }) => answerBytes(id, body)))
    for (const byte of all) request.socket.write(Buffer.of(byte))
  })
  const connection = connectionTo(fake)
  await connection.connect()
  const texts = ['one', 'x'.repeat(3_000), 'three']
  const answers = await Promise.all(texts.map((text) => connection.send(echo(text))))
  expect(answers).toEqual(texts)
  expect(waiting.map(({ key, version, clientId }) => [key, version, clientId])).toEqual(
    texts.map(() => [3, 7, 'me']),
  )
})

test('reads an answer of many megabytes', async () => {
  const fake = await broker(({ answer }) => answer(Buffer.alloc(20_000_000, 'y')))
  const connection = connectionTo(fake)
  await connection.connect()
  expect(await connection.send(echo('more'))).toHaveLength(20_000_000)
})

test('connects once for all who ask at the same time', async () => {
  const fake = await broker(answerAll)
  const connection = connectionTo(fake)
  await Promise.all([connection.connect(), connection.connect(), connection.connect()])
  await connection.send(echo('x'))
  expect(fake.sockets).toHaveLength(1)
})

test('rejects all that waits once one request is past its deadline', async () => {
  const fake = await broker(() => undefined)
  const connection = connectionTo(fake)
  await connection.connect()
  const patient = connection.send(echo('patient'))
  const late = connection.send(echo('late', 20))
  expect(await faultOf(late)).toMatchObject({ kafka: 'TIMEOUT', isRetryable: true })
  expect(await faultOf(patient)).toMatchObject({ kafka: 'TIMEOUT', code: -1 })
  expect(connection.isConnected()).toBe(false)
})

const misbehaviours: readonly (readonly [string, string, (request: FakeRequest) => void])[] = [
  ['ends', 'CONNECTION', ({ socket }) => void socket.end()],
  ['is reset', 'CONNECTION', ({ socket }) => void socket.resetAndDestroy()],
  ['speaks HTTP', 'MALFORMED', ({ socket }) => void socket.write('HTTP/1.1 400')],
  [
    ...(['answers TLS', 'MALFORMED'] as const),
    ({ socket }) => void socket.write(Buffer.from('15030300020250', 'hex')),
  ],
  [
    ...(['says a negative length', 'MALFORMED'] as const),
    ({ socket }) => void socket.write(Buffer.alloc(100, 255)),
  ],
  [
    ...(['says a length of nothing', 'MALFORMED'] as const),
    ({ socket }) => void socket.write(Buffer.alloc(100)),
  ],
  [
    ...(['answers another request', 'MALFORMED'] as const),
    ({ socket, id, body }) => void socket.write(answerBytes(id + 7, body)),
  ],
]

test.for(misbehaviours)(
  'rejects all that waits when the other side %s',
  async ([, kafka, misbehave]) => {
    let asked = 0
    const fake = await broker((request) => {
      asked += 1
      if (asked === 3) misbehave(request)
    })
    const connection = connectionTo(fake)
    await connection.connect()
    const sent = [1, 2, 3].map((number) => connection.send(echo(String(number))))
    for (const each of sent) expect(await faultOf(each)).toMatchObject({ kafka, isRetryable: true })
    expect(connection.isConnected()).toBe(false)
  },
)

test('forgets the half of an answer that a broken connection left', async () => {
  let asked = 0
  const fake = await broker(({ id, body, socket, answer }) => {
    asked += 1
    if (asked > 1) answer(body)
    else socket.end(answerBytes(id, body).subarray(0, 10))
  })
  const connection = connectionTo(fake)
  await connection.connect()
  expect(await faultOf(connection.send(echo('half of it')))).toMatchObject({ kafka: 'CONNECTION' })
  await connection.connect()
  expect(await connection.send(echo('all of it'))).toBe('all of it')
})

test('connects again to a broker that came back on the same port', async () => {
  const first = await broker(answerAll)
  const connection = connectionTo(first)
  await connection.connect()
  await first.close()
  expect(await faultOf(connection.send(echo('gone')))).toMatchObject({ kafka: 'CONNECTION' })
  expect(await faultOf(connection.connect())).toMatchObject({ kafka: 'CONNECTION' })
  await broker(answerAll, first.port)
  await connection.connect()
  expect(await connection.send(echo('back'))).toBe('back')
})

test('gives up a server that does not shake hands', async () => {
  const fake = await broker(() => undefined)
  const silent = { connectionTimeout: 30, ssl: {} }
  expect(await faultOf(connectionTo(fake, silent).connect())).toMatchObject({ kafka: 'TIMEOUT' })
})

test('calls a listener without TLS by its name', async () => {
  const fake = await broker(() => undefined)
  const connection = connectionTo(fake, { ssl: {} })
  const connecting = faultOf(connection.connect())
  await expect.poll(() => fake.sockets.length).toBe(1)
  fake.sockets[0]?.write('this is not TLS at all')
  expect(await connecting).toMatchObject({ kafka: 'TLS', isRetryable: false })
})

test('disconnects at once while requests wait, and rejects them', async () => {
  const fake = await broker(() => undefined)
  const connection = connectionTo(fake)
  await connection.connect()
  const waiting = faultOf(connection.send(echo('never')))
  await connection.disconnect()
  expect(await waiting).toMatchObject({ kafka: 'CONNECTION' })
})

test('ends a connection that is being made when it is closed, and makes no other', async () => {
  const fake = await broker(answerAll)
  const connection = connectionTo(fake)
  const connecting = faultOf(connection.connect())
  connection.close()
  expect(await connecting).toMatchObject({ isRetryable: false })
  expect(await faultOf(connection.connect())).toMatchObject({ kafka: 'CLOSED' })
})

/** A connection that must log in, and how often it did. */
async function withLogin(sessionLifetimeMs: number) {
  const fake = await broker(answerAll)
  const logins: number[] = []
  const connection = connectionTo(fake, { sasl: { mechanism: 'plain' } }, async () => {
    logins.push(await connection.send(login).then(Number))
    return { sessionLifetimeMs }
  })
  connection.setSupportAuthenticationProtocol(true)
  await connection.connect()
  return { connection, fake, logins }
}

const SASL_AUTHENTICATE = 36
const login = { ...echo('1'), request: { ...echo('1').request, apiKey: SASL_AUTHENTICATE } }

test('logs in once for all who ask at the same time, before their requests', async () => {
  const { connection, logins } = await withLogin(0)
  const sent = ['a', 'b'].map((text) => connection.send(echo(text)))
  expect(await Promise.all(sent)).toEqual(['a', 'b'])
  expect(await connection.send(echo('c'))).toBe('c')
  expect(logins).toEqual([1])
})

test('logs in again when most of the life of a login has passed', async () => {
  const { connection, logins } = await withLogin(1)
  expect(await connection.send(echo('a'))).toBe('a')
  await expect.poll(() => connection.isAuthenticated()).toBe(false)
  expect(await connection.send(echo('b'))).toBe('b')
  expect(logins).toEqual([1, 1])
})

test('takes a login that the connection did not outlive for a broken connection', async () => {
  const fake = await broker(({ socket }) => void socket.end())
  const refused = Object.assign(new Error('login failed'), {
    name: 'KafkaJSSASLAuthenticationError',
  })
  const settings = { sasl: { mechanism: 'plain' } }
  // As kafkajs does: whatever goes wrong is called a failed login.
  const connection = connectionTo(fake, settings, () =>
    connection.send(login).then(
      () => ({ sessionLifetimeMs: 0 }),
      () => Promise.reject(refused),
    ),
  )
  connection.setSupportAuthenticationProtocol(true)
  await connection.connect()
  expect(await faultOf(connection.send(echo('a')))).toMatchObject({ kafka: 'CONNECTION' })
})
