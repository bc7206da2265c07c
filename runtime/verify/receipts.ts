// When records say that they were received: by a field that is called so, as in the built-in
// schemas. Asked of topics that do not go by such a field, nor by a delay of their own.
import type { RecordBatch } from '../../connectors/record-batch.ts'
import { kindOf, RECORD } from '../../connectors/record-batch.ts'
import { fieldOf, notNull } from '../../schemas/type.ts'
import type { Plan, PlannedTopic } from '../../topology/plan.ts'
import { readTopicRow } from '../task/read-row.ts'

/** The one that comes last on a record's way is asked first. */
const RECEIPTS = ['ingested', 'received']

/** Undefined where there is no such field, or the topic has said what goes instead. */
export function receiptField({ record, available, delay, time }: PlannedTopic): string | undefined {
  if (delay > 0 || RECEIPTS.includes(available ?? '')) return undefined
  const isTime = (name: string): boolean => {
    const type = fieldOf(record, name)?.type
    return type !== undefined && notNull(type).kind === 'time'
  }
  return RECEIPTS.find((name) => name !== time && isTime(name))
}

/** By row; NaN where a row does not say. Undefined where no row of the topic could. */
export function receiptReader(
  topic: PlannedTopic,
): (batch: RecordBatch) => Float64Array | undefined {
  const field = receiptField(topic)
  if (field === undefined) return () => undefined
  const read = readTopicRow({ ...topic, available: field })
  return (batch) =>
    Float64Array.from({ length: batch.count }, (_, row) => {
      if (kindOf(batch, row) !== RECORD) return NaN
      const { record, available } = read(batch, row)
      return record === undefined ? NaN : available
    })
}

/** The plan for records whose availability stands beside them, whatever their fields say. */
export function withReceiptsBeside(plan: Plan): Plan {
  const topics = [...plan.topics].map(([name, topic]): [string, PlannedTopic] => [
    name,
    receiptField(topic) === undefined ? topic : { ...topic, available: undefined },
  ])
  return { ...plan, topics: new Map(topics) }
}
