// A CSV header held against a topic's schema, before the first record: which cell each field is
// read from.
import { fieldDefault } from '../../schemas/default.ts'
import type { RecordField, Value } from '../../schemas/type.ts'
import { suggest } from '../../topology/suggest.ts'
import { InputProblem } from './input-problem.ts'
import type { InputTopic } from './input-record.ts'
import { Misfit } from './misfit.ts'
import { cellReader, readText } from './read-cell.ts'
import type { CellReader } from './read-cell.ts'
import type { Ignored } from './read-json.ts'

export interface Column {
  readonly name: string
  readonly index: number
  readonly read: CellReader
}

export interface Columns {
  readonly count: number
  /** One for every field of the schema that the file has. */
  readonly fields: readonly Column[]
  /**
   * All fields in the schema's order: defaults or null for those without a column. Copied for every
   * record.
   */
  readonly template: Value
  /** Cells of the times that stand beside the value. */
  readonly time: number | undefined
  readonly available: number | undefined
  /** Columns that nothing takes. */
  readonly extra: readonly string[]
}

/** Throws an InputProblem when a column is missing or stands twice. */
export function matchColumns(
  header: readonly string[],
  topic: InputTopic,
  file: string,
  ignored: Ignored,
): Columns {
  const names = header.map((cell) => {
    const name = readText(cell)
    return name instanceof Misfit ? '' : name.trim()
  })
  const { fields } = topic.record
  const beside = [
    ...(topic.time === undefined ? ['time'] : []),
    ...(topic.available === undefined ? ['available'] : []),
  ]
  const taken = new Set([...fields.map((field) => field.name), ...beside])
  refuseTwins(names, taken, topic, file)
  const absent = fields.filter((field) => !names.includes(field.name))
  const required = absent.filter(isRequired).map((field) => field.name)
  if (beside.includes('time') && !names.includes('time')) required.push('time')
  refuseMissing([...new Set(required)], names, topic, file)
  const cellOf = (name: string): number | undefined =>
    beside.includes(name) && names.includes(name) ? names.indexOf(name) : undefined
  return {
    count: names.length,
    fields: fields
      .filter((field) => names.includes(field.name))
      .map(({ name, type }) => ({
        name,
        index: names.indexOf(name),
        read: cellReader(type, ignored, name),
      })),
    template: Object.fromEntries(
      fields.map((field) => [field.name, fieldDefault(field) ?? null] as const),
    ),
    time: cellOf('time'),
    available: cellOf('available'),
    extra: names.filter((name) => !taken.has(name)),
  }
}

function isRequired(field: RecordField): boolean {
  return field.default === undefined && field.type.kind !== 'nullable'
}

function refuseTwins(
  names: readonly string[],
  taken: ReadonlySet<string>,
  topic: InputTopic,
  file: string,
): void {
  const twin = names.find((name, index) => taken.has(name) && names.indexOf(name) !== index)
  if (twin === undefined) return
  throw new InputProblem(
    `${file} has the column "${twin}" twice, which topic "${topic.name}" takes; rename one of them`,
    { topic: topic.name, file, column: twin },
  )
}

function refuseMissing(
  missing: readonly string[],
  names: readonly string[],
  topic: InputTopic,
  file: string,
): void {
  const [first] = missing
  if (first === undefined) return
  const words = missing.map((name) => {
    const near = suggest(name, names)
    return near === undefined ? `"${name}"` : `"${name}" (did you mean "${near}"?)`
  })
  const isHeaderless = names.some((name) => /^[\d.]+$/.test(name))
  const repair = isHeaderless
    ? 'its first line must name the columns'
    : 'add them, or give the fields a default in the schema'
  throw new InputProblem(
    `${file} has no column ${words.join(', ')}, which topic "${topic.name}" takes; ${repair}. ` +
      `Its columns are ${listed(names)}.`,
    { topic: topic.name, file, column: first },
  )
}

/** Names as a sentence may show them: some of them, none of them long. */
function listed(names: readonly string[]): string {
  const shown = names.slice(0, 20).map((name) => JSON.stringify(name.slice(0, 40)))
  const more = names.length - shown.length
  return shown.join(', ') + (more > 0 ? ` and ${more} more` : '')
}
