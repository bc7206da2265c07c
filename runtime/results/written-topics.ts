// What a run has written to the topics of its steps: digests after one pass over each, then the
// records by (available, key, sequence), with flat memory.
import type { Log } from '../../connectors/connector.ts'
import { keyAt, type RecordBatch, valueAt } from '../../connectors/record-batch.ts'
import { typeToAvro } from '../../schemas/avro.ts'
import { createCodec } from '../../schemas/codec.ts'
import { createDigest, type Digest } from '../../schemas/digest.ts'
import type { Layout } from '../layout.ts'
import type { OutputRecord } from '../reference/history.ts'
import { findLanes } from './lanes.ts'
import { mergedRows } from './merged-rows.ts'
import { sortedTies } from './sorted-ties.ts'

export interface WrittenTopic {
  /** Local name of the topic, or the id of a captured stream. */
  readonly stream: string
  readonly isCaptured: boolean
  readonly digest: Digest
  /** In portions. */
  readonly records: () => AsyncIterable<readonly OutputRecord[]>
}

/** Every topic that a step writes, and the captured streams, in the order of the layout. */
export async function* writtenTopics(
  { plan, tasks }: Layout,
  log: Log,
): AsyncGenerator<WrittenTopic, void, undefined> {
  const seen = new Set<string>()
  for (const { step, output, as, stream, topic, partitions } of tasks.flatMap(
    ({ destinations }) => destinations,
  )) {
    if (as === 'stream' || seen.has(topic)) continue
    seen.add(topic)
    const type = plan.steps.find(({ id }) => id === step)?.type.outputs[output]
    if (type === undefined) throw new Error(`no output ${step}.${output}`)
    const schema = as === 'topic' ? plan.topics.get(stream)?.schema : typeToAvro(type.record)
    const digest = createDigest()
    const visit = (batch: RecordBatch, row: number): void => {
      digest.add(keyOf(batch, row), valueAt(batch, row), batch.times[row] ?? NaN)
    }
    const lanes = await findLanes(log, { topic, partitions, instantOf, visit })
    const codec = createCodec(schema)
    const read = (batch: RecordBatch, row: number): OutputRecord => ({
      key: keyOf(batch, row),
      value: codec.decodeAt(batch.bytes, batch.keyEnds[row] ?? 0, batch.valueEnds[row] ?? 0),
      time: batch.times[row] ?? NaN,
      available: batch.available[row] ?? NaN,
    })
    const records = () => {
      return sortedTies(mergedRows(log, lanes, { instantOf, read }), { isTie, compare })
    }
    yield { stream, isCaptured: as === 'captured', digest, records }
  }
}

function instantOf({ available }: RecordBatch, row: number): number {
  return available[row] ?? NaN
}

function keyOf(batch: RecordBatch, row: number): string {
  return keyAt(batch, row) ?? ''
}

function isTie(a: OutputRecord, b: OutputRecord): boolean {
  return a.available === b.available
}

function compare(a: OutputRecord, b: OutputRecord): number {
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0
}
