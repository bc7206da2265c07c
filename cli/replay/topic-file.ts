// The file of a topic that a replay wrote, in the format that was asked for. Each reads back by
// `--input` as the same records.
import { writeAvro } from '../../connectors/file/write-avro.ts'
import { writeCsv } from '../../connectors/file/write-csv.ts'
import { valueToJson, writeJsonl } from '../../connectors/file/write-jsonl.ts'
import type { OutputRecord } from '../../runtime/reference/history.ts'
import { keyJson } from '../../schemas/key.ts'
import { fieldOf } from '../../schemas/type.ts'
import type { PlannedTopic } from '../../topology/plan.ts'

export const FORMATS = ['jsonl', 'csv', 'avro', 'parquet'] as const
export type TopicFormat = (typeof FORMATS)[number]

type Records = AsyncIterable<readonly OutputRecord[]>

export async function writeTopic(
  path: string,
  { topic, format }: { readonly topic: PlannedTopic; readonly format: TopicFormat },
  records: Records,
): Promise<void> {
  switch (format) {
    case 'jsonl':
      await writeJsonl(path, jsonLines(topic, records))
      return
    case 'csv':
      return writeCsv(path, topic, records)
    case 'avro':
      return writeAvro(path, topic, records)
    case 'parquet': {
      // Loaded when it is needed: other replays begin sooner without it.
      const { writeParquet } = await import('../../connectors/file/write-parquet.ts')
      return writeParquet(path, topic, records)
    }
  }
}

async function* jsonLines(
  { record, key: keyFields }: PlannedTopic,
  records: Records,
): AsyncGenerator<readonly unknown[], void, undefined> {
  const convert = valueToJson(record)
  const types = keyFields.flatMap((name) => fieldOf(record, name)?.type ?? [])
  for await (const portion of records) {
    yield portion.map(({ key, time, value }) => {
      return { key: keyJson(key, types), time, value: convert(value) }
    })
  }
}
