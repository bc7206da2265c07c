// Metadata, version 7: the brokers of a cluster, and who leads each partition. It cures that
// kafkajs gives up all topics of an answer where one is unknown, and asks brokers to create them.
import type { Exchange } from './exchange.ts'
import { afterThrottle, type WireReader } from './wire-reader.ts'
import { WireWriter } from './wire-writer.ts'

export interface BrokerAddress {
  readonly node: number
  readonly host: string
  readonly port: number
}

export interface TopicMetadata {
  readonly name: string
  /** Kafka's error code; 0 for none. */
  readonly error: number
  readonly isInternal: boolean
  /** Leaders by partition; -1 where there is none now. */
  readonly leaders: readonly number[]
  /** By partition, greater with each change of its leader. */
  readonly epochs: readonly number[]
}

export interface ClusterMetadata {
  readonly brokers: readonly BrokerAddress[]
  /** A broker that takes requests for the controller; -1: none is known. */
  readonly controller: number
  readonly topics: readonly TopicMetadata[]
}

const NAME = 'Metadata'

/** Topics undefined: all of them. No topic is created by being asked for. */
export function metadataExchange(topics: readonly string[] | undefined): Exchange<ClusterMetadata> {
  return { name: NAME, key: 3, version: 7, encode: () => encode(topics), decode }
}

function encode(topics: readonly string[] | undefined): Buffer {
  const out = new WireWriter()
  if (topics === undefined) out.int32(-1)
  else out.array(topics, (topic) => void out.string(topic))
  const createsTopics = 0
  return out.int8(createsTopics).take()
}

function decode(body: Buffer): ClusterMetadata {
  const from = afterThrottle(body, NAME)
  const brokers = from.array(() => {
    const broker = { node: from.int32(), host: from.string() ?? '', port: from.int32() }
    from.string() // rack
    return broker
  })
  from.string() // the cluster's id
  const controller = from.int32()
  return { brokers, controller, topics: from.array(() => decodeTopic(from)) }
}

function decodeTopic(from: WireReader): TopicMetadata {
  const error = from.int16()
  const name = from.string() ?? ''
  const isInternal = from.int8() !== 0
  const leaders: number[] = []
  const epochs: number[] = []
  from.array(() => {
    from.int16() // the partition's error: its leader is -1 then
    const partition = from.int32()
    leaders[partition] = from.int32()
    epochs[partition] = from.int32()
    for (let list = 0; list < REPLICA_LISTS; list += 1) from.array(() => from.int32())
  })
  return {
    name,
    error,
    isInternal,
    leaders: Array.from(leaders, (leader: number | undefined) => leader ?? -1),
    epochs: Array.from(epochs, (epoch: number | undefined) => epoch ?? -1),
  }
}

/** Replicas, those in sync, those that are away. */
const REPLICA_LISTS = 3
