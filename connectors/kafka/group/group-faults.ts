// What ends a membership, in words that say the repair, and what does not.
import { EngineError } from '../../../topology/engine-error.ts'
import { engineError, KafkaFault } from '../kafka-fault.ts'
import type { GroupShape } from './assign.ts'

/** After these a member joins again, with the id that it has. */
const REJOINS: ReadonlySet<string> = new Set(['REBALANCE_IN_PROGRESS', 'ILLEGAL_GENERATION'])
/** After these as a new one: the broker knows it no more. */
const EXPELS: ReadonlySet<string> = new Set(['UNKNOWN_MEMBER_ID', 'FENCED_INSTANCE_ID'])
/**
 * Kafka's clients need not try these again; who waits for a coordinator does: it was on a broker
 * that has gone, or stumbled.
 */
const PASSING: ReadonlySet<string> = new Set(['BROKER_NOT_AVAILABLE', 'UNKNOWN_SERVER_ERROR'])

export type GroupFault = 'rejoin' | 'expelled' | 'unreachable' | 'fatal'

/** What an error of the coordinator means for the member. */
export function kindOf(error: unknown): GroupFault {
  if (!(error instanceof KafkaFault)) return 'fatal'
  if (REJOINS.has(error.kafka)) return 'rejoin'
  if (EXPELS.has(error.kafka)) return 'expelled'
  return error.isRetryable || PASSING.has(error.kafka) ? 'unreachable' : 'fatal'
}

/** What a poll throws; a mistake in this program is thrown as it is. */
export function stoppedBy(error: unknown, group: string): Error {
  if (error instanceof KafkaFault) {
    const about = { coordinates: { group }, cause: error }
    if (error.kafka === 'INCONSISTENT_GROUP_PROTOCOL') return otherProgram(group)
    const repair = REPAIRS[error.kafka]
    if (repair !== undefined) {
      return new EngineError('not-allowed', `cannot join group "${group}": ${repair}`, about)
    }
  }
  return problemOf(error, group, `membership of group "${group}"`)
}

/** The same for what stops nothing; `doing` as in `engineError`. */
export function problemOf(error: unknown, group: string, doing: string): Error {
  if (!(error instanceof Error)) return new Error(String(error))
  return isWorlds(error) ? engineError(error, { group }, doing) : error
}

const REPAIRS: Readonly<Record<string, string>> = {
  INVALID_SESSION_TIMEOUT:
    'the brokers refuse its session timeout; choose one between their ' +
    'group.min.session.timeout.ms and group.max.session.timeout.ms',
  GROUP_MAX_SIZE_REACHED:
    'it has as many members as the brokers allow; raise group.max.size, or start fewer processes',
  INVALID_GROUP_ID: 'the brokers refuse its name; choose another',
}

/** Members that do not speak our protocol have the group's name. */
export function otherProgram(group: string): EngineError {
  return new EngineError(
    'group-differs',
    `group "${group}" has members of another program; stop them, or choose another name`,
    { coordinates: { group } },
  )
}

export function otherShape(group: string, own: GroupShape, others: GroupShape): EngineError {
  const differs =
    own.slots === others.slots
      ? `shape "${others.shape}", not "${own.shape}"`
      : `${others.slots} slots, not ${own.slots}`
  return new EngineError(
    'group-differs',
    `the members of group "${group}" run a topology of ${differs}; ` +
      'stop them first, or run this one under another name',
    { coordinates: { group, slots: own.slots } },
  )
}

function isWorlds(error: Error): boolean {
  return error instanceof EngineError || error instanceof KafkaFault
}
