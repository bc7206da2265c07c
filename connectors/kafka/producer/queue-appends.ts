// What a transaction is asked to write, by partition. All that can be refused is refused here,
// before anything is sent: a topic that is not there, a record that its topic does not take.
import type { Append } from '../../connector.ts'
import { EngineError } from '../../../topology/engine-error.ts'
import type { BookedTopic, TopicBook } from '../topics/topic-book.ts'
import { PartitionQueue, type WriterOptions } from './partition-queue.ts'

/**
 * Appends without rows are left out.
 * @throws EngineError `topic-missing`, `too-large`.
 */
export async function queueAppends(
  appends: readonly Append[],
  topics: TopicBook,
  options: WriterOptions,
): Promise<readonly PartitionQueue[]> {
  const places = new Map<string, Place>()
  for (const [index, { topic, partition, batch }] of appends.entries()) {
    if (batch.count === 0) continue
    const name = placeName({ topic, partition })
    const known = places.get(name)
    if (known !== undefined) {
      known.batches.push({ index, batch })
      continue
    }
    const booked = topics.known(topic) ?? (await topics.find(topic))
    if (partition >= booked.partitions) throw missing(booked, partition)
    const { framing } = booked
    // A topic that was declared as an input may be filled by this process too.
    if (framing !== undefined && framing.prefix === undefined) await framing.register()
    places.set(name, { booked, partition, batches: [{ index, batch }] })
  }
  return [...places.values()].map(({ booked, partition, batches }) => {
    const queue = new PartitionQueue(booked, partition, batches)
    queue.checkSizes(options)
    return queue
  })
}

/** One name for each partition. */
export function placeName({ topic, partition }: Pick<Append, 'topic' | 'partition'>): string {
  return `${topic}/${partition}`
}

interface Place {
  readonly booked: BookedTopic
  readonly partition: number
  readonly batches: { readonly index: number; readonly batch: Append['batch'] }[]
}

function missing({ name, partitions }: BookedTopic, partition: number): EngineError {
  return new EngineError(
    'topic-missing',
    `topic "${name}" has ${partitions} partitions and none with the number ${partition}; ` +
      'partitions are counted from 0 on, and must be as many as the topology declares',
    { coordinates: { topic: name, partition } },
  )
}
