// What an answer brought of a partition, as batches. Schemas that nobody has asked for yet are
// looked up on the way.
import type { FetchedPart } from '../exchanges/fetch.ts'
import { type ReadBatches, readRecordBatches } from '../hardening/record-batch-reader.ts'
import { UnknownSchema } from '../registry/framing.ts'
import type { Cursor } from './cursor.ts'

/** From where the cursor reads on. Nobody else may move it meanwhile. */
export async function decode(cursor: Cursor, part: FetchedPart): Promise<ReadBatches> {
  const { next: offset, framing, topic, partition } = cursor
  const { stable, aborted, records } = part
  for (;;) {
    try {
      return readRecordBatches(records, {
        topic,
        partition,
        offset,
        stable,
        aborted,
        unframe: framing,
      })
    } catch (error) {
      if (!(error instanceof UnknownSchema) || framing === undefined) throw error
      // Each turn knows one schema more, and a batch holds finitely many.
      await framing.resolve(error.id)
    }
  }
}
