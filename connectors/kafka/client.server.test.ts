import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { KAFKA_PASSWORD, KAFKA_USER } from '../../docker/native/kafka-properties.ts'
import { kafka } from '../../docker/native/kafka.ts'
import { describeWith } from '../../test/servers/shared-servers.ts'
import { startKafka, type StartedKafka } from '../../test/servers/start-server.ts'
import { type KafkaConnection, connectCluster } from './client.ts'
import { pause, steadyMs } from './clock.ts'
import { metadataExchange } from './exchanges/metadata.ts'
import { engineError, faultOf, type KafkaFault } from './kafka-fault.ts'

const mechanisms = ['plain', 'scram-sha-256', 'scram-sha-512'] as const
const right = { username: KAFKA_USER, password: KAFKA_PASSWORD }
const wrong = { username: KAFKA_USER, password: 'not-the-password' }
/** A broker lets nobody log in again within a second. */
const LOGIN_LASTS_MS = 3_000

let server: StartedKafka
const address = (port: string): string => `127.0.0.1:${server.ports.get(port) ?? 0}`
const authority = (): string =>
  readFileSync(join(server.folder, 'certificates', 'ca.pem')).toString()

/** Connects, asks something, and gives what went wrong. */
async function tryOut(connection: KafkaConnection): Promise<KafkaFault | undefined> {
  try {
    const cluster = await connectCluster(connection, 'test')
    await cluster.send(await cluster.controller(), metadataExchange([]))
    await cluster.close()
    return undefined
  } catch (error) {
    return faultOf(error)
  }
}

describeWith([kafka], 'a client of a real broker', () => {
  beforeAll(async () => {
    const settings = { 'connections.max.reauth.ms': String(LOGIN_LASTS_MS) }
    server = await startKafka({ secure: true, settings })
  }, 120_000)
  afterAll(() => server.stop())

  loginCases()
  tlsCases()

  test('renews a login before it ends, while requests go on', async () => {
    const sasl = { mechanism: 'scram-sha-256', ...right } as const
    const cluster = await connectCluster({ brokers: [address('kafka-sasl')], sasl }, 'test')
    const until = steadyMs() + 1.3 * LOGIN_LASTS_MS
    let answers = 0
    while (steadyMs() < until) {
      const asked = [1, 2, 3].map(() => cluster.send(1, metadataExchange([])))
      answers += (await Promise.all(asked)).length
      await pause(20)
    }
    await cluster.close()
    expect(answers).toBeGreaterThan(0)
  })

  test('finds the broker again after a restart, with a bounded number of tries', async () => {
    const cluster = await connectCluster({ brokers: [server.bootstrap] }, 'test')
    await server.kill()
    await expect(cluster.refresh()).rejects.toMatchObject({ isRetryable: true })
    await server.restart()
    await cluster.refresh()
    expect(await cluster.send(1, metadataExchange([]))).toMatchObject({ controller: 1 })
    await cluster.close()
  }, 120_000)
})

function loginCases(): void {
  test.for(mechanisms)('logs in by %s, with and without TLS', async (mechanism) => {
    const sasl = { mechanism, ...right }
    expect(await tryOut({ brokers: [address('kafka-sasl')], sasl })).toBe(undefined)
    const tls = { ca: authority() }
    expect(await tryOut({ brokers: [address('kafka-sasl-ssl')], sasl, tls })).toBe(undefined)
  })

  test.for(mechanisms)(
    'is told of a wrong password by %s, which it never prints',
    async (mechanism) => {
      const sasl = { mechanism, ...wrong }
      const fault = await tryOut({ brokers: [address('kafka-sasl')], sasl })
      const told = engineError(fault, {}, 'connecting')
      expect(told).toMatchObject({ code: 'not-allowed', retryable: false })
      expect(told.message).toContain('check the user name and the password')
      for (const each of [fault, told]) {
        expect(inspect(each, { depth: 20, showHidden: true })).not.toContain(wrong.password)
      }
    },
  )
}

function tlsCases(): void {
  test('takes a certificate that its authority has signed, and no other', async () => {
    const brokers = [address('kafka-ssl')]
    expect(await tryOut({ brokers, tls: { ca: authority() } })).toBe(undefined)
    expect(await tryOut({ brokers, tls: { rejectUnauthorized: false } })).toBe(undefined)
    expect(await tryOut({ brokers, tls: true })).toMatchObject({ kafka: 'TLS' })
    const otherName = { ca: authority(), servername: 'other.example' }
    expect(await tryOut({ brokers, tls: otherName })).toMatchObject({ kafka: 'TLS' })
  })

  test.for([
    ['kafka-ssl', {}, 'MALFORMED', 'see whether that listener wants TLS'],
    ['kafka-sasl', {}, 'CONNECTION', 'see whether that listener wants TLS, or a login'],
    [
      ...(['kafka', { sasl: { mechanism: 'plain', ...right } }] as const),
      ...(['ILLEGAL_SASL_STATE', 'login by plain'] as const),
    ],
  ] as const)(
    'hints at what is wrong with a listener: %s',
    async ([port, settings, kind, hint]) => {
      const fault = await tryOut({ brokers: [address(port)], ...settings })
      expect(fault).toMatchObject({ kafka: kind })
      expect(fault?.message).toContain(hint)
    },
  )
}
