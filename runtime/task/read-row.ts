// Reads rows of a batch as records: of the world by the topic's declaration, of a task as it sent
// them.
import type { RecordBatch } from '../../connectors/record-batch.ts'
import { hasValue, keyAt, keyStart, kindOf, UNREADABLE } from '../../connectors/record-batch.ts'
import { finiteProblem } from '../../schemas/finite-check.ts'
import { createStamp } from '../../connectors/file/stamp.ts'
import type { StepRecord } from '../../operators/operator.ts'
import { type Codec, createCodec } from '../../schemas/codec.ts'
import { keyReader } from '../../schemas/key.ts'
import { createTextReader } from '../../schemas/text-reader.ts'
import type { PlannedTopic } from '../../topology/plan.ts'

/** What a row says; read before the next row is. */
export interface RowReading {
  record: StepRecord | undefined
  /** Why there is no record. */
  problem: string | undefined
  /** NaN: unknown. */
  available: number
}

export type ReadRow = (batch: RecordBatch, row: number) => RowReading

/** Reads what the world appended to a topic. */
export function readTopicRow(topic: PlannedTopic): ReadRow {
  const codec = createCodec(topic.schema)
  const keyOf = keyReader(topic.record, topic.key)
  const stamp = createStamp(topic)
  const notFinite = finiteProblem(topic.record)
  // What stands beside a value is read where the topic needs it: most values hold their time.
  const needsTime = topic.time === undefined
  const needsAvailable = topic.available === undefined
  // One reading for all rows: the hot path makes a record and nothing else.
  const reading: RowReading = { record: undefined, problem: undefined, available: NaN }
  const fail = (batch: RecordBatch, row: number, problem: string): RowReading => {
    reading.record = undefined
    reading.problem = problem
    reading.available = batch.available[row] ?? NaN
    return reading
  }
  const read = (batch: RecordBatch, row: number): RowReading => {
    const value = hasValue(batch, row)
      ? codec.decodeAt(batch.bytes, batch.keyEnds[row] ?? 0, batch.valueEnds[row] ?? 0)
      : null
    const key = value === null ? keyAt(batch, row) : keyOf(value)
    if (key === undefined) return fail(batch, row, 'the record has neither value nor key')
    // Our own writers have looked, and say when a record was available; others may do neither.
    const isForeign = Number.isNaN(batch.available[row])
    const infinite = isForeign && value !== null ? notFinite?.(value) : undefined
    if (infinite !== undefined) return fail(batch, row, infinite)
    const problem = stamp.read(
      value,
      needsTime || value === null ? beside(batch.times[row]) : undefined,
      needsAvailable || value === null ? beside(batch.available[row]) : undefined,
    )
    if (problem !== undefined) return fail(batch, row, problem)
    reading.record = { key, value, time: stamp.time }
    reading.problem = undefined
    reading.available = stamp.available
    return reading
  }
  return (batch, row) => {
    if (kindOf(batch, row) === UNREADABLE) return fail(batch, row, keyAt(batch, row) ?? '')
    try {
      return read(batch, row)
    } catch (error) {
      return fail(batch, row, error instanceof Error ? error.message : String(error))
    }
  }
}

/** Reads what a task sent. What it cannot read is a fault of ours, or a damaged log: it throws. */
export function readSentRow(codec: Codec): ReadRow {
  // Keys repeat: found by their bytes, they are not decoded again.
  const readKey = createTextReader()
  const reading: RowReading = { record: undefined, problem: undefined, available: NaN }
  return (batch, row) => {
    const { bytes } = batch
    const keyEnd = batch.keyEnds[row] ?? 0
    const key = readKey(bytes, keyStart(batch, row), keyEnd)
    const isValue = hasValue(batch, row)
    const value = isValue ? codec.decodeAt(bytes, keyEnd, batch.valueEnds[row] ?? 0) : null
    reading.record = { key, value, time: batch.times[row] ?? NaN }
    reading.available = batch.available[row] ?? NaN
    return reading
  }
}

function beside(time: number | undefined): number | undefined {
  return time === undefined || Number.isNaN(time) ? undefined : time
}
