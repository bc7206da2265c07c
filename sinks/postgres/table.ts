// The table that a sink keeps equal to its topic, as it should be: its columns from the schema and
// how a record fills them, its key, its indexes. Pure; what is there already is in found-table.ts.
import { DefaultError, fieldDefault } from '../../schemas/default.ts'
import { fieldReader } from '../../schemas/field-reader.ts'
import { notNull } from '../../schemas/type.ts'
import type { RecordField, RecordType, Value } from '../../schemas/type.ts'
import type { SinkRecord, SinkTopic } from '../sink.ts'
import { BIGINT, BOOLEAN, columnType, INTEGER, TIME } from './column-type.ts'
import type { ColumnType } from './column-type.ts'
import type { PostgresConfig } from './config.ts'

export interface Column {
  readonly name: string
  readonly type: ColumnType
  readonly isNullable: boolean
  /** SQL of what rows have that were there before the column; undefined: null. */
  readonly preset: string | undefined
  readonly read: (record: FilledRecord, partition: number) => unknown
}

/** A record that is a row. */
export type FilledRecord = SinkRecord & { readonly value: Value }

export interface Table {
  readonly schema: string
  readonly name: string
  readonly columns: readonly Column[]
  /** Of the primary key, by name. */
  readonly key: readonly string[]
  /** The fields that are the key; undefined: every record is a row, by where it stood. */
  readonly identity: readonly string[] | undefined
  readonly indexes: readonly (readonly string[])[]
  /** What becomes of the row of a key that is deleted; undefined: none ever is. */
  readonly deleted: 'delete' | 'mark' | undefined
}

const PARTITION = '_partition'
const OFFSET = '_offset'
const EVENT_TIME = '_time'
export const DELETED = '_deleted'

/** What a table needs to know of its topic. */
export type TableTopic = Pick<SinkTopic, 'name' | 'record' | 'key' | 'time' | 'isTable'>

export function tableOf(config: PostgresConfig, topic: TableTopic): Table {
  const identity = config.key ?? (topic.isTable ? topic.key : undefined)
  const deleted = topic.isTable ? config.on_delete : undefined
  const own: readonly (Column | false)[] = [
    topic.time === undefined && required(EVENT_TIME, TIME, ({ time }) => time),
    identity === undefined && required(PARTITION, INTEGER, (_, partition) => partition),
    identity === undefined && required(OFFSET, BIGINT, ({ offset }) => offset),
    deleted === 'mark' && required(DELETED, BOOLEAN, () => false),
  ]
  return {
    schema: config.schema,
    name: config.table ?? topic.name,
    columns: [...columnsOf(topic.record), ...own.filter((column) => column !== false)],
    key: identity ?? [PARTITION, OFFSET],
    identity,
    indexes: config.indexes ?? [],
    deleted,
  }
}

/** One column per field; a record in a field is one column for each of its own fields. */
function columnsOf(record: RecordType): readonly Column[] {
  return record.fields.flatMap((field) => {
    const read = fieldReader(field.name)
    const inner = notNull(field.type)
    if (inner.kind !== 'record') {
      return [fieldColumn(field.name, field, ({ value }) => read(value))]
    }
    return inner.fields.map((part) => {
      const column = fieldColumn(`${field.name}_${part.name}`, part, ({ value }) => {
        const outer = read(value) as Value | null | undefined
        return outer?.[part.name]
      })
      const isNullable = column.isNullable || field.type.kind === 'nullable'
      const preset = field.default === undefined ? column.preset : partPreset(field, part)
      return { ...column, isNullable, preset }
    })
  })
}

function fieldColumn(name: string, field: RecordField, read: Column['read']): Column {
  const type = columnType(field.type)
  const isNullable = field.type.kind === 'nullable' || field.type.kind === 'null'
  return { name, type, isNullable, preset: presetOf(type, defaultOf(field)), read }
}

function partPreset(field: RecordField, part: RecordField): string | undefined {
  const outer = defaultOf(field) as Value | null | undefined
  return presetOf(columnType(part.type), outer?.[part.name])
}

function presetOf(type: ColumnType, value: unknown): string | undefined {
  return value === undefined || value === null ? undefined : type.literal(value)
}

/** A default that does not fit its type fills nothing: to say so is the schema reader's. */
function defaultOf(field: RecordField): unknown {
  try {
    return fieldDefault(field)
  } catch (error) {
    if (error instanceof DefaultError) return undefined
    throw error
  }
}

function required(name: string, type: ColumnType, read: Column['read']): Column {
  return { name, type, isNullable: false, preset: undefined, read }
}

/** The columns of the key, in its order. */
export function keyColumns({ columns, key }: Table): readonly Column[] {
  return key.map((name) => {
    const column = columns.find((each) => each.name === name)
    if (column === undefined) throw new Error(`the key "${name}" is no column`)
    return column
  })
}
