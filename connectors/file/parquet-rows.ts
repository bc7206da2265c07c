// The columns of a Parquet file held against a topic's schema, and its rows read by that.
import type { SchemaTree } from 'hyparquet'
import { fieldDefault } from '../../schemas/default.ts'
import { flattened } from '../../schemas/parquet-columns.ts'
import type { RecordField, Type, Value } from '../../schemas/type.ts'
import { suggest } from '../../topology/suggest.ts'
import { InputProblem } from './input-problem.ts'
import type { InputItem, InputTopic } from './input-record.ts'
import { Misfit, misfitReason } from './misfit.ts'
import { beginningOf } from './original.ts'
import { cellKind, cellProblem, cellReader } from './parquet-cells.ts'
import type { Ignored } from './read-json.ts'
import { createStamp, timeBeside } from './stamp.ts'

export type ParquetRow = Readonly<Record<string, unknown>>

export interface RowReader {
  /** Those that are read. */
  readonly columns: readonly string[]
  /** Those that nothing takes. */
  readonly extra: readonly string[]
  /** `number` counts from 1. */
  readonly read: (row: ParquetRow, number: number) => InputItem
}

/** What our own files hold beside the fields. */
const OWN = ['_partition', '_offset', '_available', '_time', '_key', '_deleted']

type ReadField = (row: ParquetRow) => unknown

interface Matching {
  readonly trees: ReadonlyMap<string, SchemaTree>
  readonly ignored: Ignored
  readonly refuse: (sentence: string, column?: string) => InputProblem
  readonly take: (column: string) => void
}

/** Throws an InputProblem for columns that are missing or can never fit. */
export function rowReader(
  children: readonly SchemaTree[],
  topic: InputTopic,
  { file, ignored }: { readonly file: string; readonly ignored: Ignored },
): RowReader {
  const trees = new Map(children.map((tree) => [tree.element.name, tree]))
  const taken = new Set<string>()
  const refuse = (sentence: string, column?: string) =>
    new InputProblem(`${file} ${sentence}`, {
      ...{ topic: topic.name, file },
      ...(column !== undefined && { column }),
    })
  const matching: Matching = { trees, ignored, refuse, take: (column) => taken.add(column) }
  const fields = topic.record.fields.map((field) => ({
    name: field.name,
    read: fieldColumns(field, topic, matching),
  }))
  const beside = besideColumns(topic, matching)
  const stamp = createStamp(topic)

  function read(row: ParquetRow, number: number): InputItem {
    const place = `${file}:record ${String(number)}`
    const isDeleted = beside.isDeleted(row)
    let reason: string | undefined
    const value: Value = {}
    for (const { name, read: readField } of isDeleted ? [] : fields) {
      const own = readField(row)
      if (own instanceof Misfit) reason ??= misfitReason('column', name, own)
      value[name] = own
    }
    const key = isDeleted ? beside.key(row) : undefined
    if (isDeleted && key === undefined) reason = 'a record without a value has no "_key"'
    const timeless = stamp.read(isDeleted ? null : value, beside.time(row), beside.available(row))
    const why = reason ?? timeless
    if (why !== undefined) {
      const known = timeless === undefined && { available: stamp.available }
      return { kind: 'bad', reason: why, place, original: rowText(row), ...known }
    }
    const { time, available } = stamp
    const keyed = key !== undefined && { key }
    return { kind: 'record', value: isDeleted ? null : value, ...keyed, time, available, place }
  }

  const extra = [...trees.keys()].filter((name) => !taken.has(name) && !OWN.includes(name))
  return { columns: [...taken], extra, read }
}

/** The column of the field, else those of the record in it, else its default. */
function fieldColumns(field: RecordField, topic: InputTopic, matching: Matching): ReadField {
  const { name, type } = field
  const own = columnReader(name, type, matching)
  if (own !== undefined) return own
  const inner = flattened(field)
  if (inner?.fields.some((each) => matching.trees.has(`${name}_${each.name}`))) {
    return flatReader(field, inner.fields, topic, matching)
  }
  const otherwise = fieldDefault(field) ?? null
  if (otherwise !== null || type.kind === 'nullable') return () => otherwise
  throw missing(name, topic, matching)
}

function flatReader(
  { name, type }: RecordField,
  fields: readonly RecordField[],
  topic: InputTopic,
  matching: Matching,
): ReadField {
  const readers = fields.map((field) => {
    const column = `${name}_${field.name}`
    const read = columnReader(column, field.type, matching)
    const otherwise = fieldDefault(field) ?? null
    if (read === undefined && otherwise === null && field.type.kind !== 'nullable') {
      throw missing(column, topic, matching)
    }
    return { name: field.name, column, read: read ?? (() => otherwise) }
  })
  const present = fields.find((field) => field.type.kind !== 'nullable')
  const mark = type.kind === 'nullable' && present ? `${name}_${present.name}` : undefined
  return (row) => {
    if (mark !== undefined && (row[mark] ?? null) === null) return null
    const record: Value = {}
    for (const { name: inner, read } of readers) {
      const own = read(row)
      if (own instanceof Misfit) return own.within(`.${inner}`)
      record[inner] = own
    }
    return record
  }
}

/** Undefined where there is no such column. */
function columnReader(column: string, type: Type, matching: Matching): ReadField | undefined {
  const tree = matching.trees.get(column)
  if (tree === undefined) return undefined
  const problem = cellProblem(tree, type)
  if (problem !== undefined)
    throw matching.refuse(`does not fit: its column "${column}" ${problem}`, column)
  matching.take(column)
  const read = cellReader(cellKind(tree), type, { ignored: matching.ignored, path: column })
  return (row) => read(row[column])
}

/** What stands beside the value. */
function besideColumns(topic: InputTopic, { trees, take, refuse }: Matching) {
  const column = (...names: readonly string[]) => {
    const found = names.find((name) => trees.has(name))
    if (found !== undefined) take(found)
    return found
  }
  const timeColumn = (found: string | undefined) => {
    const tree = found === undefined ? undefined : trees.get(found)
    if (found === undefined || tree === undefined) return () => undefined
    const cell = cellKind(tree)
    return (row: ParquetRow): number | undefined => {
      const raw = row[found] ?? undefined
      if (raw === undefined) return undefined
      if (cell.kind === 'time') return cell.toMicros(raw)
      if (raw instanceof Uint8Array) return timeBeside(Buffer.from(raw).toString(), topic.unit)
      return timeBeside(typeof raw === 'bigint' ? String(raw) : (raw as number), topic.unit)
    }
  }
  const time = column('_time', 'time')
  if (topic.time === undefined && time === undefined) {
    throw refuse('has no column "time", and the topic names no time field', 'time')
  }
  const isOwn = topic.record.fields.every(({ name }) => !OWN.includes(name))
  const [deleted, key] = isOwn ? [column('_deleted'), column('_key')] : []
  return {
    time: timeColumn(time),
    available: timeColumn(column('_available', 'available')),
    isDeleted: (row: ParquetRow) => deleted !== undefined && row[deleted] === true,
    key: (row: ParquetRow) => {
      const raw = key === undefined ? undefined : row[key]
      return raw instanceof Uint8Array ? Buffer.from(raw).toString('utf8') : undefined
    },
  }
}

function missing(column: string, topic: InputTopic, { trees, refuse }: Matching): InputProblem {
  const near = suggest(column, trees.keys())
  const meant = near === undefined ? '' : ` (did you mean "${near}"?)`
  return refuse(
    `has no column "${column}"${meant}, which topic "${topic.name}" takes; ` +
      'add it, or give the field a default in the schema',
    column,
  )
}

/** The row as JSON, for whoever looks at what was bad. */
function rowText(row: ParquetRow): string {
  const text = JSON.stringify(row, (_name, own: unknown) => {
    if (typeof own === 'bigint') return String(own)
    return own instanceof Uint8Array ? Buffer.from(own).toString('utf8') : own
  })
  return beginningOf(Buffer.from(text, 'utf8'))
}
