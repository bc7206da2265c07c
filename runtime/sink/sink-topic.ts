// The topic that a sink reads, as its kind is told of it, and the reading of its rows: those of the
// world by the topic's declaration, those of steps as they were sent.
import { type RecordBatch, keyAt, kindOf, UNREADABLE } from '../../connectors/record-batch.ts'
import { createCodec } from '../../schemas/codec.ts'
import type { SinkTopic } from '../../sinks/sink.ts'
import type { Plan, PlannedSink, PlannedTopic } from '../../topology/plan.ts'
import { type ReadRow, readSentRow, readTopicRow, type RowReading } from '../task/read-row.ts'

export function topicOfSink({ topics }: Plan, { name, topic }: PlannedSink): PlannedTopic {
  const found = topics.get(topic)
  if (found === undefined) throw new Error(`sink ${name} reads ${topic}, which is no topic`)
  return found
}

export function sinkTopic(planned: PlannedTopic): SinkTopic {
  const { topic, name, record, key, time, partitions, table } = planned
  return { topic, name, record, key, time, partitions, isTable: table !== undefined }
}

/** Reads records, and what should be some; never throws for a row. */
export function readSinkRow(topic: PlannedTopic): ReadRow {
  const read = topic.isInput ? readTopicRow(topic) : readWrittenRow(topic)
  if (topic.table !== undefined) return read
  return (batch, row) => {
    const reading = read(batch, row)
    if (reading.record?.value !== null) return reading
    return problemAt(batch, row, 'it has no value, and the topic is no table')
  }
}

function readWrittenRow(topic: PlannedTopic): ReadRow {
  const read = readSentRow(createCodec(topic.schema))
  return (batch, row) => {
    if (kindOf(batch, row) === UNREADABLE) return problemAt(batch, row, keyAt(batch, row) ?? '')
    try {
      return read(batch, row)
    } catch (error) {
      return problemAt(batch, row, error instanceof Error ? error.message : String(error))
    }
  }
}

function problemAt(batch: RecordBatch, row: number, problem: string): RowReading {
  return { record: undefined, problem, available: batch.available[row] ?? NaN }
}
