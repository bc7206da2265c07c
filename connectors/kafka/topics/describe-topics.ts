// What the cluster says of topics: their partitions, whether each has a leader, their settings. It
// asks the cluster each time, for other processes make and delete topics too.
import type { Cluster } from '../client.ts'
import { describeConfigsExchange } from '../exchanges/describe-configs.ts'
import { metadataExchange, type TopicMetadata } from '../exchanges/metadata.ts'
import { LEADER_NOT_AVAILABLE, UNKNOWN_TOPIC } from '../hardening/error-codes.ts'
import { checkCode } from '../kafka-fault.ts'
import { READ_SETTINGS, type Settings } from './topic-settings.ts'

export interface DescribedTopic {
  readonly name: string
  readonly partitions: number
  /** Whether every partition has a leader. */
  readonly isReady: boolean
}

const INVALID_TOPIC = 17
const NOT_AUTHORISED = 29

/** Those that are there, of `names` or of all; Kafka's own are left out of all. */
export async function describeTopics(
  cluster: Cluster,
  names: readonly string[] | undefined,
): Promise<ReadonlyMap<string, DescribedTopic>> {
  const node = await cluster.controller()
  const { topics } = await cluster.send(node, metadataExchange(names))
  const found = topics.filter((topic) => isThere(topic, names === undefined))
  return new Map(
    found.map(({ name, leaders }) => {
      const isReady = leaders.every((leader) => leader >= 0)
      return [name, { name, partitions: leaders.length, isReady }]
    }),
  )
}

function isThere({ name, error, isInternal, leaders }: TopicMetadata, isOfAll: boolean): boolean {
  if (isOfAll && (isInternal || name.startsWith('__'))) return false
  if (error === UNKNOWN_TOPIC || error === INVALID_TOPIC) return false
  if (isOfAll && error === NOT_AUTHORISED) return false
  if (error !== LEADER_NOT_AVAILABLE) checkCode(error, `"${name}"`)
  return leaders.length > 0
}

/**
 * Settings by topic. One that went away meanwhile is left out; one whose settings may not be seen
 * has none.
 */
export async function describeSettings(
  cluster: Cluster,
  names: readonly string[],
): Promise<ReadonlyMap<string, Settings>> {
  if (names.length === 0) return new Map()
  const node = await cluster.controller()
  const described = await cluster.send(node, describeConfigsExchange(names, READ_SETTINGS))
  const settings = new Map<string, Settings>()
  for (const topic of described) {
    if (topic.error === UNKNOWN_TOPIC) continue
    if (topic.error !== NOT_AUTHORISED) checkCode(topic.error, `settings of "${topic.name}"`)
    settings.set(topic.name, topic.settings)
  }
  return settings
}
