// How records stand in Parquet: a column for each field, those of a record in a field side by side
// with its name before theirs, and what has no column of its own as JSON text. Whoever reads such a
// file by the same type has the same values.
import type { SchemaElement } from 'hyparquet'
import type { Decimal } from './decimal.ts'
import { notNull } from './type.ts'
import type { RecordField, RecordType, Type, Value } from './type.ts'
import { jsonConversion } from './value-to-json.ts'

/** Where a column's values come from: a field, or a field of the record in a field. */
export interface ColumnPlace {
  /** `price`, `book_bid`. */
  readonly column: string
  readonly path: readonly [field: string, inner?: string]
  /** Without what makes it nullable. */
  readonly type: Type
  readonly isNullable: boolean
}

/** One column as it is written. */
export interface ParquetColumn<Row> {
  readonly element: SchemaElement
  /** In the form that the writer takes: bigints for INT64 and decimals, objects for JSON. */
  readonly read: (row: Row) => unknown
}

/** More digits than readers commonly take: such decimals are text. */
const MOST_DIGITS = 38

/** The columns of a record's fields, in their order. */
export function columnPlaces(record: RecordType): readonly ColumnPlace[] {
  return record.fields.flatMap((field): readonly ColumnPlace[] => {
    const inner = flattened(field)
    const isNullable = field.type.kind === 'nullable'
    const { name } = field
    if (inner === undefined) {
      return [{ column: name, path: [name], type: notNull(field.type), isNullable }]
    }
    return inner.fields.map((own) => ({
      column: `${name}_${own.name}`,
      path: [name, own.name],
      type: notNull(own.type),
      isNullable: isNullable || own.type.kind === 'nullable',
    }))
  })
}

/**
 * The record whose fields stand side by side. One that may be null needs a field that may not, by
 * which it is told from one that is there; else it is JSON.
 */
export function flattened({ type }: RecordField): RecordType | undefined {
  const own = notNull(type)
  if (own.kind !== 'record' || own.fields.length === 0) return undefined
  if (type.kind !== 'nullable') return own
  return own.fields.some((field) => field.type.kind !== 'nullable') ? own : undefined
}

/** The column of values at a place; `mayLack`: also where rows have no value at all. */
export function parquetColumn(
  { column, path: [field, inner], type, isNullable }: ColumnPlace,
  mayLack: boolean,
): ParquetColumn<Value | null> {
  const { convert, ...physical } = storage(type)
  const whole = (value: Value | null): unknown => value?.[field]
  const read =
    inner === undefined
      ? whole
      : (value: Value | null) => (whole(value) as Value | null | undefined)?.[inner]
  return {
    element: {
      name: column,
      repetition_type: isNullable || mayLack ? 'OPTIONAL' : 'REQUIRED',
      ...physical,
    },
    read: (value) => {
      const own = read(value)
      return own === null || own === undefined || convert === undefined ? own : convert(own)
    },
  }
}

type Storage = Omit<SchemaElement, 'name'> & { readonly convert?: (value: unknown) => unknown }

const TEXT: Storage = {
  type: 'BYTE_ARRAY',
  converted_type: 'UTF8',
  logical_type: { type: 'STRING' },
}
const toBigint = (value: unknown): bigint => BigInt(value as number)

function storage(type: Type): Storage {
  switch (type.kind) {
    case 'boolean':
      return { type: 'BOOLEAN' }
    case 'int':
      return { type: 'INT32' }
    case 'long':
    case 'duration':
      return { type: 'INT64', convert: toBigint }
    case 'float':
      return { type: 'FLOAT' }
    case 'double':
      return { type: 'DOUBLE' }
    case 'time':
      return {
        type: 'INT64',
        converted_type: 'TIMESTAMP_MICROS',
        logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MICROS' },
        convert: toBigint,
      }
    case 'decimal':
      return decimalStorage(type.precision, type.scale)
    case 'string':
    case 'enum':
    case 'null':
      return TEXT
    case 'bytes':
      return { type: 'BYTE_ARRAY' }
    case 'fixed':
      return { type: 'FIXED_LEN_BYTE_ARRAY', type_length: type.size }
    default: {
      const convert = jsonConversion(type)
      const about = { type: 'BYTE_ARRAY', converted_type: 'JSON' } as const
      return { ...about, logical_type: { type: 'JSON' }, ...(convert && { convert }) }
    }
  }
}

function decimalStorage(precision: number, scale: number): Storage {
  if (precision > MOST_DIGITS) {
    return { ...TEXT, convert: (value) => (value as Decimal).toFixed() }
  }
  return {
    ...(precision <= 18 ? { type: 'INT64' } : { type: 'FIXED_LEN_BYTE_ARRAY', type_length: 16 }),
    converted_type: 'DECIMAL',
    logical_type: { type: 'DECIMAL', precision, scale },
    precision,
    scale,
    convert: (value) => BigInt((value as Decimal).toFixed(scale).replace('.', '')),
  }
}
