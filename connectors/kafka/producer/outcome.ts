// What a writer is told of a transaction that did not succeed: whether anything of it can be
// committed, and what to do. The codes are those of the log port.
import type { LogFault } from '../../connector.ts'
import { EngineError } from '../../../topology/engine-error.ts'
import { engineError, type KafkaFault } from '../kafka-fault.ts'

/** Whose transaction, and since when the coordinator may have counted its time. */
export interface TransactionAbout {
  readonly name: string
  /** The producer's, as the port gives it. */
  readonly epoch: number
  readonly transactionTimeoutMs: number
}

const INVALID_PRODUCER_EPOCH = 47
const INVALID_TXN_STATE = 48
const INVALID_PRODUCER_ID_MAPPING = 49
const TRANSACTIONAL_ID_AUTHORIZATION_FAILED = 53
const PRODUCER_FENCED = 90
const TRANSACTIONAL_ID_NOT_FOUND = 105

/**
 * The name's producer has another epoch or id by now: it was opened again, or the coordinator has
 * aborted what took too long, or has forgotten the name over days without a transaction.
 */
export const fencing: ReadonlySet<number> = new Set([
  INVALID_PRODUCER_EPOCH,
  INVALID_PRODUCER_ID_MAPPING,
  PRODUCER_FENCED,
  TRANSACTIONAL_ID_NOT_FOUND,
])

/** Answers to a first EndTxn that are given before anything is done. */
export const refusals: ReadonlySet<number> = new Set([
  ...fencing,
  INVALID_TXN_STATE,
  TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
])

/** Faults that the world must mend: they are told by their own codes rather than as `aborted`. */
const own: ReadonlySet<string> = new Set<LogFault>(['too-large', 'not-allowed', 'topic-missing'])

export function fenced(about: TransactionAbout, cause: KafkaFault): EngineError {
  return told('fenced', about, cause, [
    `another has opened the producer "${about.name}"`,
    'stop: it goes on where this one ended',
  ])
}

/** Nothing was committed and nothing will be; `aside` says what more there is to know. */
export function aborted(about: TransactionAbout, cause: KafkaFault, aside = ''): EngineError {
  const { name, epoch } = about
  const other = engineError(cause, { producer: name, epoch }, `writing as "${name}"`)
  if (own.has(other.code)) return other
  return told('aborted', about, cause, [
    `nothing of a transaction of the producer "${name}" was written (${cause.message}${aside})`,
    'open it anew and write again',
  ])
}

export function timedOut(about: TransactionAbout, cause: KafkaFault): EngineError {
  const { name, transactionTimeoutMs } = about
  return told('aborted', about, cause, [
    `a transaction of the producer "${name}" took longer than ${transactionTimeoutMs} ms`,
    'the broker has aborted it: open it anew, and write less at once or allow more time',
  ])
}

export function outcomeUnknown(about: TransactionAbout, cause: KafkaFault): EngineError {
  return told('outcome-unknown', about, cause, [
    `whether a transaction of the producer "${about.name}" is committed is not known ` +
      `(${cause.message})`,
    'open it anew, then look at what was written',
  ])
}

function told(
  code: LogFault,
  { name, epoch }: TransactionAbout,
  cause: KafkaFault,
  [what, repair]: readonly [string, string],
): EngineError {
  return new EngineError(code, `${what}; ${repair}`, {
    coordinates: { producer: name, epoch },
    cause,
  })
}
