// What the tests of this folder share: a topic, a temporary folder, and all items of a file written
// there.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { avroToType } from '../../schemas/avro.ts'
import type { InputItem, InputTopic } from './input-record.ts'
import { readRecords } from './read-records.ts'

const micros = { type: 'long', logicalType: 'timestamp-micros' }

/** A topic whose schema has these fields; `more` overrides the rest. */
export function topicOf(
  fields: readonly (readonly [name: string, type: unknown, preset?: unknown])[],
  more: Partial<InputTopic> = {},
): InputTopic {
  const schema = {
    type: 'record',
    name: 'Row',
    fields: fields.map(([name, type, preset]) => ({
      name,
      type,
      ...(preset !== undefined && { default: preset }),
    })),
  }
  const common = { name: 'rows', key: ['symbol'], time: 'time', available: undefined }
  return { ...common, schema, record: avroToType(schema), delay: 0, unit: undefined, ...more }
}

/** symbol, bid, size?, time. */
export const quotes = topicOf([
  ['symbol', 'string'],
  ['bid', 'double'],
  ['size', ['null', 'double']],
  ['time', micros],
])

export { micros }

/** A folder that is gone when the test is. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-'))
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true })
  })
  return folder
}

export function writeTemporary(name: string, content: string | Uint8Array): string {
  const folder = temporaryFolder()
  mkdirSync(folder, { recursive: true })
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

export interface Collected {
  readonly items: readonly InputItem[]
  readonly ignored: Readonly<Record<string, number>>
}

export async function collect(path: string, topic: InputTopic = quotes): Promise<Collected> {
  const file = readRecords(path, topic)
  const items: InputItem[] = []
  for await (const batch of file) for (const item of batch) items.push(item)
  return { items, ignored: Object.fromEntries(file.ignored) }
}

/** Writes the content under the name and reads it back. */
export function collectText(
  name: string,
  content: string | Uint8Array,
  topic: InputTopic = quotes,
): Promise<Collected> {
  return collect(writeTemporary(name, content), topic)
}

/** The reasons of the bad items, `place: reason`. */
export function faults({ items }: Collected): readonly string[] {
  return items.flatMap((item) => (item.kind === 'bad' ? [`${item.place}: ${item.reason}`] : []))
}

export function values({ items }: Collected): readonly unknown[] {
  return items.flatMap((item) => (item.kind === 'record' ? [item.value] : []))
}
