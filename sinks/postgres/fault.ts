// What is thrown when Postgres fails: which code, whether a retry may help, and what to do. Its own
// messages may quote values where the data is at fault, so those are never repeated.
// Codes: https://www.postgresql.org/docs/current/errcodes-appendix.html
import type { EngineError } from '../../topology/engine-error.ts'
import { type Place, sinkFault } from '../sink-fault.ts'
import type { SinkFault } from '../sink.ts'
import { tlsFault } from '../tls.ts'

/** What the server says, but for what may hold values. */
export interface ServerError extends Error {
  /** SQLSTATE. */
  readonly code: string
  readonly severity: string
  readonly constraint?: string
  readonly column?: string
  /** The functions that it came through, one a line. */
  readonly where?: string
}

/** What pg throws of an error that the server sent, known by its five characters. */
export function isServerError(error: unknown): error is ServerError {
  if (!(error instanceof Error)) return false
  const { code, severity } = error as Partial<ServerError>
  return severity !== undefined && code !== undefined && /^[0-9A-Z]{5}$/.test(code)
}

/** 21: a key twice. 54: too long for an index. P0: a trigger of the user's fails. */
const DATA_CLASSES = new Set(['21', '22', '23', '54', 'P0'])

/** Whether a record is at fault, so that the others may pass without it. */
export function isDataError(error: unknown): error is ServerError {
  return isServerError(error) && (DATA_CLASSES.has(error.code.slice(0, 2)) || isRaised(error))
}

/** A trigger of the user's raises it, under whatever code it likes, with values as it likes. */
function isRaised({ where = '' }: ServerError): boolean {
  return /^PL\/pgSQL function .* at RAISE$/m.test(where)
}

/** Why the server takes a record not, without its values. */
export function refusalReason(error: ServerError): string {
  const { code, column, constraint } = error
  if (column !== undefined) return `column "${column}" does not take it (SQLSTATE ${code})`
  if (constraint !== undefined) return `it breaks the constraint "${constraint}" (SQLSTATE ${code})`
  if (code.startsWith('P0') || isRaised(error)) {
    return `a trigger of the table raises an error (SQLSTATE ${code})`
  }
  return `the server takes it not (SQLSTATE ${code})`
}

/** A connection that could not be made or broke off: whatever pg throws that no server sent. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError'
}

/**
 * What was thrown, as what a sink throws; an error of neither server nor connection, which is ours,
 * stays as it is. `doing`: `claiming partition 0`.
 */
export function faultOf(error: unknown, place: Place, doing: string): Error {
  if (isDataError(error)) {
    return sinkFault(place, 'sink-refused', `${doing} failed: ${refusalReason(error)}`)
  }
  if (isServerError(error)) return serverFault(error, place, doing)
  if (error instanceof ConnectionError) return networkFault(error.cause, place, doing)
  return error instanceof Error ? error : new Error('what was thrown is no error', { cause: error })
}

function serverFault(error: ServerError, place: Place, doing: string): EngineError {
  const { code, repair } = outcomeOf(error.code)
  const what = `${doing} failed: ${error.message} (SQLSTATE ${error.code}); ${repair}`
  return sinkFault(place, code, what, { cause: error })
}

interface Outcome {
  readonly code: SinkFault
  readonly repair: string
}

const WAIT = { code: 'sink-unavailable', repair: 'it is tried again' } as const
const LOOK = 'see the server’s own log'

/** By SQLSTATE, else by its class. */
const outcomes: Readonly<Record<string, Outcome>> = {
  '08': WAIT,
  '25006': { ...WAIT, repair: 'it is tried again; see whether this server is a standby' },
  '25P03': WAIT,
  '25P04': WAIT,
  '28': {
    code: 'sink-not-allowed',
    repair: 'correct user and password of the connection in the environment',
  },
  '3D': {
    code: 'sink-differs',
    repair: 'create the database, or correct it in the connection’s url',
  },
  '3F': { code: 'sink-differs', repair: 'create the schema, or correct it in the topology' },
  '40': WAIT,
  '42': {
    code: 'sink-differs',
    repair: 'the table was changed meanwhile; start again, and it is compared with the topic',
  },
  '42501': {
    code: 'sink-not-allowed',
    repair: 'GRANT the role what is missing, or log in as another',
  },
  '53': { ...WAIT, repair: 'it is tried again; the server lacks connections, memory or disk' },
  '55P03': { ...WAIT, repair: 'it is tried again; another session holds a lock on the table' },
  '57014': {
    ...WAIT,
    repair: 'it is tried again; if the server is only slow, raise statement_timeout',
  },
  '57P': WAIT,
  '58': { ...WAIT, repair: `it is tried again; ${LOOK}` },
}

function outcomeOf(state: string): Outcome {
  const found = outcomes[state] ?? outcomes[state.slice(0, 3)] ?? outcomes[state.slice(0, 2)]
  return found ?? { code: 'sink-refused', repair: LOOK }
}

function networkFault(error: unknown, place: Place, doing: string): EngineError {
  const { message, code = '' } = error as { readonly message: string; readonly code?: string }
  const tls = tlsFault(place, code, doing)
  if (tls !== undefined) return tls
  if (/does not support SSL/.test(message)) {
    const repair = 'switch TLS on there, or leave tls out of the connection'
    return sinkFault(place, 'sink-refused', `${doing} failed: ${message}; ${repair}`)
  }
  // A list of failures, one for each address of the host, has no message of its own.
  const said = message === '' ? code : message
  const isNowhere =
    /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)/.test(code) ||
    /connection timeout/.test(said)
  const hint = isNowhere
    ? 'see whether it runs, and whether the connection’s url is right'
    : 'it is tried again'
  return sinkFault(place, 'sink-unavailable', `${doing} failed: ${said}; ${hint}`, {
    cause: error,
  })
}
