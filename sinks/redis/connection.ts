// One connection to Redis, opened when it is needed and opened anew by the call after one that
// broke it. Nothing is queued while there is none and nothing is sent twice: whether a script ran
// whose answer was lost is settled by whoever claims the position anew.
import { createHash } from 'node:crypto'
import { Redis } from 'ioredis'
import { EngineError } from '../../topology/engine-error.ts'
import { type Place, sinkFault } from '../sink-fault.ts'
import { tlsOptions } from '../tls.ts'
import type { RedisSettings } from './config.ts'
import { answerFault, CLUSTER, isAnswer, redisFault } from './redis-fault.ts'

/** All throw EngineErrors with a code of `SinkFault`. */
export interface RedisConnection {
  /** Connects, unless it has. */
  readonly open: () => Promise<void>
  readonly call: (command: string, ...args: readonly string[]) => Promise<unknown>
  readonly run: (
    script: string,
    keys: readonly string[],
    args: readonly string[],
  ) => Promise<unknown>
  readonly close: () => Promise<void>
}

export function redisConnection(settings: RedisSettings, place: Place): RedisConnection {
  let current: Promise<Redis> | undefined

  async function drop(own: Promise<Redis>): Promise<void> {
    if (current === own) current = undefined
    const [opened] = await Promise.allSettled([own])
    if (opened.status === 'fulfilled') opened.value.disconnect()
  }

  async function withClient<T>(use: (client: Redis) => Promise<T>): Promise<T> {
    current ??= connect(settings, place)
    const own = current
    try {
      return await use(await own)
    } catch (error) {
      if (!isAnswer(error)) await drop(own)
      throw error instanceof EngineError ? error : redisFault(place, error)
    }
  }

  return {
    open: () => withClient(() => Promise.resolve()),
    call: (command, ...args) => withClient((client) => client.call(command, [...args])),
    run: (script, keys, args) =>
      withClient((client) => runScript(client, script, [String(keys.length), ...keys, ...args])),
    close: async () => {
      if (current !== undefined) await drop(current)
    },
  }
}

/** A script that Redis does not know has done nothing: it is brought along. */
async function runScript(client: Redis, script: string, args: readonly string[]): Promise<unknown> {
  const digest = createHash('sha1').update(script).digest('hex')
  try {
    return await client.call('EVALSHA', [digest, ...args])
  } catch (error) {
    if (!isAnswer(error) || !error.message.startsWith('NOSCRIPT')) throw error
    return client.call('EVAL', [script, ...args])
  }
}

/** Logs in and looks whether this Redis can hold a sink. */
async function connect(settings: RedisSettings, place: Place): Promise<Redis> {
  const client = new Redis({ ...address(settings, place), ...behaviour(settings) })
  let reason: unknown
  client.on('error', (error) => {
    reason ??= error
  })
  try {
    await client.connect()
    const { user, password, db } = settings
    if (password !== undefined) {
      await client.call('AUTH', user === undefined ? [password] : [user, password])
    }
    if (db !== 0) await client.call('SELECT', [String(db)])
    await holdServer(client, place)
    return client
  } catch (error) {
    client.disconnect()
    if (error instanceof EngineError) throw error
    // The promise says that the connection has closed; the event says why.
    throw redisFault(place, isAnswer(error) ? error : (reason ?? error))
  }
}

/** Of the client, so that it does nothing by itself and no call lasts longer than it may. */
function behaviour({ timeout }: RedisSettings) {
  const timeoutMs = Math.ceil(timeout / 1000)
  return {
    lazyConnect: true,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    enableReadyCheck: false,
    disableClientInfo: true,
    protocol: 2,
    connectTimeout: timeoutMs,
    commandTimeout: timeoutMs,
  } as const
}

function address(settings: RedisSettings, place: Place) {
  const { protocol, hostname, port, pathname } = new URL(settings.url)
  if (!['', '/'].includes(pathname)) {
    throw sinkFault(place, 'sink-refused', 'its url has a path; write "db: 2" beside it')
  }
  const isSecure = settings.tls || settings.tls_ca !== undefined || protocol === 'rediss:'
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? 6379 : Number(port),
    ...(isSecure && { tls: tlsOptions(settings, place) }),
  }
}

/** @throws EngineError for a cluster, and for a Redis that may drop positions to make room. */
async function holdServer(client: Redis, place: Place): Promise<void> {
  const info = String(await client.call('INFO'))
  const factOf = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? ''
  if (factOf('cluster_enabled') === '1') throw answerFault(place, CLUSTER)
  const policy = factOf('maxmemory_policy')
  if (factOf('maxmemory') === '0' || !policy.startsWith('allkeys')) return
  const what = `Redis may drop any key to make room (maxmemory-policy ${policy})`
  const repair = 'also the sink’s position; set maxmemory-policy to volatile-ttl or noeviction'
  throw sinkFault(place, 'sink-refused', `${what}, ${repair}`)
}
