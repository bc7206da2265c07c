// The columns of a file of this sink: those of the topic's fields, and beside them where a record
// stood on the log and what the value does not say. Reading a file by them gives the topic again.
import { finiteProblem } from '../../schemas/finite-check.ts'
import {
  columnPlaces,
  flattened,
  type ParquetColumn,
  parquetColumn,
} from '../../schemas/parquet-columns.ts'
import { notNull, type RecordType, STRING, TIME, type Type } from '../../schemas/type.ts'
import type { SinkRecord, SinkTopic } from '../sink.ts'

type Row = SinkRecord

type Own = readonly [name: string, type: Type, read: (row: Row) => unknown]

/** `_key` and `_deleted` are of tables, `_time` of topics without a field for it. */
function ownColumns(topic: Pick<SinkTopic, 'time' | 'isTable'>, partition = 0): readonly Own[] {
  return [
    ['_partition', { kind: 'int' }, () => partition],
    ['_offset', { kind: 'long' }, ({ offset }) => offset],
    ['_available', TIME, ({ available }) => available],
    ...(topic.time === undefined ? [['_time', TIME, ({ time }: Row) => time] as const] : []),
    ...(topic.isTable
      ? [
          ['_key', STRING, ({ key }: Row) => key] as const,
          ['_deleted', { kind: 'boolean' }, ({ value }: Row) => value === null] as const,
        ]
      : []),
  ]
}

export function ownNames(topic: Pick<SinkTopic, 'time' | 'isTable'>): readonly string[] {
  return ownColumns(topic).map(([name]) => name)
}

export function fileColumns(topic: SinkTopic, partition: number): readonly ParquetColumn<Row>[] {
  const fields = columnPlaces(topic.record).map((place) => {
    const { element, read } = parquetColumn(place, topic.isTable)
    return { element, read: ({ value }: Row) => read(value) }
  })
  const own = ownColumns(topic, partition).map(([column, type, readOwn]) => {
    const place = { column, path: [column], type, isNullable: false } as const
    const { element, read } = parquetColumn(place, false)
    return { element, read: (row: Row) => read({ [column]: readOwn(row) }) }
  })
  return [...fields, ...own]
}

/** The columns' types in words, by which files of one folder are held to be alike. */
export function columnTypes(
  columns: readonly ParquetColumn<Row>[],
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    columns.map(
      ({ element: { name, type = '', converted_type, precision, scale, type_length } }) => {
        const digits = precision === undefined ? '' : `(${String(precision)},${String(scale)})`
        const size = type_length === undefined ? '' : `(${String(type_length)})`
        return [
          name,
          converted_type === undefined ? `${type}${size}` : `${converted_type}${digits}`,
        ]
      },
    ),
  )
}

/** Why a value cannot be written: JSON text has no infinities; columns of doubles have. */
export function jsonProblem(
  record: RecordType,
): ((value: unknown) => string | undefined) | undefined {
  const isJson = ({ kind }: Type) => kind === 'list' || kind === 'map' || kind === 'record'
  const fields = record.fields.flatMap((field) => {
    const inner = flattened(field)
    if (inner === undefined) return isJson(notNull(field.type)) ? [field] : []
    const own = inner.fields.filter(({ type }) => isJson(notNull(type)))
    const only: Type = { ...inner, fields: own }
    const isNullable = field.type.kind === 'nullable'
    return [{ ...field, type: isNullable ? { kind: 'nullable' as const, of: only } : only }]
  })
  return finiteProblem({ ...record, fields })
}
