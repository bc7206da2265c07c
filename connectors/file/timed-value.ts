// What the writers of CSV, Avro and Parquet are given of a record, and what they write beside its
// fields so that the file reads back as the same records. The key is in the fields.
import { fieldOf, type Value } from '../../schemas/type.ts'
import type { InputTopic } from './input-record.ts'

export interface TimedValue {
  readonly value: Value
  readonly time: number
  readonly available: number
}

export type Portions<Row> = Iterable<readonly Row[]> | AsyncIterable<readonly Row[]>

/** What a file is written of. */
export type WrittenTopic = Pick<InputTopic, 'schema' | 'record' | 'time' | 'available'>

/** Times that no field holds, and that no field's name stands in the way of. */
export function besideNames(topic: WrittenTopic): readonly ('time' | 'available')[] {
  return (['time', 'available'] as const).filter(
    (name) => topic[name] === undefined && fieldOf(topic.record, name) === undefined,
  )
}
