// What a log knows of a topic, in the form in which records are read and shown.
import type { TopicAbout } from '../connectors/connector.ts'
import type { InputTopic } from '../connectors/file/input-record.ts'
import { avroToType } from '../schemas/avro.ts'
import type { RecordType } from '../schemas/type.ts'

/** The topic as readers of files take it. */
export function inputTopic(name: string, about: TopicAbout): InputTopic {
  const { schema, key, time, available, delay, unit } = about
  return { name, schema, record: avroToType(schema), key, time, available, delay, unit }
}

/** Whether two schemas hold the same records: documentation does not matter. */
export function isSameSchema(a: unknown, b: unknown): boolean {
  return fingerprint(avroToType(a)) === fingerprint(avroToType(b))
}

function fingerprint(record: RecordType): string {
  return JSON.stringify(record, (name, value: unknown) =>
    name === 'doc' || name === 'origin' ? undefined : value,
  )
}
