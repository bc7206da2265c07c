// The dead letters of a sink as they stand on the log: which records of its topic have one.
import type { Bounds, Log } from '../../connectors/connector.ts'
import { readPartition } from '../../connectors/read-partition.ts'
import { keyAt, kindOf, RECORD, valueAt } from '../../connectors/record-batch.ts'
import type { PlannedSink, PlannedTopic } from '../../topology/plan.ts'
import { deadLetterCodec, type DeadLetterRecord } from '../dead-letter.ts'

/** Where the record of a letter stands in the sink's topic. */
export interface LetterPlace {
  readonly partition: number
  readonly offset: number
}

/** Of one partition of the topology's dead letters. */
export async function* readLetters(
  log: Log,
  bounds: Bounds,
  { name }: PlannedSink,
  { topic }: PlannedTopic,
): AsyncGenerator<LetterPlace, void, undefined> {
  for await (const { batch, from } of readPartition(log, bounds)) {
    for (let row = from; row < batch.count; row += 1) {
      if (kindOf(batch, row) !== RECORD || keyAt(batch, row) !== name) continue
      const bytes = valueAt(batch, row)
      if (bytes === null) continue
      const letter = deadLetterCodec.decode(bytes) as unknown as DeadLetterRecord
      const { partition, offset } = letter
      if (letter.topic !== topic || partition === null || offset === null) continue
      yield { partition, offset }
    }
  }
}
