// The one way to a Kafka cluster: a Cluster finds brokers, leaders and coordinators, keeps one
// connection to each broker (another for Fetch) and sends requests. kafkajs does the login and the
// small requests; nothing else imports it. What fails is a KafkaFault; nothing waits for ever, and
// nothing is retried here: each caller has its own bound.
import { Brokers } from './brokers.ts'
import type { Broker } from './broker.ts'
import type { Exchange } from './exchanges/exchange.ts'
import type { KafkaConnection } from './kafka-connection.ts'
import { LEADER_NOT_AVAILABLE, UNKNOWN_TOPIC } from './hardening/error-codes.ts'
import { KafkaFault } from './kafka-fault.ts'
import { type Asking, createMetadata } from './metadata.ts'

export type { Broker } from './broker.ts'
export type { Exchange } from './exchanges/exchange.ts'
export type { KafkaConnection } from './kafka-connection.ts'

/** Whose coordinator is looked for. */
export type CoordinatorKind = 'group' | 'transaction'

/** Every promise rejects with a KafkaFault. Nodes are the ids of brokers. */
export interface Cluster {
  /** Connects if need be. */
  readonly send: <T>(node: number, exchange: Exchange<T>) => Promise<T>
  /** kafkajs's own, connected. */
  readonly broker: (node: number) => Promise<Broker>
  readonly controller: () => Promise<number>
  /**
   * Leader of a partition, from metadata that is loaded when needed.
   * @throws KafkaFault 3 where there is no such partition, 5 where nobody leads it now.
   */
  readonly leader: (topic: string, partition: number) => Promise<number>
  readonly knownLeader: (topic: string, partition: number) => number | undefined
  /** How many partitions a topic has; undefined: there is no such topic. */
  readonly partitions: (topic: string) => Promise<number | undefined>
  /** To be called when an answer says that metadata is stale, or when a connection broke. */
  readonly refresh: () => Promise<void>
  /** Remembered until it is forgotten. */
  readonly coordinator: (kind: CoordinatorKind, id: string) => Promise<number>
  readonly forgetCoordinator: (kind: CoordinatorKind, id: string) => void
  /** Rejects what waits for answers, and is done at once. */
  readonly close: () => Promise<void>
}

const COORDINATOR_NOT_AVAILABLE = 15
/** Instead of a leader's node. */
const NOBODY = -1
const coordinatorTypes: Readonly<Record<CoordinatorKind, number>> = { group: 0, transaction: 1 }

/**
 * A cluster of its own connections: a broker answers those of one connection one after another.
 * @param purpose stands in the client id: `control`, `fetch`.
 * @param asking of how many brokers leaders are asked: one that stood still for a while tells old
 * ones, which matters to who reads from them.
 * @throws KafkaFault where no broker answers, EngineError where kafkajs is not the one we know.
 */
export async function connectCluster(
  connection: KafkaConnection,
  purpose: string,
  asking: Asking = 'any',
): Promise<Cluster> {
  const brokers = new Brokers(connection, purpose)
  const metadata = createMetadata(brokers, asking)
  const coordinators = rememberCoordinators(brokers)
  try {
    await metadata.refresh()
  } catch (error) {
    brokers.close()
    throw error
  }

  return {
    send: (node, exchange) => brokers.send(node, exchange),
    broker: (node) => brokers.connected(node),
    controller: metadata.controller,
    async leader(topic, partition) {
      const isOld = metadata.known(topic) !== undefined
      const leaders = await metadata.leaders(topic)
      let leader = leaders?.[partition] ?? NOBODY
      // What was known may be of before a change; what was just loaded is not.
      if (isOld && leader === NOBODY) {
        await metadata.refresh()
        leader = metadata.known(topic)?.[partition] ?? NOBODY
      }
      if (leader !== NOBODY) return leader
      const isThere = metadata.known(topic)?.[partition] === NOBODY
      throw new KafkaFault(
        isThere ? LEADER_NOT_AVAILABLE : UNKNOWN_TOPIC,
        `"${topic}" ${partition}`,
      )
    },
    knownLeader(topic, partition) {
      const leader = metadata.known(topic)?.[partition]
      return leader === NOBODY ? undefined : leader
    },
    partitions: async (topic) => (await metadata.leaders(topic))?.length,
    refresh: metadata.refresh,
    coordinator: coordinators.find,
    forgetCoordinator: coordinators.forget,
    close() {
      brokers.close()
      return Promise.resolve()
    },
  }
}

function rememberCoordinators(brokers: Brokers) {
  const known = new Map<string, number>()
  return {
    find: async (kind: CoordinatorKind, id: string): Promise<number> => {
      const node = known.get(`${kind} ${id}`)
      if (node !== undefined) return node
      const coordinatorType = coordinatorTypes[kind]
      const { coordinator } = await brokers.ask((broker) =>
        broker.findGroupCoordinator({ groupId: id, coordinatorType }),
      )
      const { nodeId, host, port } = coordinator
      const what = `the coordinator of ${kind} "${id}"`
      if (nodeId < 0) throw new KafkaFault(COORDINATOR_NOT_AVAILABLE, what)
      brokers.know({ node: nodeId, host, port })
      known.set(`${kind} ${id}`, nodeId)
      return nodeId
    },
    forget: (kind: CoordinatorKind, id: string) => void known.delete(`${kind} ${id}`),
  }
}
