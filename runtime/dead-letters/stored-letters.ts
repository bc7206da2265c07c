// The dead letters of a topology as they stand on a log, each under a number that stays its own:
// the partition and offset of its row.
import { readPartition } from '../../connectors/read-partition.ts'
import { offsetAt } from '../../connectors/stored-offset.ts'
import type { Bounds, Log, StoredBatch } from '../../connectors/connector.ts'
import { keyAt, kindOf, RECORD, valueAt } from '../../connectors/record-batch.ts'
import type { Plan } from '../../topology/plan.ts'
import { type DeadLetterRecord, deadLetterCodec } from '../dead-letter.ts'
import { deadLettersTopic, sentLettersTopic } from '../topic-names.ts'
import { findRow } from './find-row.ts'

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

/** Letters partition by partition; none where the topology has not run on the log. */
export async function* storedLetters(
  log: Log,
  topology: string,
): AsyncGenerator<StoredLetter, void, undefined> {
  for (const bounds of await letterBounds(log, topology)) yield* lettersWithin(log, bounds)
}

/** Of each partition of the letters; none where the topology has not run on the log. */
export function letterBounds(log: Log, topology: string): Promise<readonly Bounds[]> {
  return boundsOf(log, deadLettersTopic(topology))
}

/** Those of a part of a partition. */
export async function* lettersWithin(
  log: Log,
  bounds: Bounds,
): AsyncGenerator<StoredLetter, void, undefined> {
  for await (const { stored, row, offset } of rowsOf(log, bounds)) {
    // Where a batch goes on behind them, so does what is read.
    if (offset >= bounds.stable) return
    const letter = letterIn(stored, row)
    if (letter !== undefined) yield { number: `${bounds.partition}:${offset}`, letter }
  }
}

/** Undefined: no letter has the number, or none by now. */
export async function letterAt(
  log: Log,
  topology: string,
  number: string,
): Promise<StoredLetter | undefined> {
  const [, partition, offset] = /^(\d{1,9}):(\d{1,15})$/.exec(number) ?? []
  const topic = deadLettersTopic(topology)
  const { partitions = 0 } = (await log.topics()).get(topic) ?? {}
  if (offset === undefined || Number(partition) >= partitions) return undefined
  const id = { topic, partition: Number(partition) }
  const found = await findRow(log, { ...id, offset: Number(offset) })
  const letter = found && letterIn(found.stored, found.row)
  return letter && { number: `${id.partition}:${Number(offset)}`, letter }
}

function letterIn({ batch }: StoredBatch, row: number): DeadLetterRecord | undefined {
  const value = valueAt(batch, row)
  return value === null ? undefined : (deadLetterCodec.decode(value) as unknown as DeadLetterRecord)
}

/** By coordinates: the number of the letter for which the record was sent again last. */
export async function sentAgain(
  log: Log,
  topology: string,
): Promise<ReadonlyMap<Coordinates, string>> {
  const sent = new Map<Coordinates, string>()
  for (const bounds of await boundsOf(log, sentLettersTopic(topology))) {
    for await (const { stored, row } of rowsOf(log, bounds)) {
      const value = valueAt(stored.batch, row)
      if (value !== null) sent.set(keyAt(stored.batch, row) ?? '', value.toString('utf8'))
    }
  }
  return sent
}

async function boundsOf(log: Log, topic: string): Promise<readonly Bounds[]> {
  const { partitions = 0 } = (await log.topics()).get(topic) ?? {}
  if (partitions === 0) return []
  return log.bounds(Array.from({ length: partitions }, (_, partition) => ({ topic, partition })))
}

interface StoredRow {
  readonly stored: StoredBatch
  readonly row: number
  readonly offset: number
}

async function* rowsOf(log: Log, bounds: Bounds): AsyncGenerator<StoredRow, void, undefined> {
  for await (const stored of readPartition(log, bounds)) {
    const { batch } = stored
    for (let row = stored.from; row < batch.count; row += 1) {
      if (kindOf(batch, row) === RECORD) yield { stored, row, offset: offsetAt(stored, row) }
    }
  }
}
