// What an environment says of the log itself: which one it is, the registry of its schemas, and how
// a Kafka log is logged in to and written. A topology holds none of it.
import { readFileSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import type { KafkaConnection } from '../../connectors/kafka/client.ts'
import { COMPRESSIONS, type KafkaLogOptions } from '../../connectors/kafka/kafka-log-options.ts'
import type { RegistryOptions } from '../../connectors/kafka/registry/schema-registry.ts'
import { type Report, reporter } from '../../topology/diagnostic.ts'
import {
  checkKeys,
  durationOf,
  mapOf,
  optional,
  type Owner,
  required,
  scalarOf,
  wordOf,
} from '../../topology/reading.ts'
import { entryOf, type MapNode, type Node } from '../../topology/tree.ts'
import { readSecret, type Variables } from './secret.ts'

export interface LogSettings {
  /** As `--log` would name it. */
  readonly log?: string
  readonly registry?: RegistryOptions
  readonly kafka?: KafkaSettings
}

export type KafkaSettings = Pick<
  KafkaConnection,
  'tls' | 'sasl' | 'clientId' | 'requestTimeoutMs'
> &
  Pick<KafkaLogOptions, 'compression' | 'transactionTimeoutMs' | 'sessionTimeoutMs'>

export const LOG_KEYS = ['log', 'registry', 'kafka']

const TLS_KEYS = ['ca', 'cert', 'key', 'servername', 'verify']
const KAFKA_KEYS = [
  'tls',
  'sasl',
  'client',
  'compression',
  'transaction_timeout',
  'session_timeout',
  'request_timeout',
]
const MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const
const MICROSECONDS = 1_000

interface Reading {
  /** That paths are relative to. */
  readonly folder: string
  readonly variables: Variables
  readonly report: Report
}

export function readLogSettings(root: MapNode, owner: Owner, reading: Reading): LogSettings {
  const { report } = reading
  const log = optional(root, owner, 'log', (node, part) => textOf(node, part, report))
  const registry = optional(root, owner, 'registry', (node, part) =>
    readRegistry(node, part, reading),
  )
  const kafka = optional(root, owner, 'kafka', (node, part) => readKafka(node, part, reading))
  return {
    ...(log === undefined ? undefined : { log }),
    ...(registry === undefined ? undefined : { registry }),
    ...(kafka === undefined ? undefined : { kafka }),
  }
}

/** An address, or a map with `url` and how to log in. */
function readRegistry(node: Node, owner: Owner, reading: Reading): RegistryOptions | undefined {
  const { report } = reading
  if (node.kind === 'scalar') {
    const url = readUrl(node, owner, report)
    return url === undefined ? undefined : { url }
  }
  const map = mapOf(node, owner, 'an address, or a map with "url"', report)
  if (map === undefined) return undefined
  checkKeys(map, owner, ['url', 'username', 'password', 'tls'], report)
  const example = { word: 'url', example: 'http://127.0.0.1:8081' }
  const url = required(map, owner, example, (each, part) => readUrl(each, part, report), report)
  const auth = readLogin(map, owner, reading)
  const tls = optional(map, owner, 'tls', (each, part) => readTls(each, part, reading))
  if (url === undefined) return undefined
  return {
    url,
    ...(auth === undefined ? undefined : { auth }),
    ...(tls === undefined || tls === true ? undefined : { tls }),
  }
}

function readKafka(node: Node, owner: Owner, reading: Reading): KafkaSettings | undefined {
  const { report } = reading
  const map = mapOf(node, owner, `a map with ${KAFKA_KEYS.join(', ')}`, report)
  if (map === undefined) return undefined
  checkKeys(map, owner, KAFKA_KEYS, report)
  const part = <T>(word: string, read: (each: Node, about: Owner) => T | undefined) =>
    optional(map, owner, word, read)
  const milliseconds = (each: Node, about: Owner): number | undefined => {
    const read = durationOf(each, about, { zero: false }, report)
    return read && read.value / MICROSECONDS
  }
  return withoutUndefined<KafkaSettings>({
    tls: part('tls', (each, about) => readTls(each, about, reading)),
    sasl: part('sasl', (each, about) => readSasl(each, about, reading)),
    clientId: part('client', (each, about) => textOf(each, about, report)),
    compression: part('compression', (each, about) => wordOf(each, about, COMPRESSIONS, report))
      ?.value,
    transactionTimeoutMs: part('transaction_timeout', milliseconds),
    sessionTimeoutMs: part('session_timeout', milliseconds),
    requestTimeoutMs: part('request_timeout', milliseconds),
  })
}

function readSasl(node: Node, owner: Owner, reading: Reading): KafkaConnection['sasl'] {
  const { report } = reading
  const map = mapOf(node, owner, 'a map with mechanism, username and password', report)
  if (map === undefined) return undefined
  checkKeys(map, owner, ['mechanism', 'username', 'password'], report)
  const mechanism = required(
    map,
    owner,
    { word: 'mechanism', example: 'scram-sha-512' },
    (each, part) => wordOf(each, part, MECHANISMS, report),
    report,
  )
  const login = readLogin(map, owner, reading)
  if (mechanism === undefined || login === undefined) return undefined
  return { mechanism: mechanism.value, ...login }
}

/** `username` and `password`, both or neither. */
function readLogin(
  map: MapNode,
  owner: Owner,
  { variables, report }: Reading,
): { readonly username: string; readonly password: string } | undefined {
  if (entryOf(map, 'username') === undefined && entryOf(map, 'password') === undefined) {
    return undefined
  }
  const username = required(
    map,
    owner,
    { word: 'username', example: 'millrace' },
    (node, part) => textOf(node, part, report),
    report,
  )
  const password = required(
    map,
    owner,
    { word: 'password', example: '{ secret: KAFKA_PASSWORD }' },
    (node, part) => readSecret(node, part, variables, report),
    report,
  )
  return username === undefined || password === undefined ? undefined : { username, password }
}

type Tls = Exclude<KafkaConnection['tls'], undefined>

/** `true`, or files of certificates, and the key as a file too. */
function readTls(node: Node, owner: Owner, reading: Reading): Tls | undefined {
  const { report } = reading
  if (node.kind === 'scalar') {
    if (node.text === 'true') return true
    if (node.text === 'false') return undefined
  }
  const map = mapOf(node, owner, `true, or a map with ${TLS_KEYS.join(', ')}`, report)
  if (map === undefined) return undefined
  checkKeys(map, owner, TLS_KEYS, report)
  const file = (word: string): string | undefined =>
    optional(map, owner, word, (each, part) => readPem(each, part, reading))
  const verify = optional(map, owner, 'verify', (each, part) =>
    wordOf(each, part, ['true', 'false'], report),
  )
  return withoutUndefined<Exclude<Tls, true>>({
    ca: file('ca'),
    cert: file('cert'),
    key: file('key'),
    servername: optional(map, owner, 'servername', (each, part) => textOf(each, part, report)),
    rejectUnauthorized: verify && verify.value === 'true',
  })
}

function readPem(node: Node, owner: Owner, { folder, report }: Reading): string | undefined {
  const path = textOf(node, owner, report)
  if (path === undefined) return undefined
  try {
    return readFileSync(isAbsolute(path) ? path : join(folder, path), 'utf8')
  } catch (error) {
    const { code = 'unreadable' } = error as NodeJS.ErrnoException
    const message = `${owner.what} names a file that cannot be read (${code})`
    reporter('shape', report)({ message, span: node.span, repair: 'name a PEM file' })
    return undefined
  }
}

function readUrl(node: Node, owner: Owner, report: Report): string | undefined {
  const text = textOf(node, owner, report)
  if (text === undefined) return undefined
  const problem = registryProblem(text)
  if (problem === undefined) return text.replace(/\/+$/, '')
  const message = `${owner.what} ${problem}`
  reporter('shape', report)({ message, span: node.span, repair: 'write http://HOST:PORT' })
  return undefined
}

/** What is wrong with a registry's address, in words without it: it may hold a password. */
export function registryProblem(text: string): string | undefined {
  const url = URL.parse(text)
  if (url === null || !['http:', 'https:'].includes(url.protocol)) return 'is no http address'
  if (url.username !== '' || url.password !== '') {
    return 'holds who logs in; name the password as a secret in --env FILE'
  }
  return undefined
}

function textOf(node: Node, owner: Owner, report: Report): string | undefined {
  return scalarOf(node, owner, 'a text', report)?.text
}

/** A part that is missing or refused has no key. */
function withoutUndefined<T extends object>(parts: {
  readonly [K in keyof T]: T[K] | undefined
}): T {
  return Object.fromEntries(
    Object.entries(parts).filter(([, value]) => value !== undefined),
  ) as unknown as T
}
