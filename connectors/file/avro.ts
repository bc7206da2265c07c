// Reads Avro object container files: each record is decoded by the schema in the file and then
// resolved to the topic's.
import { acceptProblem, createProjection } from '../../schemas/accept.ts'
import { Cursor } from '../../schemas/cursor.ts'
import { readSchema } from '../../schemas/read-schema.ts'
import { SchemaError } from '../../schemas/schema-error.ts'
import { fieldOf, notNull } from '../../schemas/type.ts'
import type { RecordType, Value } from '../../schemas/type.ts'
import { recordCodec } from '../../schemas/wire-codec.ts'
import type { RecordCodec } from '../../schemas/wire-codec.ts'
import { leastBytes } from '../../schemas/wire.ts'
import type { WireRecord } from '../../schemas/wire.ts'
import { readContainer } from './container.ts'
import type { Block } from './container.ts'
import { finiteProblem } from '../../schemas/finite-check.ts'
import { InputProblem } from './input-problem.ts'
import type { InputItem, InputTopic } from './input-record.ts'
import { fault, shortName } from './open-file.ts'
import type { Ignored } from './read-json.ts'
import { createStamp } from './stamp.ts'

/**
 * The items of an Avro file, one batch for every block. Throws an InputProblem when its schema does
 * not fit the topic's.
 */
export async function* readAvro(
  path: string,
  chunks: AsyncIterable<Buffer, void, undefined>,
  topic: InputTopic,
  ignored: Ignored,
): AsyncGenerator<readonly InputItem[], void, undefined> {
  const iterator = chunks[Symbol.asyncIterator]()
  try {
    const { schema, blocks } = await readContainer(path, iterator)
    const wire = writerOf(schema, topic, path)
    const isBeside = (name: string) =>
      (name === 'time' || name === 'available') && topic[name] === undefined
    const extra = wire.type.fields.filter(
      ({ name }) => !fieldOf(topic.record, name) && !isBeside(name),
    )
    const count = (records: number): void => {
      for (const { name } of extra) ignored.set(name, (ignored.get(name) ?? 0) + records)
    }
    const toItem = itemReader(topic, wire.type, shortName(path))
    const codec = recordCodec(wire)
    let before = 0
    for await (const block of blocks) {
      const items: InputItem[] = []
      readBlock(block, codec, wire, path, (value, from, to) => {
        items.push(toItem(value, before + items.length + 1, block.data.subarray(from, to)))
      })
      yield items
      before += block.count
      count(block.count)
    }
  } finally {
    await iterator.return?.()
  }
}

/** The file's own schema, which must fit the topic's. */
function writerOf(schema: unknown, topic: InputTopic, path: string): WireRecord {
  const file = shortName(path)
  const refuse = (sentence: string): InputProblem =>
    new InputProblem(`${file} does not fit topic "${topic.name}": ${sentence}`, {
      topic: topic.name,
      file,
    })
  let wire: WireRecord
  try {
    wire = readSchema(schema)
  } catch (error) {
    throw error instanceof SchemaError ? refuse(`in its schema, ${error.message}`) : error
  }
  if (leastBytes(wire) === 0) throw refuse('its records have no fields')
  const problem = acceptProblem(topic.record, wire.type)
  if (problem !== undefined) throw refuse(problem)
  const time = fieldOf(wire.type, 'time')
  if (topic.time === undefined && (!time || notNull(time.type).kind !== 'time')) {
    throw refuse('the topic names no time field, and the file has no field "time" of type time')
  }
  return wire
}

/** Hands on each record with the range of its bytes. */
function readBlock(
  { count, data }: Block,
  { read }: RecordCodec,
  wire: WireRecord,
  path: string,
  onRecord: (value: Value, from: number, to: number) => void,
): void {
  const cursor = new Cursor()
  cursor.open(data, 0, data.length)
  try {
    if (count * leastBytes(wire) > data.length) throw new Error('more records than bytes')
    for (let done = 0; done < count; done += 1) {
      const at = cursor.at
      onRecord(read(cursor), at, cursor.at)
    }
    if (cursor.left > 0) throw new Error('the block goes on behind its last record')
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw fault('file-damaged', path, `a block of it is damaged (${reason}); fetch it again`, cause)
  }
}

function itemReader(
  topic: InputTopic,
  writer: RecordType,
  file: string,
): (written: Value, number: number, bytes: Buffer) => InputItem {
  const stamp = createStamp(topic)
  const project = createProjection(topic.record, writer)
  const notFinite = finiteProblem(topic.record)
  const [time, available] = [besideField(writer, 'time'), besideField(writer, 'available')]
  return (written, number, bytes) => {
    const value = project(written)
    const place = `${file}:record ${number}`
    const timeless = stamp.read(value, time(written), available(written))
    const reason = notFinite?.(value) ?? timeless
    if (reason === undefined) {
      return { kind: 'record', value, time: stamp.time, available: stamp.available, place }
    }
    const known = timeless === undefined && { available: stamp.available }
    return { kind: 'bad', reason, place, original: `base64:${bytes.toString('base64')}`, ...known }
  }
}

/**
 * A time that the file has and the topic's schema may lack: what stands beside the value in other
 * formats.
 */
function besideField(writer: RecordType, name: string): (written: Value) => number | undefined {
  const field = fieldOf(writer, name)
  if (!field || notNull(field.type).kind !== 'time') return () => undefined
  return (written) => (written[name] === null ? undefined : (written[name] as number))
}
