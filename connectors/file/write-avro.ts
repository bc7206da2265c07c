// Writes a topic's records as an Avro object container file, packed with deflate.
// https://avro.apache.org/docs/1.12.0/specification/#object-container-files
import { createHash } from 'node:crypto'
import { deflateRawSync } from 'node:zlib'
import { createCodec } from '../../schemas/codec.ts'
import { BLOCK_START, HEADER, MAGIC } from './container.ts'
import { besideNames, type Portions, type TimedValue, type WrittenTopic } from './timed-value.ts'
import { writeFileWhole } from './write-file.ts'

const BLOCK_BYTES = 1 << 16
const MICROS = { type: 'long', logicalType: 'timestamp-micros' }

/** Throws an EngineError when the disk does; the file then stays as it was. */
export async function writeAvro(
  path: string,
  topic: WrittenTopic,
  portions: Portions<TimedValue>,
): Promise<void> {
  const own = topic.schema as { readonly fields: readonly unknown[] }
  const beside = besideNames(topic)
  const schema = {
    ...own,
    fields: [...own.fields, ...beside.map((name) => ({ name, type: MICROS }))],
  }
  const codec = createCodec(schema)
  const text = JSON.stringify(schema)
  const sync = createHash('md5').update(text).digest()
  const block = (records: readonly Uint8Array[]): Uint8Array => {
    const data = deflateRawSync(Buffer.concat(records))
    const start = BLOCK_START.toBuffer({ count: records.length, size: data.length })
    return Buffer.concat([start, data, sync])
  }
  async function* pieces(): AsyncGenerator<Uint8Array, void, undefined> {
    const meta = { 'avro.schema': Buffer.from(text), 'avro.codec': Buffer.from('deflate') }
    yield HEADER.toBuffer({ magic: MAGIC, meta, sync })
    let [records, bytes]: [Uint8Array[], number] = [[], 0]
    for await (const rows of portions) {
      for (const row of rows) {
        const times = Object.fromEntries(beside.map((name) => [name, row[name]]))
        const record = codec.encode({ ...row.value, ...times })
        records.push(record)
        bytes += record.length
        if (bytes < BLOCK_BYTES) continue
        yield block(records)
        ;[records, bytes] = [[], 0]
      }
    }
    if (records.length > 0) yield block(records)
  }
  await writeFileWhole(path, pieces())
}
