import { expect, test } from 'vitest'
import { EngineError } from '../../topology/engine-error.ts'
import { kafkaErrors } from './hardening/error-codes.ts'
import { checkCode, engineError, faultOf, KafkaFault, ownFault } from './kafka-fault.ts'

/** Those of Kafka 4.1's `Errors` whose exceptions are retriable, in the order of their codes. */
const retryable = `
  CORRUPT_MESSAGE UNKNOWN_TOPIC_OR_PARTITION LEADER_NOT_AVAILABLE NOT_LEADER_OR_FOLLOWER
  REQUEST_TIMED_OUT REPLICA_NOT_AVAILABLE NETWORK_EXCEPTION COORDINATOR_LOAD_IN_PROGRESS
  COORDINATOR_NOT_AVAILABLE NOT_COORDINATOR NOT_ENOUGH_REPLICAS NOT_ENOUGH_REPLICAS_AFTER_APPEND
  NOT_CONTROLLER CONCURRENT_TRANSACTIONS KAFKA_STORAGE_ERROR FETCH_SESSION_ID_NOT_FOUND
  INVALID_FETCH_SESSION_EPOCH LISTENER_NOT_FOUND FENCED_LEADER_EPOCH UNKNOWN_LEADER_EPOCH
  OFFSET_NOT_AVAILABLE PREFERRED_LEADER_NOT_AVAILABLE ELIGIBLE_LEADERS_NOT_AVAILABLE
  ELECTION_NOT_NEEDED UNSTABLE_OFFSET_COMMIT THROTTLING_QUOTA_EXCEEDED UNKNOWN_TOPIC_ID
  INCONSISTENT_TOPIC_ID FETCH_SESSION_TOPIC_ID_ERROR SHARE_SESSION_NOT_FOUND
  INVALID_SHARE_SESSION_EPOCH SHARE_SESSION_LIMIT_REACHED
`
  .trim()
  .split(/\s+/)

test('knows every code of Kafka 4.1 and no other', () => {
  const codes = Array.from({ length: 135 }, (_, index) => index - 1)
  expect([...kafkaErrors.keys()]).toEqual(codes)
  expect(new Set([...kafkaErrors.values()].map(({ name }) => name)).size).toBe(codes.length)
})

test.for([
  [-1, 'UNKNOWN_SERVER_ERROR'],
  [0, 'NONE'],
  [3, 'UNKNOWN_TOPIC_OR_PARTITION'],
  [16, 'NOT_COORDINATOR'],
  [47, 'INVALID_PRODUCER_EPOCH'],
  [51, 'CONCURRENT_TRANSACTIONS'],
  [74, 'FENCED_LEADER_EPOCH'],
  [89, 'THROTTLING_QUOTA_EXCEEDED'],
  [90, 'PRODUCER_FENCED'],
  [100, 'UNKNOWN_TOPIC_ID'],
  [113, 'STALE_MEMBER_EPOCH'],
  [120, 'TRANSACTION_ABORTABLE'],
  [133, 'SHARE_SESSION_LIMIT_REACHED'],
] as const)('calls %i %s', ([code, name]) => {
  expect(kafkaErrors.get(code)?.name).toBe(name)
})

test('retries what Kafka retries', () => {
  const ours = [...kafkaErrors.values()].filter(({ isRetryable }) => isRetryable)
  expect(ours.map(({ name }) => name)).toEqual(retryable)
})

test('makes a fault of every code but 0', () => {
  expect(() => checkCode(0, 'Produce to "ticks" 3')).not.toThrow()
  expect(() => checkCode(90, 'Produce to "ticks" 3')).toThrow(
    'Produce to "ticks" 3: PRODUCER_FENCED (90)',
  )
  const unknown = new KafkaFault(4_711, 'Fetch')
  expect(unknown).toMatchObject({ kafka: 'UNKNOWN_CODE_4711', isRetryable: false })
})

/** As kafkajs makes them. */
function kafkajsError(name: string, about: object = {}): Error {
  return Object.assign(new Error('as kafkajs says it'), { name, ...about })
}

test.for([
  [kafkajsError('KafkaJSProtocolError', { code: 16 }), 'NOT_COORDINATOR', true],
  [kafkajsError('KafkaJSMemberIdRequired', { code: 79 }), 'MEMBER_ID_REQUIRED', false],
  [kafkajsError('KafkaJSSASLAuthenticationError'), 'SASL_AUTHENTICATION_FAILED', false],
  [kafkajsError('KafkaJSLockTimeout'), 'TIMEOUT', true],
  [kafkajsError('KafkaJSServerDoesNotSupportApiKey'), 'UNSUPPORTED_VERSION', false],
  [kafkajsError('KafkaJSConnectionError', { code: 'ECONNREFUSED' }), 'CONNECTION', true],
  [
    kafkajsError('KafkaJSNonRetriableError', {
      cause: kafkajsError('KafkaJSProtocolError', { code: 29 }),
    }),
    'TOPIC_AUTHORIZATION_FAILED',
    false,
  ],
] as const)('reads %s as %s', ([error, kafka, isRetryable]) => {
  expect(faultOf(error)).toMatchObject({ kafka, isRetryable })
})

test('throws on what is a mistake in this program', () => {
  const mistake = new TypeError('x is undefined')
  expect(() => faultOf(mistake)).toThrow(mistake)
  expect(() => engineError(mistake, {}, 'reading "ticks"')).toThrow(mistake)
})

test.for([
  [ownFault('CONNECTION', 'h:1 is gone'), 'log-unavailable', true],
  [ownFault('TIMEOUT', 'h:1 is slow'), 'log-unavailable', true],
  [ownFault('TLS', 'h:1: self-signed certificate'), 'not-allowed', false],
  [ownFault('CLOSED', 'it was closed'), 'log-unavailable', false],
  [new KafkaFault(6, 'Fetch'), 'log-unavailable', true],
  [new KafkaFault(3, 'Fetch'), 'topic-missing', false],
  [new KafkaFault(1, 'Fetch'), 'offset-gone', false],
  [new KafkaFault(10, 'Produce'), 'too-large', false],
  [new KafkaFault(90, 'Produce'), 'fenced', false],
  [new KafkaFault(29, 'Produce'), 'not-allowed', false],
  [new KafkaFault(58, 'login'), 'not-allowed', false],
] as const)('tells whoever is outside of %s', ([fault, code, retryable]) => {
  const told = engineError(fault, { topic: 'ticks' }, 'reading "ticks"')
  expect(told).toMatchObject({ code, retryable, coordinates: { topic: 'ticks' } })
  expect(told.message).toContain(`reading "ticks" failed: ${fault.message}; `)
})

test('passes an EngineError as it is', () => {
  const error = new EngineError('offset-gone', 'it is gone', { coordinates: {} })
  expect(engineError(error, {}, 'reading "ticks"')).toBe(error)
})
