// What reading and writing must know of each topic: its partitions, how its values are framed, how
// large its records may be. Topics are looked up once; a deleted topic is looked up again.
import type { TopicSpec } from '../../connector.ts'
import { EngineError } from '../../../topology/engine-error.ts'
import type { Framing } from '../registry/framing.ts'

export interface BookedTopic {
  readonly name: string
  readonly partitions: number
  readonly spec: TopicSpec
  /** The most bytes of one Kafka record batch: the topic's `max.message.bytes`. */
  readonly maxBytes: number
  /** Undefined: values are bare bytes. */
  readonly framing: Framing | undefined
}

export interface TopicBook {
  /** @throws EngineError `topic-missing`. */
  readonly find: (topic: string) => Promise<BookedTopic>
  readonly known: (topic: string) => BookedTopic | undefined
}

export interface FillableBook extends TopicBook {
  /** What is known now, such as a topic that was just made: its framing is made anew. */
  readonly note: (topic: FoundTopic) => Promise<void>
  readonly forget: (topic: string) => void
}

/** What the cluster and the catalogue say of a topic. */
export interface FoundTopic {
  readonly spec: TopicSpec
  readonly maxBytes: number
}

export interface BookSources {
  /** Undefined: there is no such topic. */
  readonly lookUp: (topic: string) => Promise<FoundTopic | undefined>
  readonly frame: (topic: string, spec: TopicSpec) => Promise<Framing | undefined>
}

export function createTopicBook({ lookUp, frame }: BookSources): FillableBook {
  const booked = new Map<string, BookedTopic>()
  /** Whoever asks for a topic while it is looked up gets the same answer. */
  const finding = new Map<string, Promise<BookedTopic>>()

  async function book({ spec, maxBytes }: FoundTopic): Promise<BookedTopic> {
    const { name, partitions } = spec
    const topic = { name, partitions, spec, maxBytes, framing: await frame(name, spec) }
    booked.set(name, topic)
    return topic
  }

  async function look(topic: string): Promise<BookedTopic> {
    const found = await lookUp(topic)
    if (found !== undefined) return book(found)
    const message = `there is no topic "${topic}": check its name, or run what creates it`
    throw new EngineError('topic-missing', message, { coordinates: { topic } })
  }

  return {
    find(topic) {
      const known = booked.get(topic)
      if (known !== undefined) return Promise.resolve(known)
      const underWay = finding.get(topic)
      if (underWay !== undefined) return underWay
      const looking = look(topic).finally(() => finding.delete(topic))
      finding.set(topic, looking)
      return looking
    },
    known: (topic) => booked.get(topic),
    note: async (topic) => {
      await book(topic)
    },
    forget: (topic) => void booked.delete(topic),
  }
}
