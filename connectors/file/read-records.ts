// The history of a topic from a file: the door to the readers of each format. Reading starts with
// the first batch that is asked for, and so do its errors.
import { readAvro } from './avro.ts'
import { readCsv } from './csv.ts'
import type { InputFile, InputItem, InputTopic } from './input-record.ts'
import { readJsonLines } from './jsonl.ts'
import { formatOf, readBytes } from './open-file.ts'
import type { Format } from './open-file.ts'
import { readParquet } from './parquet.ts'
import type { Ignored } from './read-json.ts'

const READERS: Readonly<
  Record<
    Exclude<Format, 'parquet'>,
    (
      path: string,
      chunks: AsyncIterable<Buffer, void, undefined>,
      topic: InputTopic,
      ignored: Ignored,
    ) => AsyncGenerator<readonly InputItem[], void, undefined>
  >
> = { csv: readCsv, jsonl: readJsonLines, avro: readAvro }

/**
 * Reads a file of records: .csv, .jsonl, .ndjson or .avro, each also packed with gzip or Brotli,
 * or .parquet. Memory stays bounded by the size of a batch, of Parquet by that of a row group.
 * What cannot be read of a record is an item of kind `bad`; while iterating, an EngineError is
 * thrown for a file that is missing, damaged or of no known format, an InputProblem for one that
 * does not fit the topic.
 *
 * @example
 * for await (const items of readRecords('ticks.csv.gz', topic)) for (const item of items)
 * take(item)
 */
export function readRecords(path: string, topic: InputTopic): InputFile {
  const ignored: Ignored = new Map()
  return {
    ignored,
    [Symbol.asyncIterator]: () => read(path, topic, ignored),
  }
}

async function* read(
  path: string,
  topic: InputTopic,
  ignored: Ignored,
): AsyncGenerator<readonly InputItem[], void, undefined> {
  const format = formatOf(path)
  // It is read from its end on, not in the order of its bytes.
  if (format === 'parquet') yield* readParquet(path, topic, ignored)
  else yield* READERS[format](path, readBytes(path), topic, ignored)
}
