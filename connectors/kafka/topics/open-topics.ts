// The administration of topics on a Kafka cluster: all that the log port asks of topics, and the
// book of what reading and writing must know of them.
import type { Log, TopicSpec } from '../../connector.ts'
import type { Cluster } from '../client.ts'
import { deleteTopicsExchange } from '../exchanges/delete-topics.ts'
import { UNKNOWN_TOPIC } from '../hardening/error-codes.ts'
import { checkCode } from '../kafka-fault.ts'
import { deleteBefore, findBounds } from './bounds.ts'
import { Catalogue, CATALOGUE } from './catalogue.ts'
import { describeSettings, describeTopics } from './describe-topics.ts'
import { makeTopics } from './make-topics.ts'
import { Patience } from './patience.ts'
import {
  type BookSources,
  createTopicBook,
  type FillableBook,
  type FoundTopic,
  type TopicBook,
} from './topic-book.ts'
import { maxBatchBytes, type Settings, specOf } from './topic-settings.ts'

export interface KafkaTopics extends Pick<
  Log,
  'createTopics' | 'topics' | 'deleteTopic' | 'bounds' | 'deleteBefore'
> {
  readonly book: TopicBook
}

export interface TopicsOptions {
  readonly cluster: Cluster
  /** How values of a topic are framed; it is asked once for each topic. */
  readonly frame: BookSources['frame']
  /** How long a cluster that is away is asked again; 30 s unless said otherwise. */
  readonly patienceMs?: number
}

const PATIENCE_MS = 30_000
/** One answer takes less, so that a broker which stands still leaves time to ask another. */
const ANSWER_WITHIN_MS = 12_000
const DELETE_WITHIN_MS = 10_000
const noSettings: Settings = new Map()

export function openTopics(options: TopicsOptions): KafkaTopics {
  const cluster = answeringSoon(options.cluster)
  const topics = new TopicAdministration({ ...options, cluster })
  return {
    book: topics.book,
    createTopics: (specs) => topics.create(specs),
    topics: () => topics.all(),
    deleteTopic: (topic) => topics.delete(topic),
    bounds: (partitions) => findBounds(cluster, topics.patience, partitions),
    deleteBefore: (positions) => deleteBefore(cluster, topics.patience, positions),
  }
}

function answeringSoon(cluster: Cluster): Cluster {
  const timeoutMs = ANSWER_WITHIN_MS
  return { ...cluster, send: (node, exchange) => cluster.send(node, { timeoutMs, ...exchange }) }
}

class TopicAdministration {
  readonly patience: Patience
  readonly book: FillableBook
  readonly #cluster: Cluster
  readonly #catalogue: Catalogue

  constructor({ cluster, frame, patienceMs = PATIENCE_MS }: TopicsOptions) {
    this.#cluster = cluster
    this.patience = new Patience(cluster, patienceMs)
    this.#catalogue = new Catalogue(cluster, this.patience)
    // Who looks a topic up mostly reads it: its schema is registered when it is first written.
    const lookUp = async (topic: string) => {
      const found = (await this.#find([topic])).get(topic)
      return found && { ...found, spec: { ...found.spec, isWritten: false } }
    }
    this.book = createTopicBook({ lookUp, frame })
  }

  async create(specs: readonly TopicSpec[]): Promise<void> {
    if (specs.length === 0) return
    const { made, settings } = await makeTopics(this.#cluster, this.patience, specs)
    if (made.size > 0) await this.#refresh()
    const abouts = await this.#catalogue.note(specs, made)
    const notes = specs.map((spec) => {
      const about = abouts.get(spec.name)
      const maxBytes = maxBatchBytes(settings.get(spec.name) ?? noSettings)
      return this.book.note({ spec: { ...spec, ...(about && { about }) }, maxBytes })
    })
    await Promise.all(notes)
  }

  async all(): Promise<ReadonlyMap<string, TopicSpec>> {
    const found = await this.#find(undefined)
    return new Map([...found].map(([name, { spec }]) => [name, spec]))
  }

  async delete(topic: string): Promise<void> {
    const cluster = this.#cluster
    // First, so that nothing is known of a topic that is made anew should we die in between.
    await this.#catalogue.forget(topic)
    const task = { doing: `deleting "${topic}"`, coordinates: { topic } }
    await this.patience.try(task, async () => {
      const exchange = deleteTopicsExchange([topic], DELETE_WITHIN_MS)
      const answers = await cluster.send(await cluster.controller(), exchange)
      for (const { error } of answers) {
        if (error !== UNKNOWN_TOPIC) checkCode(error, `"${topic}"`)
      }
    })
    this.book.forget(topic)
    await this.patience.until(task, `"${topic}" is gone`, async () => {
      return !(await describeTopics(cluster, [topic])).has(topic)
    })
    await this.#refresh()
  }

  /** Of `names`, or of all. */
  async #find(names: readonly string[] | undefined): Promise<ReadonlyMap<string, FoundTopic>> {
    const task = { doing: 'describing topics', coordinates: { topics: names?.join(' ') ?? 'all' } }
    const described = await this.patience.try(task, async () => {
      const topics = await describeTopics(this.#cluster, names)
      const settings = await describeSettings(this.#cluster, [...topics.keys()])
      return [...topics.values()].map((topic) => ({ topic, settings: settings.get(topic.name) }))
    })
    const abouts = described.length > 0 ? await this.#catalogue.read() : new Map<string, never>()
    const found = described.flatMap(({ topic: { name, partitions }, settings }) => {
      if (settings === undefined || name === CATALOGUE) return []
      const about = abouts.get(name)
      const spec = { ...specOf(name, partitions, settings), ...(about && { about }) }
      return [[name, { spec, maxBytes: maxBatchBytes(settings) }] as const]
    })
    return new Map(found)
  }

  async #refresh(): Promise<void> {
    await this.patience.try({ doing: 'looking at the topics', coordinates: {} }, () =>
      this.#cluster.refresh(),
    )
  }
}
