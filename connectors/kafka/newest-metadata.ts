// One answer out of several brokers' answers to Metadata. A broker that stood still for a while
// tells who led before; each change of a leader has a greater epoch, so the newest one is known.
import type { ClusterMetadata, TopicMetadata } from './exchanges/metadata.ts'

export function newestOf(answers: readonly ClusterMetadata[]): ClusterMetadata {
  const brokers = new Map(
    answers.flatMap((answer) => answer.brokers).map((broker) => [broker.node, broker]),
  )
  const topics = new Map<string, TopicMetadata>()
  for (const topic of answers.flatMap((answer) => answer.topics)) {
    const other = topics.get(topic.name)
    topics.set(topic.name, other === undefined ? topic : newer(other, topic))
  }
  return {
    brokers: [...brokers.values()],
    controller: answers.find(({ controller }) => controller >= 0)?.controller ?? NOBODY,
    topics: [...topics.values()],
  }
}

const NOBODY = -1

/** Who does not know a topic's partitions yet, or no more, says nothing of them. */
function newer(one: TopicMetadata, other: TopicMetadata): TopicMetadata {
  if (one.leaders.length === 0) return other
  const epochs = one.epochs.map((epoch, partition) =>
    Math.max(epoch, other.epochs[partition] ?? -1),
  )
  const leaders = one.leaders.map((leader, partition) => {
    const isOther = (other.epochs[partition] ?? -1) > (one.epochs[partition] ?? -1)
    return isOther ? (other.leaders[partition] ?? NOBODY) : leader
  })
  return { ...one, leaders, epochs }
}
