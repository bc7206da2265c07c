// Which type a field's column has, how its values are sent, and which of them Postgres takes not.
// Nothing is rounded, cut or guessed: a value goes in as it is, or says why it cannot.
import { Decimal, decimalProblem, decimalText } from '../../schemas/decimal.ts'
import type { DecimalRoom } from '../../schemas/decimal.ts'
import { finiteProblem } from '../../schemas/finite-check.ts'
import { valueToJson } from '../../schemas/value-to-json.ts'
import type { RecordType, Type, Value } from '../../schemas/type.ts'
import type { ColumnArray, SentAs } from './column-array.ts'
import { quoteText } from './quote.ts'

export interface ColumnType {
  /** As Postgres itself spells it (`format_type`). */
  readonly sql: string
  /** The statement casts it to `sql` where that is another type. */
  readonly sentAs: SentAs
  /** Why a value that is not null cannot be one, as the end of `column "x" ...`. */
  readonly problem: (value: unknown) => string | undefined
  /** `problem` must have found none. */
  readonly add: (to: ColumnArray, value: unknown) => void
  /** A value that is not null, as SQL. */
  readonly literal: (value: unknown) => string
}

/** Of a nullable type, that of what it may hold. */
export function columnType(type: Type): ColumnType {
  switch (type.kind) {
    case 'nullable':
      return columnType(type.of)
    case 'boolean':
      return BOOLEAN
    case 'int':
      return INTEGER
    case 'long':
      return BIGINT
    case 'float':
      return REAL
    case 'double':
      return DOUBLE
    case 'string':
    case 'enum':
      return TEXT
    case 'bytes':
    case 'fixed':
      return BYTES
    case 'time':
      return TIME
    case 'duration':
      return INTERVAL
    case 'decimal':
      return numeric(type)
    case 'list':
    case 'map':
    case 'record':
    case 'null':
    case 'unknown':
      return json(type)
  }
}

export const BOOLEAN: ColumnType = {
  sql: 'boolean',
  sentAs: 'bool',
  problem: (value) => (typeof value === 'boolean' ? undefined : 'takes true and false alone'),
  add: (to, value) => to.addBoolean(value as boolean),
  literal: String,
}

export const INTEGER: ColumnType = {
  sql: 'integer',
  sentAs: 'int4',
  problem: (value) =>
    typeof value === 'number' && value === (value | 0)
      ? undefined
      : 'takes whole numbers of 32 bits alone',
  add: (to, value) => to.addInt(value as number),
  literal: String,
}

export const BIGINT: ColumnType = {
  sql: 'bigint',
  sentAs: 'int8',
  problem: (value) =>
    Number.isSafeInteger(value) ? undefined : 'takes whole numbers below 2^53 alone',
  add: (to, value) => to.addLong(value as number),
  literal: String,
}

const REAL: ColumnType = {
  sql: 'real',
  sentAs: 'float4',
  problem: numberProblem,
  add: (to, value) => to.addFloat(value as number),
  literal: (value) => quoteText(String(value)),
}

const DOUBLE: ColumnType = {
  sql: 'double precision',
  sentAs: 'float8',
  problem: numberProblem,
  add: (to, value) => to.addDouble(value as number),
  literal: (value) => quoteText(String(value)),
}

const TEXT: ColumnType = {
  sql: 'text',
  sentAs: 'text',
  problem: (value) => (typeof value === 'string' ? textProblem(value) : 'takes texts alone'),
  add: (to, value) => to.addText(value as string),
  literal: (value) => quoteText(value as string),
}

const BYTES: ColumnType = {
  sql: 'bytea',
  sentAs: 'bytea',
  problem: (value) => (value instanceof Uint8Array ? undefined : 'takes bytes alone'),
  add: (to, value) => to.addBytes(value as Uint8Array),
  literal: (value) => `'\\x${Buffer.from(value as Uint8Array).toString('hex')}'::bytea`,
}

export const TIME: ColumnType = {
  sql: 'timestamp with time zone',
  sentAs: 'timestamptz',
  problem: microsProblem,
  add: (to, value) => to.addTime(value as number),
  literal: (value) => `(timestamptz '1970-01-01Z' + interval '${value as number} microseconds')`,
}

/** It has no days and no months: what is added to a time is as many microseconds, ever. */
const INTERVAL: ColumnType = {
  sql: 'interval',
  sentAs: 'interval',
  problem: microsProblem,
  add: (to, value) => to.addInterval(value as number),
  literal: (value) => `interval '${value as number} microseconds'`,
}

/** Sent as text: Postgres's binary form counts in tens of thousands, and is no faster to make. */
function numeric(room: DecimalRoom): ColumnType {
  const { precision, scale } = room
  return {
    sql: `numeric(${precision},${scale})`,
    sentAs: 'text',
    problem(value) {
      if (!Decimal.isDecimal(value)) return 'takes decimals alone'
      return decimalProblem(value, room) === undefined
        ? undefined
        : `takes ${precision} digits alone, ${scale} of them behind the point`
    },
    add: (to, value) => to.addText(decimalText(value as Decimal)),
    literal: (value) => decimalText(value as Decimal),
  }
}

/**
 * As JSON is written everywhere else: decimals as texts, times and durations as whole
 * microseconds, bytes as base64.
 */
function json(type: Type): ColumnType {
  const wrapper: RecordType = { kind: 'record', name: 'column', fields: [{ name: 'it', type }] }
  const toJson = valueToJson(wrapper)
  const infinite = finiteProblem(wrapper)
  const textOf = (value: unknown) => JSON.stringify(toJson({ it: value })['it'])
  return {
    sql: 'jsonb',
    sentAs: 'text',
    problem: (value) =>
      infinite?.({ it: value }) === undefined
        ? deepTextProblem(value)
        : 'is JSON, which has no number that is not finite',
    add: (to, value) => to.addText(textOf(value)),
    literal: (value) => `${quoteText(textOf(value))}::jsonb`,
  }
}

function numberProblem(value: unknown): string | undefined {
  return typeof value === 'number' ? undefined : 'takes numbers alone'
}

function microsProblem(value: unknown): string | undefined {
  return Number.isSafeInteger(value) ? undefined : 'takes whole microseconds below 2^53 alone'
}

function textProblem(text: string): string | undefined {
  if (text.includes('\0')) return 'takes no text with a NUL'
  return text.isWellFormed() ? undefined : 'takes no text with half a character'
}

function deepTextProblem(value: unknown): string | undefined {
  if (typeof value === 'string') return textProblem(value)
  if (typeof value !== 'object' || value === null) return undefined
  if (value instanceof Uint8Array || Decimal.isDecimal(value)) return undefined
  for (const [name, part] of Object.entries(value as Value)) {
    const problem = textProblem(name) ?? deepTextProblem(part)
    if (problem !== undefined) return problem
  }
  return undefined
}
