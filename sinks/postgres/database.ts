// The connections of one sink. Nothing here hangs for ever: the server gives up a statement, a wait
// for a lock and a transaction that its client forgot, and we give up a server that says nothing.
import pg from 'pg'
import { type Place, sinkFault } from '../sink-fault.ts'
import { tlsOptions } from '../tls.ts'
import type { PostgresSettings } from './config.ts'
import { ConnectionError, isServerError } from './fault.ts'

export interface Statement {
  readonly text: string
  readonly values?: readonly unknown[]
  /** Prepared under this name, once per connection; one name has one text. */
  readonly name?: string
}

export type Row = Readonly<Record<string, unknown>>
export type Query = (statement: Statement) => Promise<readonly Row[]>

export interface Database {
  /** One statement, which is a transaction of its own. */
  readonly query: Query
  /**
   * All of it or nothing; what `work` throws rolls it back. `isLong`: it may take minutes, as
   * making an index may.
   */
  readonly transaction: <T>(
    work: (query: Query) => Promise<T>,
    options?: { readonly isLong?: boolean },
  ) => Promise<T>
  readonly close: () => Promise<void>
}

const CONNECT_WITHIN_MS = 10_000
const LOCKED_WITHIN_MS = 10_000
const LONG_MS = 600_000
/** By so much longer than the server we wait, so that it is the server who says what it was. */
const ANSWER_MS = 5_000
const IDLE_MS = 60_000

/** A zombie’s connection, and the locks it holds, are gone within a minute of its machine. */
const SESSION = [
  'default_transaction_isolation=read\\ committed',
  'default_transaction_read_only=off',
  'standard_conforming_strings=on',
  'tcp_keepalives_idle=30',
  'tcp_keepalives_interval=10',
  'tcp_keepalives_count=3',
].flatMap((setting) => ['-c', setting])

export function openDatabase(
  settings: PostgresSettings,
  place: Place,
  application: string,
): Database {
  const pool = poolOf(settings, place, application)
  const busy = new Set<pg.PoolClient>()
  // A connection that breaks while nobody uses it is taken out of the pool, and that is all.
  pool.on('error', ignore)

  /** Keeps the connection only if its state is known after what `work` threw. */
  async function withClient<T>(
    work: (client: pg.PoolClient) => Promise<T>,
    keeps: (error: unknown) => boolean,
  ): Promise<T> {
    const client = await fromPg(() => pool.connect())
    busy.add(client)
    client.on('error', ignore) // the query that it breaks off says so, or the next one
    let isKept = false
    try {
      const result = await work(client)
      isKept = true
      return result
    } catch (error) {
      isKept = keeps(error)
      throw error
    } finally {
      busy.delete(client)
      client.off('error', ignore)
      client.release(!isKept)
    }
  }

  let closing: Promise<void> | undefined

  return {
    query: (statement) =>
      withClient(
        (client) => ask(client, statement),
        (error) => isServerError(error) && error.severity === 'ERROR',
      ),
    transaction: (work, { isLong = false } = {}) =>
      withClient(
        async (client) => {
          await ask(client, { text: 'begin' })
          if (isLong) await ask(client, { text: `set local statement_timeout = ${LONG_MS}` })
          const withinMs = isLong ? LONG_MS + ANSWER_MS : undefined
          const result = await work((statement) => ask(client, statement, withinMs))
          await ask(client, { text: 'commit' })
          return result
        },
        () => false, // the server rolls back what is open when the connection goes
      ),
    close: () => (closing ??= endAll(pool, busy)),
  }
}

function poolOf(settings: PostgresSettings, place: Place, application: string): pg.Pool {
  const statementMs = Math.ceil(settings.statement_timeout / 1000)
  if (!(settings.pool >= 1 && statementMs >= 1)) {
    throw sinkFault(place, 'sink-refused', 'pool must be 1 or more, and statement_timeout 1ms')
  }
  return new pg.Pool({
    ...addressOf(settings, place),
    user: settings.user,
    // A function, so that neither PGPASSWORD nor ~/.pgpass stands in for what is not stated.
    password: () => settings.password ?? '',
    ssl: (settings.tls || settings.tls_ca !== undefined) && tlsOptions(settings, place),
    application_name: application,
    options: SESSION.join(' '),
    max: settings.pool,
    keepAlive: true,
    keepAliveInitialDelayMillis: IDLE_MS,
    idleTimeoutMillis: IDLE_MS,
    connectionTimeoutMillis: CONNECT_WITHIN_MS,
    statement_timeout: statementMs,
    query_timeout: statementMs + ANSWER_MS,
    lock_timeout: LOCKED_WITHIN_MS,
    idle_in_transaction_session_timeout: statementMs + ANSWER_MS,
  })
}

/** At once: what the server has not answered by then is given up. */
async function endAll(pool: pg.Pool, busy: ReadonlySet<pg.PoolClient>): Promise<void> {
  const ended = pool.end()
  await Promise.all([...busy].map((client) => (client as unknown as pg.Client).end()))
  await ended
}

async function ask(
  client: pg.PoolClient,
  { text, values, name }: Statement,
  withinMs?: number,
): Promise<readonly Row[]> {
  const query = {
    text,
    ...(values && { values: [...values] }),
    ...(name !== undefined && { name }),
    ...(withinMs !== undefined && { query_timeout: withinMs }),
  }
  const { rows } = await fromPg(() => client.query<Row>(query))
  return rows
}

/** Tells what pg throws of a connection from what is thrown elsewhere. */
async function fromPg<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    if (isServerError(cause)) throw cause
    throw new ConnectionError('the connection failed', { cause })
  }
}

function ignore(): void {
  // Said above, where it is used.
}

/** `desk at 127.0.0.1:5432/ledger`, for messages. */
export function serverName({ url, user, database }: PostgresSettings): string {
  const at = URL.parse(url)
  if (at === null) return user
  const name = database ?? decodeURIComponent(at.pathname.slice(1))
  return `${user} at ${at.host}/${name}`
}

function addressOf(settings: PostgresSettings, place: Place) {
  const at = URL.parse(settings.url)
  if (at === null || at.hostname === '' || at.search !== '') {
    const repair = 'write its url as postgres://HOST:PORT/DATABASE, and the rest as settings'
    throw sinkFault(place, 'sink-refused', repair)
  }
  const database = settings.database ?? decodeURIComponent(at.pathname.slice(1))
  if (database === '') {
    throw sinkFault(place, 'sink-refused', 'no database is named; add it to the connection’s url')
  }
  const host = decodeURIComponent(at.hostname).replace(/^\[(.*)\]$/, '$1')
  return { host, port: Number(at.port === '' ? 5432 : at.port), database }
}
