// The Kafka log: topics, reading, writing and groups behind the log port. Each part has connections
// of its own, since a broker answers the requests of one connection one after another.
import type { Log, Membership, MemberAbout, Producer, TopicSpec } from '../connector.ts'
import { EngineError } from '../engine-error.ts'
import { connectCluster } from './client.ts'
import { pause, steadyMs } from './clock.ts'
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

/**
 * @throws EngineError `log-unavailable` where no broker answers, `not-allowed` where the login is
 * refused.
 *
 * @example
 * const log = await openKafkaLog({ connection: { brokers: ['127.0.0.1:9092'] } })
 */
export async function openKafkaLog(options: KafkaLogOptions): Promise<Log> {
  const { connection } = options
  const name = `kafka:${connection.brokers.join(',')}`
  const connect = async (purpose: string) => connectCluster(connection, purpose)
  const cluster = await connect('control').catch((error: unknown) => {
    throw engineError(error, { log: name }, `opening ${name}`)
  })
  const registry = options.registry && openRegistry(options.registry)
  const topics = openTopics({ cluster, frame: framer(registry) })
  const fetcher = createFetcher({
    cluster,
    connect: () => connect('fetch'),
    book: topics.book,
    now: steadyMs,
    pause,
  })
  const producers = new Set<Producer>()
  const members = new Map<string, KafkaMembership>()
  let isClosed = false

  const openProducer = async (producerName: string): Promise<Producer> => {
    const { transactionTimeoutMs } = options
    const producer = await openKafkaProducer({
      connection,
      name: producerName,
      topics: topics.book,
      compression: compressionId(options.compression),
      ...(transactionTimeoutMs === undefined ? undefined : { transactionTimeoutMs }),
    })
    const own: Producer = {
      name: producer.name,
      epoch: producer.epoch,
      transact: async (writes) => {
        const ends = await producer.transact(writes)
        if (writes.read !== undefined)
          members.get(writes.read.group)?.noteRead(writes.read.positions)
        return ends
      },
      close: async () => {
        producers.delete(own)
        await producer.close()
      },
    }
    producers.add(own)
    return own
  }

  const join = async (group: string, slots: number, about?: MemberAbout): Promise<Membership> => {
    const { sessionTimeoutMs } = options
    const connectMember = () => connect('member')
    const member = await joinKafkaGroup({
      ...{ connect: connectMember, group, slots, about, sessionTimeoutMs },
    })
    // Who joins twice in one process has two members, and positions are told by the last.
    members.set(group, member)
    return {
      poll: () => member.poll(),
      leave: async () => {
        if (members.get(group) === member) members.delete(group)
        await member.leave()
      },
    }
  }

  return {
    name,
    createTopics: topics.createTopics,
    topics: topics.topics,
    deleteTopic: topics.deleteTopic,
    bounds: topics.bounds,
    fetch: fetcher.fetch,
    deleteBefore: topics.deleteBefore,
    producer: openProducer,
    join,
    tables: undefined,
    close: async () => {
      if (isClosed) return
      isClosed = true
      await Promise.all([...members.values()].map((member) => member.leave()))
      await Promise.all([...producers].map((producer) => producer.close()))
      await fetcher.close()
      await cluster.close()
    },
  }
}

/** Topics of declared schemas are framed, all others hold bare bytes. */
function framer(registry: Registry | undefined) {
  return async (topic: string, { about, isWritten }: TopicSpec): Promise<Framing | undefined> => {
    if (about === undefined) return undefined
    if (registry !== undefined) return registry.framing({ topic, schema: about.schema, isWritten })
    throw new EngineError(
      'not-allowed',
      `"${topic}" holds records of a registered schema, and no registry is named; ` +
        'add --registry URL, or "registry" to the file of --env',
      { coordinates: { topic } },
    )
  }
}

function compressionId(name: KafkaLogOptions['compression']): number {
  return compressions.find((each) => each.name === name)?.id ?? 0
}
