// The Kafka log: topics, reading, writing and groups behind the log port. Each part has connections
// of its own, since a broker answers the requests of one connection one after another.
import type {
  GroupPositions,
  Log,
  MemberAbout,
  Membership,
  Producer,
  TopicSpec,
} from '../connector.ts'
import { EngineError } from '../../topology/engine-error.ts'
import { connectCluster } from './client.ts'
import { realClock } from './clock.ts'
import { compressions } from './compression/index.ts'
import { createFetcher } from './fetch/fetcher.ts'
import { joinKafkaGroup } from './group/join-group.ts'
import type { KafkaMembership } from './group/membership.ts'
import type { KafkaLogOptions } from './kafka-log-options.ts'
import { engineError } from './kafka-fault.ts'
import { openKafkaProducer } from './producer/open-producer.ts'
import type { Framing } from './registry/framing.ts'
import { openRegistry, type Registry } from './registry/schema-registry.ts'
import { openTopics } from './topics/open-topics.ts'
import type { TopicBook } from './topics/topic-book.ts'

/**
 * `tell` hears of problems that stop nothing, such as positions of a group that were not noted.
 * @throws EngineError `log-unavailable` where no broker answers, `not-allowed` where the login is
 * refused.
 *
 * @example
 * const log = await openKafkaLog({ connection: { brokers: ['127.0.0.1:9092'] } })
 */
export async function openKafkaLog(
  options: KafkaLogOptions,
  tell: (problem: EngineError) => void = () => undefined,
): Promise<Log> {
  const { connection } = options
  const name = `kafka:${connection.brokers.join(',')}`
  const cluster = await connectCluster(connection, 'control', 'most').catch((error: unknown) => {
    throw engineError(error, { log: name }, `opening ${name}`)
  })
  const registry = options.registry && openRegistry(options.registry)
  const topics = openTopics({ cluster, frame: framer(registry) })
  const connect = () => connectCluster(connection, 'fetch')
  const fetcher = createFetcher({ ...realClock, cluster, connect, book: topics.book })
  const members = createMembers(options, tell)
  const producers = createProducers(options, topics.book, members.noteRead)
  let isClosed = false
  return {
    name,
    createTopics: topics.createTopics,
    topics: topics.topics,
    deleteTopic: async (topic) => {
      await topics.deleteTopic(topic)
      fetcher.forget(topic)
    },
    bounds: topics.bounds,
    fetch: fetcher.fetch,
    deleteBefore: topics.deleteBefore,
    producer: producers.open,
    join: members.join,
    tables: undefined,
    close: async () => {
      if (isClosed) return
      isClosed = true
      await members.close()
      await producers.close()
      await fetcher.close()
      await cluster.close()
    },
  }
}

/** The producers that are open, which the log closes with itself. */
function createProducers(
  { connection, compression, transactionTimeoutMs }: KafkaLogOptions,
  topics: TopicBook,
  noteRead: (read: GroupPositions) => void,
) {
  const opened = new Set<Producer>()
  const settings = {
    connection,
    topics,
    compression: compressionId(compression),
    ...(transactionTimeoutMs === undefined ? undefined : { transactionTimeoutMs }),
  }
  return {
    open: async (name: string): Promise<Producer> => {
      const { epoch, transact, close } = await openKafkaProducer({ ...settings, name })
      const producer: Producer = {
        name,
        epoch,
        transact: async (writes) => {
          const ends = await transact(writes)
          if (writes.read !== undefined) noteRead(writes.read)
          return ends
        },
        close: async () => {
          opened.delete(producer)
          await close()
        },
      }
      opened.add(producer)
      return producer
    },
    close: () => Promise.all([...opened].map((producer) => producer.close())),
  }
}

/** Memberships of this process, which end with the log. */
function createMembers(
  { connection, sessionTimeoutMs }: KafkaLogOptions,
  tell: (problem: EngineError) => void,
) {
  const connect = () => connectCluster(connection, 'member')
  const members = new Set<KafkaMembership>()
  /** Of each group the member that joined last: positions are told by it. */
  const tellers = new Map<string, KafkaMembership>()
  return {
    join: async (group: string, slots: number, about?: MemberAbout): Promise<Membership> => {
      const own = { connect, group, slots, about, sessionTimeoutMs, onProblem: tell }
      const member = await joinKafkaGroup(own)
      members.add(member)
      tellers.set(group, member)
      return {
        poll: () => member.poll(),
        leave: async () => {
          members.delete(member)
          if (tellers.get(group) === member) tellers.delete(group)
          await member.leave()
        },
      }
    },
    noteRead: ({ group, positions }: GroupPositions): void => {
      tellers.get(group)?.noteRead(positions)
    },
    close: () => Promise.all([...members].map((member) => member.leave())),
  }
}

/** Topics of declared schemas are framed, all others hold bare bytes. */
function framer(registry: Registry | undefined) {
  return async (topic: string, { about, isWritten }: TopicSpec): Promise<Framing | undefined> => {
    if (about === undefined) return undefined
    if (registry !== undefined) return registry.framing({ topic, schema: about.schema, isWritten })
    throw new EngineError(
      'no-registry',
      `"${topic}" holds records of a registered schema, and no registry is named; ` +
        'add --registry URL, or "registry" to the file of --env',
      { coordinates: { topic } },
    )
  }
}

function compressionId(name: KafkaLogOptions['compression']): number {
  return compressions.find((each) => each.name === name)?.id ?? 0
}
