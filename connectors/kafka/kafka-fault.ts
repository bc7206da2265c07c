// What goes wrong between us and a Kafka cluster, as one kind of error with Kafka's own code: the
// driver's parts retry by it, and what leaves the driver is made an EngineError here.
import { type Coordinates, EngineError } from '../../topology/engine-error.ts'
import type { LogFault } from '../connector.ts'
import { kafkaErrors } from './hardening/error-codes.ts'

/** `kafka` of faults that no broker answered: their code is -1. */
export type OwnFault =
  /** The connection could not be made, or broke. */
  | 'CONNECTION'
  /** No answer came in time. */
  | 'TIMEOUT'
  /** TLS could not be agreed upon. */
  | 'TLS'
  /** What came is no answer of a Kafka broker. */
  | 'MALFORMED'
  /** The cluster was closed by us. */
  | 'CLOSED'

export class KafkaFault extends Error {
  override readonly name = 'KafkaFault'
  /** Kafka's error code; -1 where no broker gave one. */
  readonly code: number
  /** Kafka's name of it, such as `NOT_LEADER_OR_FOLLOWER`, or one of `OwnFault`. */
  readonly kafka: string
  readonly isRetryable: boolean

  /** `what` is what was asked for: `Produce to "ticks" 3`; or the whole story of an own fault. */
  constructor(code: number, what: string, own?: OwnFault) {
    const known = own ?? kafkaErrors.get(code)?.name ?? `UNKNOWN_CODE_${code}`
    super(own === undefined ? `${what}: ${known} (${code})` : what)
    this.code = code
    this.kafka = known
    this.isRetryable =
      own === undefined ? (kafkaErrors.get(code)?.isRetryable ?? false) : !lasting.has(own)
  }
}

const lasting: ReadonlySet<OwnFault> = new Set<OwnFault>(['TLS', 'CLOSED'])

/** A fault that no broker answered. */
export function ownFault(kafka: OwnFault, message: string): KafkaFault {
  return new KafkaFault(-1, message, kafka)
}

/** @throws KafkaFault unless the code is 0. */
export function checkCode(code: number, what: string): void {
  if (code !== 0) throw new KafkaFault(code, what)
}

/**
 * The fault that an error stands for. What is neither ours nor kafkajs's is a mistake in this
 * program and is thrown on.
 */
export function faultOf(error: unknown): KafkaFault {
  if (error instanceof KafkaFault) return error
  if (!(error instanceof Error)) throw error
  const { name } = error
  if (!name.startsWith('KafkaJS')) throw error
  if ('code' in error && typeof error.code === 'number') return new KafkaFault(error.code, 'Kafka')
  if (name.includes('SASLAuthentication')) return new KafkaFault(58, error.message)
  if (name.includes('LockTimeout')) return ownFault('TIMEOUT', error.message)
  if (name.includes('DoesNotSupportApiKey')) return new KafkaFault(35, error.message)
  if (error.cause instanceof Error && error.cause !== error) return faultOf(error.cause)
  return ownFault('CONNECTION', error.message)
}

interface Outcome {
  readonly code: LogFault
  readonly repair: string
}

const notAllowed = (repair: string): Outcome => ({ code: 'not-allowed', repair })
const missing: Outcome = {
  code: 'topic-missing',
  repair: 'check its name, or let the topology create it',
}
const fenced: Outcome = { code: 'fenced', repair: 'another producer has taken its name' }
const tooLarge: Outcome = {
  code: 'too-large',
  repair: 'raise max.message.bytes of the topic, or write smaller records',
}
const outcomes: Readonly<Record<string, Outcome>> = {
  UNKNOWN_TOPIC_OR_PARTITION: missing,
  UNKNOWN_TOPIC_ID: missing,
  INVALID_TOPIC_EXCEPTION: notAllowed('use letters, digits, ".", "_" and "-"'),
  OFFSET_OUT_OF_RANGE: { code: 'offset-gone', repair: 'retention has deleted it' },
  CORRUPT_MESSAGE: { code: 'log-damaged', repair: 'check the disks of the brokers' },
  MESSAGE_TOO_LARGE: tooLarge,
  RECORD_LIST_TOO_LARGE: tooLarge,
  PRODUCER_FENCED: fenced,
  INVALID_PRODUCER_EPOCH: fenced,
  SASL_AUTHENTICATION_FAILED: notAllowed('check the user name and the password'),
  UNSUPPORTED_SASL_MECHANISM: notAllowed('use a SASL mechanism that the listener enables'),
  ILLEGAL_SASL_STATE: notAllowed('use the listener that asks for SASL'),
  TOPIC_AUTHORIZATION_FAILED: notAllowed('grant the user an ACL on the topic'),
  GROUP_AUTHORIZATION_FAILED: notAllowed('grant the user an ACL to read the group'),
  CLUSTER_AUTHORIZATION_FAILED: notAllowed('grant the user the cluster operation'),
  TRANSACTIONAL_ID_AUTHORIZATION_FAILED: notAllowed('grant the user an ACL on transactional ids'),
  TLS: notAllowed('check the listener, the CA and the certificate'),
  POLICY_VIOLATION: notAllowed('ask whoever set the policy of the cluster'),
  INVALID_REPLICATION_FACTOR: notAllowed('start more brokers, or lower the default replication'),
  INVALID_CONFIG: notAllowed('use settings that this cluster takes'),
}

/**
 * What leaves the driver: `doing` is such as `reading "ticks"`. EngineErrors pass as they are. No
 * secret stands in a fault's message, so none stands here.
 */
export function engineError(error: unknown, coordinates: Coordinates, doing: string): EngineError {
  if (error instanceof EngineError) return error
  const fault = faultOf(error)
  const outcome = outcomes[fault.kafka]
  if (outcome !== undefined) {
    const message = `${doing} failed: ${fault.message}; ${outcome.repair}`
    return new EngineError(outcome.code, message, { coordinates })
  }
  const hint = fault.isRetryable ? 'see whether the brokers are up' : 'see the log of that broker'
  return new EngineError('log-unavailable', `${doing} failed: ${fault.message}; ${hint}`, {
    coordinates,
    retryable: fault.isRetryable,
  })
}
