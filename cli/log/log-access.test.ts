import { expect, test } from 'vitest'
import { logAccess } from './log-access.ts'
import { logAddress } from './log-address.ts'

test.each([
  ['data/log', 'is no log; did you mean "embedded:data/log"?'],
  ['C:\\log', 'is no log; did you mean "embedded:C:\\log"?'],
  ['memroy', 'is no log; did you mean "memory"?'],
  ['embeded:data', 'is of no known kind; did you mean "embedded:data"?'],
  ['kafak:localhost:9092', 'is of no known kind; did you mean "kafka:localhost:9092"?'],
  ['redis:data', 'is of no known kind; write memory, embedded:DIR or kafka:HOST:PORT'],
  ['embedded:', 'names no folder; write embedded:DIR'],
  ['embedded', 'names no folder; write embedded:DIR'],
  ['kafka', 'names no broker; write kafka:HOST:PORT'],
  ['kafka:', 'names no broker; write kafka:HOST:PORT,HOST:PORT'],
  ['kafka:one:9092,', 'names no broker; write kafka:HOST:PORT,HOST:PORT'],
  ['kafka:one', 'names "one", which is no broker; write kafka:HOST:PORT,HOST:PORT'],
  ['kafka:one:99999', 'names "one:99999", which is no broker; write kafka:HOST:PORT,HOST:PORT'],
])('refuses %s with the repair', (name, message) => {
  expect(() => logAddress(name)).toThrow(`--log "${name}" ${message}`)
})

test('reads brokers, with names, numbers and IPv6', () => {
  expect(logAddress('kafka:b1.example:9092,127.0.0.1:29092, [::1]:9')).toEqual({
    kind: 'kafka',
    brokers: ['b1.example:9092', '127.0.0.1:29092', '[::1]:9'],
  })
})

const settings = {
  log: 'kafka:one:1',
  registry: { url: 'http://reg:8081', auth: { username: 'u', password: 'p' } },
  kafka: { tls: true, compression: 'lz4', sessionTimeoutMs: 20_000 },
} as const

test('takes the log and how to log in to it from the environment', () => {
  expect(logAccess({}, settings)).toEqual({
    name: 'kafka:one:1',
    address: { kind: 'kafka', brokers: ['one:1'] },
    kafka: {
      connection: { brokers: ['one:1'], tls: true },
      registry: settings.registry,
      compression: 'lz4',
      sessionTimeoutMs: 20_000,
    },
  })
})

test('lets the command line count, and logs in nowhere else', () => {
  const { kafka } = logAccess({ log: 'kafka:two:2', registry: 'http://other:8081' }, settings)
  expect(kafka?.connection.brokers).toEqual(['two:2'])
  expect(kafka?.registry).toEqual({ url: 'http://other:8081' })
})

test('says when no log is named, or a registry is where none is used', () => {
  expect(() => logAccess({}, {})).toThrow('no log is named; add --log embedded:DIR or kafka:')
  expect(() => logAccess({ log: 'embedded:d', registry: 'http://r' }, {})).toThrow(
    '--registry is for a Kafka log, and embedded:d keeps schemas itself',
  )
})

test('never prints what logs in to a registry', () => {
  const act = () => logAccess({ log: 'kafka:a:1', registry: 'http://me:hush@r:8081' }, {})
  expect(act).toThrow('holds who logs in')
  expect(act).not.toThrow(/hush/)
})
