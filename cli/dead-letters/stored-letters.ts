// The dead letters of a topology as they stand on a log, each under a number that stays its own:
// the partition and offset of its row.
import { readPartition } from '../../connectors/read-partition.ts'
import { offsetAt } from '../../connectors/stored-offset.ts'
import type { Log, StoredBatch } from '../../connectors/connector.ts'
import { keyAt, kindOf, RECORD, valueAt } from '../../connectors/record-batch.ts'
import { type DeadLetterRecord, deadLetterCodec } from '../../runtime/dead-letter.ts'
import { deadLettersTopic, sentLettersTopic } from '../../runtime/topic-names.ts'
import type { Plan } from '../../topology/plan.ts'
import { FileProblem } from '../load-topology.ts'

export interface StoredLetter {
  /** `0:17`. */
  readonly number: string
  readonly letter: DeadLetterRecord
}

/** An input record, as `topic/partition@offset`. */
export type Coordinates = string

/** Undefined: a timer brought it about, so there is no record to send again. */
export function coordinatesOf({
  topic,
  partition,
  offset,
}: DeadLetterRecord): Coordinates | undefined {
  if (topic === null || partition === null || offset === null) return undefined
  return `${topic}/${partition}@${offset}`
}

/**
 * Whether a sink could not take the record: on the topic it is as it should be. What a task could
 * not read has its topic as the step, and a sink may be called like its topic.
 */
export function isOfSink({ sinks }: Plan, { step, stream, original }: DeadLetterRecord): boolean {
  const isUnread = step === stream && original !== null
  return !isUnread && sinks.some(({ name, topic }) => name === step && topic === stream)
}

/**
 * Letters partition by partition.
 * @throws FileProblem if the topology has not run on the log.
 */
export async function* storedLetters(
  log: Log,
  topology: string,
): AsyncGenerator<StoredLetter, void, undefined> {
  const topic = deadLettersTopic(topology)
  const spec = (await log.topics()).get(topic)
  if (spec === undefined) {
    throw new FileProblem(
      `"${topology}" has not run on ${log.name}, so there are no dead letters of it; ` +
        'a replay writes its own to dead-letters.jsonl',
    )
  }
  for await (const { stored, row, partition, offset } of rowsOf(log, topic, spec.partitions)) {
    const value = valueAt(stored.batch, row)
    if (value === null) continue
    const letter = deadLetterCodec.decode(value) as unknown as DeadLetterRecord
    yield { number: `${partition}:${offset}`, letter }
  }
}

/** By coordinates: the number of the letter for which the record was sent again last. */
export async function sentAgain(
  log: Log,
  topology: string,
): Promise<ReadonlyMap<Coordinates, string>> {
  const topic = sentLettersTopic(topology)
  const sent = new Map<Coordinates, string>()
  const spec = (await log.topics()).get(topic)
  if (spec === undefined) return sent
  for await (const { stored, row } of rowsOf(log, topic, spec.partitions)) {
    const value = valueAt(stored.batch, row)
    if (value !== null) sent.set(keyAt(stored.batch, row) ?? '', value.toString('utf8'))
  }
  return sent
}

interface StoredRow {
  readonly stored: StoredBatch
  readonly row: number
  readonly partition: number
  readonly offset: number
}

async function* rowsOf(
  log: Log,
  topic: string,
  partitions: number,
): AsyncGenerator<StoredRow, void, undefined> {
  const ids = Array.from({ length: partitions }, (_, partition) => ({ topic, partition }))
  for (const bounds of await log.bounds(ids)) {
    const { partition } = bounds
    for await (const stored of readPartition(log, bounds)) {
      const { batch } = stored
      for (let row = stored.from; row < batch.count; row += 1) {
        if (kindOf(batch, row) !== RECORD) continue
        yield { stored, row, partition, offset: offsetAt(stored, row) }
      }
    }
  }
}
