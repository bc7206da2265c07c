// What the connections to one memory log share: topics, writers and groups. Retention by time is
// ignored: there is no clock here.
import { isDeepStrictEqual } from 'node:util'
import type { PartitionId, TopicSpec } from '../connector.ts'
import { EngineError } from '../../topology/engine-error.ts'
import type { Group } from './group.ts'
import { type CompactionOptions, Partition } from './partition.ts'
import { createWriters, type Writers } from './writer.ts'

export interface MemoryData {
  readonly topics: Map<string, MemoryTopic>
  readonly writers: Writers
  readonly groups: Map<string, Group>
  readonly create: (specs: readonly TopicSpec[]) => void
  /** @throws EngineError `topic-missing`. */
  readonly partitionOf: (id: PartitionId) => Partition
  /** Resolves at the next decision on a transaction. */
  readonly decided: () => Promise<'decided'>
}

export interface MemoryTopic {
  readonly spec: TopicSpec
  readonly partitions: readonly Partition[]
}

export function createMemoryData(compaction: CompactionOptions): MemoryData {
  const topics = new Map<string, MemoryTopic>()
  const groups = new Map<string, Group>()
  let waiting = Promise.withResolvers<'decided'>()

  function create(specs: readonly TopicSpec[]): void {
    for (const spec of specs) checkSame(topics.get(spec.name)?.spec, spec)
    for (const spec of specs) {
      const known = topics.get(spec.name)
      const about = known?.spec.about ?? spec.about
      const partitions = known?.partitions ?? startPartitions(spec, compaction)
      topics.set(spec.name, {
        spec: { ...(known?.spec ?? spec), ...(about && { about }) },
        partitions,
      })
    }
  }

  function partitionOf({ topic, partition }: PartitionId): Partition {
    const found = topics.get(topic)?.partitions[partition]
    if (found !== undefined) return found
    const what = topics.has(topic) ? `topic "${topic}" has no partition ${partition}` : undefined
    throw new EngineError(
      'topic-missing',
      `${what ?? `there is no topic "${topic}"`}; create it before it is used`,
      { coordinates: { topic, partition } },
    )
  }

  function wake(): void {
    waiting.resolve('decided')
    waiting = Promise.withResolvers()
  }

  return {
    topics,
    writers: createWriters(partitionOf, wake),
    groups,
    create,
    partitionOf,
    decided: () => waiting.promise,
  }
}

function startPartitions(spec: TopicSpec, options: CompactionOptions): readonly Partition[] {
  const compaction = spec.keeps === 'latest' ? options : undefined
  return Array.from({ length: spec.partitions }, () => new Partition(compaction))
}

function checkSame(known: TopicSpec | undefined, spec: TopicSpec): void {
  if (known === undefined) return
  const differs = (what: string): EngineError =>
    new EngineError(
      'topic-differs',
      `topic "${spec.name}" is there with ${what}; use another name or delete it`,
      { coordinates: { topic: spec.name } },
    )
  if (known.partitions !== spec.partitions) {
    throw differs(`${known.partitions} partitions instead of ${spec.partitions}`)
  }
  const [old, now] = [known.about?.schema, spec.about?.schema]
  if (old !== undefined && now !== undefined && !isDeepStrictEqual(old, now)) {
    throw differs('another schema')
  }
}
