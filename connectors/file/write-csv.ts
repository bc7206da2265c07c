// Writes a topic's records as CSV: a column for each field, times as ISO 8601, what is nested as
// JSON in its cell. A text that is empty reads back as null: CSV cannot tell the two apart.
import { notNull } from '../../schemas/type.ts'
import { valueToJson } from '../../schemas/value-to-json.ts'
import { besideNames, type Portions, type TimedValue, type WrittenTopic } from './timed-value.ts'
import { writeFileWhole } from './write-file.ts'

/** Throws an EngineError when the disk does; the file then stays as it was. */
export async function writeCsv(
  path: string,
  topic: WrittenTopic,
  portions: Portions<TimedValue>,
): Promise<void> {
  const fields = topic.record.fields.map(({ name, type }) => ({
    name,
    text: notNull(type).kind === 'time' ? isoText : cellText,
  }))
  const beside = besideNames(topic)
  const toJson = valueToJson(topic.record)
  const cells = (row: TimedValue): readonly string[] => {
    const json = toJson(row.value)
    return [
      ...fields.map(({ name, text }) => text(json[name])),
      ...beside.map((name) => isoText(row[name])),
    ]
  }
  async function* pieces(): AsyncGenerator<Uint8Array, void, undefined> {
    yield lines([[...fields.map(({ name }) => name), ...beside]])
    for await (const rows of portions) yield lines(rows.map(cells))
  }
  await writeFileWhole(path, pieces())
}

function lines(rows: readonly (readonly string[])[]): Uint8Array {
  return Buffer.from(rows.map((cells) => `${cells.map(quoted).join(',')}\n`).join(''), 'utf8')
}

function cellText(json: unknown): string {
  if (json === null || json === undefined) return ''
  if (Object.is(json, -0)) return '-0'
  return typeof json === 'string' ? json : JSON.stringify(json)
}

/** With all six digits of microseconds. */
function isoText(micros: unknown): string {
  if (typeof micros !== 'number') return ''
  const millis = Math.floor(micros / 1000)
  const rest = String(micros - millis * 1000).padStart(3, '0')
  return new Date(millis).toISOString().replace('Z', `${rest}Z`)
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
}
