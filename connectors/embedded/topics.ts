// The topics of an embedded log. Their specs are read again only when some process has changed one,
// which a counter tells.
import { isDeepStrictEqual } from 'node:util'
import type { TopicSpec } from '../connector.ts'
import { EngineError } from '../../topology/engine-error.ts'
import type { Database } from './environment.ts'
import { behind, beforeChunks, partitionKey, topicKey, topicRange, topicsKey } from './keys.ts'

export interface Topic {
  readonly id: number
  readonly spec: TopicSpec
}

export interface Topics {
  readonly all: () => ReadonlyMap<string, Topic>
  /** @throws EngineError `topic-missing`, also for a partition that it has not. */
  readonly of: (name: string, partition: number) => Topic
  /** Inside of a write transaction. @throws EngineError `topic-differs`. */
  readonly create: (specs: readonly TopicSpec[]) => void
  /** Inside of a write transaction; with all its records. */
  readonly delete: (name: string) => void
}

const COUNTERS_BYTES = 16

export function openTopics(database: Database): Topics {
  let known: { readonly version: number; readonly topics: ReadonlyMap<string, Topic> } | undefined
  const all = (): ReadonlyMap<string, Topic> => {
    const version = database.getBinaryFast(topicsKey)?.readDoubleBE(0) ?? 0
    if (known?.version !== version) known = { version, topics: readTopics(database) }
    return known.topics
  }
  return {
    all,
    of: (name, partition) => {
      const topic = all().get(name)
      if (topic !== undefined && partition >= 0 && partition < topic.spec.partitions) return topic
      const what = topic === undefined ? 'no topic' : `no partition ${partition} of`
      throw new EngineError('topic-missing', `the log has ${what} "${name}"; create it first`, {
        coordinates: { topic: name, partition },
      })
    },
    create: (specs) => {
      const topics = new Map(all())
      for (const spec of specs) {
        const topic = topics.get(spec.name)
        if (topic === undefined) topics.set(spec.name, addTopic(database, spec))
        else topics.set(spec.name, describe(database, topic, spec))
      }
    },
    delete: (name) => {
      const topic = all().get(name)
      if (topic !== undefined) removeTopic(database, topic)
    },
  }
}

function readTopics(database: Database): ReadonlyMap<string, Topic> {
  const topics = new Map<string, Topic>()
  for (const { key, value } of database.getRange(topicRange)) {
    const spec = JSON.parse(Buffer.from(value).toString()) as TopicSpec
    topics.set(spec.name, { id: Buffer.from(key).readUInt32BE(1), spec })
  }
  return topics
}

function addTopic(database: Database, spec: TopicSpec): Topic {
  const topic = { id: count(database, true), spec }
  writeTopic(database, topic)
  return topic
}

/** Notes what a topic is about where nothing was known. */
function describe(database: Database, topic: Topic, spec: TopicSpec): Topic {
  const { partitions, about } = topic.spec
  const coordinates = { topic: spec.name }
  if (partitions !== spec.partitions) {
    throw new EngineError(
      'topic-differs',
      `topic "${spec.name}" has ${partitions} partitions, not ${spec.partitions}; ` +
        'declare it as it is, or use another name',
      { coordinates },
    )
  }
  if (spec.about === undefined) return topic
  if (about === undefined) {
    const described = { id: topic.id, spec: { ...topic.spec, about: spec.about } }
    count(database, false)
    writeTopic(database, described)
    return described
  }
  if (!isDeepStrictEqual(plain(about.schema), plain(spec.about.schema))) {
    throw new EngineError(
      'topic-differs',
      `topic "${spec.name}" has another schema; declare it as it is, or use another name`,
      { coordinates },
    )
  }
  return topic
}

/** As it is once it has been written. */
function plain(schema: unknown): unknown {
  return JSON.parse(JSON.stringify(schema))
}

function removeTopic(database: Database, { id, spec }: Topic): void {
  for (let partition = 0; partition < spec.partitions; partition += 1) {
    const start = beforeChunks(id, partition)
    const chunks = [...database.getKeys({ start, end: behind(start) })]
    for (const key of chunks) database.removeSync(key)
    database.removeSync(partitionKey(id, partition))
  }
  database.removeSync(topicKey(id))
  count(database, false)
}

function writeTopic(database: Database, { id, spec }: Topic): void {
  database.putSync(topicKey(id), Buffer.from(JSON.stringify(spec)))
}

/** Notes a change; `isNew` also takes the next topic's id and returns it. */
function count(database: Database, isNew: boolean): number {
  const stored = database.getBinary(topicsKey) ?? Buffer.alloc(COUNTERS_BYTES)
  const counters = Buffer.from(stored)
  const id = counters.readDoubleBE(8)
  counters.writeDoubleBE(counters.readDoubleBE(0) + 1, 0)
  if (isNew) counters.writeDoubleBE(id + 1, 8)
  database.putSync(topicsKey, counters)
  return id
}
