// Puts our connection and error codes in place of kafkajs's own, and only then loads the parts of
// kafkajs that we use: broker, connection pool, its small requests and logins. It happens once in
// each thread, for a thread has modules of its own; a version that we have not read is refused.
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { EngineError } from '../../../topology/engine-error.ts'
import type { Broker } from '../broker.ts'
import { type Authenticate, Connection, type ConnectionSettings } from './connection.ts'
import { kafkaErrors } from './error-codes.ts'

const VERSION = '2.2.4'

/** What we use of kafkajs, by its own names. */
export interface Kafkajs {
  readonly Broker: new (options: object) => Broker
  readonly ConnectionPool: new (options: object) => ConnectionPool
  readonly logger: unknown
}

export interface ConnectionPool {
  readonly pool: readonly Connection[]
  readonly send: Connection['send']
  readonly isConnected: () => boolean
  readonly destroy: () => Promise<void>
}

interface ErrorCode {
  readonly type: string
  readonly code: number
  readonly message: string
  retriable: boolean
}

interface Authenticator {
  readonly sessionLifetime: string
  readonly authenticate: () => Promise<void>
}

let installed: Kafkajs | undefined

/** @throws EngineError `client-differs` for another version, or if kafkajs was loaded before. */
export function installKafkajs(): Kafkajs {
  installed ??= hardenKafkajs(createRequire(import.meta.url))
  return installed
}

/** Says why kafkajs cannot be hardened in this thread. */
function differs(message: string): EngineError {
  return new EngineError('client-differs', message, { coordinates: { module: 'kafkajs' } })
}

/** For `installKafkajs` and its test: hardens the kafkajs that `require` finds. */
export function hardenKafkajs(require: NodeJS.Require): Kafkajs {
  const { version } = require('kafkajs/package.json') as { version: string }
  if (version !== VERSION) {
    throw differs(`kafkajs ${version} is installed, not ${VERSION}: install exactly ${VERSION}`)
  }
  const folder = dirname(require.resolve('kafkajs/package.json'))
  const loaded = Object.keys(require.cache).filter(
    (path) => path.startsWith(folder) && path.endsWith('.js'),
  )
  if (loaded.length > 0) {
    throw differs('kafkajs was loaded before it could be hardened: import it nowhere else')
  }
  const load = (path: string): unknown => require(join(folder, 'src', path))
  extendErrors((load('protocol/error.js') as { errorCodes: ErrorCode[] }).errorCodes)
  const loggers = load('loggers/index.js') as { createLogger: (options: object) => unknown }
  const logger = loggers.createLogger({ level: 0, logCreator: () => () => undefined })
  const path = join(folder, 'src', 'network', 'connection.js')
  const exports = connectionClass(require, folder, logger)
  require.cache[path] = { exports, id: path, filename: path, loaded: true } as NodeJS.Module
  return {
    Broker: load('broker/index.js') as Kafkajs['Broker'],
    ConnectionPool: load('network/connectionPool.js') as Kafkajs['ConnectionPool'],
    logger,
  }
}

/** kafkajs's own code knows the older ones by their older names, so these keep their names. */
function extendErrors(errorCodes: ErrorCode[]): void {
  for (const [code, { name, isRetryable }] of kafkaErrors) {
    const known = errorCodes.find((each) => each.code === code)
    if (known !== undefined) known.retriable = isRetryable
    else if (code !== 0) {
      errorCodes.push({ type: name, code, retriable: isRetryable, message: name })
    }
  }
}

function connectionClass(
  require: NodeJS.Require,
  folder: string,
  logger: unknown,
): new (settings: ConnectionSettings) => Connection {
  const authenticate: Authenticate = async (connection, versions) => {
    const Login = require(join(folder, 'src/broker/saslAuthenticator/index.js')) as new (
      ...parts: readonly unknown[]
    ) => Authenticator
    const login = new Login(connection, logger, versions, true)
    await login.authenticate()
    return { sessionLifetimeMs: Number(login.sessionLifetime) }
  }
  return class extends Connection {
    constructor(settings: ConnectionSettings) {
      super(settings, authenticate)
    }
  }
}

/** Every connection of the pool must be ours; anything else is a mistake in this program. */
export function assertHardened({ pool }: ConnectionPool): void {
  if (pool.length > 0 && pool.every((connection) => connection instanceof Connection)) return
  throw new Error('kafkajs makes its own connections: the hardening is not in force here')
}
