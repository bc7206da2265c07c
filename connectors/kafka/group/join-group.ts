// Joins a group on Kafka that shares slots: the part of the port that a Kafka log implements here.
import type { MemberAbout } from '../../connector.ts'
import type { EngineError } from '../../../topology/engine-error.ts'
import type { Cluster } from '../client.ts'
import { later, steadyMs } from '../clock.ts'
import { engineError } from '../kafka-fault.ts'
import { connectCoordinator } from './coordinator.ts'
import { type KafkaMembership, startMembership } from './membership.ts'

export interface JoinGroupOptions {
  /** A cluster of connections that nobody else uses: a join may hold one up for long. */
  readonly connect: () => Promise<Cluster>
  readonly group: string
  readonly slots: number
  /** Undefined: whoever shares as many slots fits. */
  readonly about?: MemberAbout | undefined
  /** What the group reads, for who looks at it with Kafka's tools. */
  readonly topics?: readonly string[]
  /** After which a silent member has left its group; usually 10 s. */
  readonly sessionTimeoutMs?: number | undefined
  /** How long the coordinator may be away before polls fail; usually 5 minutes. */
  readonly patienceMs?: number
  /** Told of what went wrong without consequence for records, and how often in a row. */
  readonly onProblem?: (problem: EngineError, failures: number) => void
}

const SESSION_TIMEOUT_MS = 10_000
const PATIENCE_MS = 300_000
/** A rebalance begins for a member when its heartbeat is answered, so they come soon. */
const HEARTBEAT_MS = 1000
const HEARTBEATS_PER_SESSION = 3

/**
 * Returns when a broker was reached; who polls gets no slots, and generation 0, until the group has
 * given some.
 * @throws EngineError `log-unavailable` or `not-allowed`.
 */
export async function joinKafkaGroup(options: JoinGroupOptions): Promise<KafkaMembership> {
  const { connect, group, slots, about, topics = [] } = options
  const sessionTimeoutMs = options.sessionTimeoutMs ?? SESSION_TIMEOUT_MS
  const reconnect = () => connectCoordinator({ connect, group, sessionTimeoutMs })
  const coordinator = await reconnect().catch((error: unknown) => {
    throw engineError(error, { group }, `joining group "${group}"`)
  })
  return startMembership({
    ...{ group, slots, topics, coordinator, reconnect },
    about: about ?? { shape: '' },
    heartbeatMs: Math.min(HEARTBEAT_MS, sessionTimeoutMs / HEARTBEATS_PER_SESSION),
    patienceMs: options.patienceMs ?? PATIENCE_MS,
    clock: { now: steadyMs, later },
    onProblem: options.onProblem ?? (() => undefined),
  })
}
