// Which columns hold a record: their names, their types in QuestDB, and how a value is written in a
// line. A record inside a record is flattened once; what is deeper, and lists and maps, are JSON.
import { type Decimal, decimalProblem, decimalText } from '../../schemas/decimal.ts'
import { finiteProblem } from '../../schemas/finite-check.ts'
import { notNull, type RecordType, type Type, type Value } from '../../schemas/type.ts'
import { jsonConversion } from '../../schemas/value-to-json.ts'
import { lineText, lineWord } from './names.ts'

export interface Column {
  readonly name: string
  /** As CREATE TABLE spells it. */
  readonly type: string
  /** Its cells stand before those of all other columns in a line. */
  readonly isSymbol: boolean
  /** Of a record's value; null or undefined: the line leaves the column out, and it is null. */
  readonly read: (value: Value) => unknown
  /** In a line. Of what `problem` takes. */
  readonly text: (cell: unknown) => string
  /** What the column does not take, such as `no infinity`; undefined: it takes everything. */
  readonly problem?: (cell: unknown) => string | undefined
}

/** Fields of the record as they are stored. */
export interface StoredField {
  readonly name: string
  readonly type: Type
  readonly read: (value: Value) => unknown
}

/** Each field, and in place of a record its fields, as `outer_inner`. */
export function storedFields(record: RecordType): readonly StoredField[] {
  return record.fields.flatMap(({ name, type }): readonly StoredField[] => {
    const read = (value: Value): unknown => value[name]
    const inner = notNull(type)
    if (inner.kind !== 'record') return [{ name, type, read }]
    return inner.fields.map((field) => ({
      name: `${name}_${field.name}`,
      type: type.kind === 'nullable' ? { kind: 'nullable', of: notNull(field.type) } : field.type,
      read: (value) => (value[name] as Value | null)?.[field.name],
    }))
  })
}

/** Strings and enums can be symbols, whose texts are stored once. */
export const canBeSymbol = ({ type }: StoredField): boolean => isText(notNull(type))

/** Fields that are symbols where the author says nothing: texts of the key, and enums. */
export function usualSymbols(record: RecordType, key: readonly string[]): readonly string[] {
  return storedFields(record)
    .filter((field) => canBeSymbol(field) && isFew(field, key))
    .map(({ name }) => name)
}

const isFew = ({ name, type }: StoredField, key: readonly string[]): boolean =>
  key.includes(name) || notNull(type).kind === 'enum'

/** `symbols`: names of fields stored as SYMBOL. */
export function columnsOf(record: RecordType, symbols: readonly string[]): readonly Column[] {
  return storedFields(record).map((field) => columnOf(field, symbols.includes(field.name)))
}

function columnOf({ name, type, read }: StoredField, isSymbol: boolean): Column {
  const inner = notNull(type)
  const column = { name, isSymbol: false, read }
  switch (inner.kind) {
    case 'double':
    case 'float':
      return { ...column, type: inner.kind.toUpperCase(), text: String, problem: infinity }
    case 'int':
      return { ...column, type: 'INT', text: integer, problem: leastInt }
    case 'long':
    case 'duration':
      return { ...column, type: 'LONG', text: integer }
    case 'time':
      return { ...column, type: 'TIMESTAMP', text: (cell) => `${String(cell)}t` }
    case 'decimal':
      return {
        ...column,
        type: `DECIMAL(${inner.precision},${inner.scale})`,
        text: (cell) => `${decimalText(cell as Decimal)}d`,
        problem: (cell) => noRoom(decimalProblem(cell as Decimal, inner)),
      }
    case 'boolean':
      // A boolean of QuestDB is never null.
      return type.kind === 'nullable'
        ? { ...column, type: 'SYMBOL', isSymbol: true, text: String }
        : { ...column, type: 'BOOLEAN', text: (cell) => (cell === true ? 't' : 'f') }
    case 'string':
    case 'enum':
      return { ...column, ...(isSymbol ? SYMBOL : VARCHAR) }
    default:
      // JSON escapes U+0000.
      return { ...column, type: 'VARCHAR', text: jsonText(inner), problem: notFinite(inner) }
  }
}

const integer = (cell: unknown): string => `${String(cell)}i`

const noNul = (cell: unknown): string | undefined =>
  (cell as string).includes('\0') ? 'no text with the character U+0000' : undefined

const SYMBOL = {
  type: 'SYMBOL',
  isSymbol: true,
  text: (cell: unknown) => lineWord(cell as string),
  problem: noNul,
}

const VARCHAR = {
  type: 'VARCHAR',
  text: (cell: unknown) => lineText(cell as string),
  problem: noNul,
}

/** NaN is left out: QuestDB has one null for both. */
const infinity = (cell: unknown): string | undefined =>
  cell === Infinity || cell === -Infinity ? 'no infinity: it would read as null' : undefined

/** JSON would have null for it. */
function notFinite(type: Type): (cell: unknown) => string | undefined {
  const problem = finiteProblem({ kind: 'record', name: 'column', fields: [{ name: 'it', type }] })
  return (cell) =>
    problem?.({ it: cell }) === undefined ? undefined : 'no JSON with a number that is not finite'
}

const leastInt = (cell: unknown): string | undefined =>
  cell === -2_147_483_648 ? 'not the least of all ints: it would read as null' : undefined

const noRoom = (problem: string | undefined): string | undefined => problem?.replace(/^a /, 'no ')

function jsonText(type: Type): (cell: unknown) => string {
  if (type.kind === 'bytes' || type.kind === 'fixed') {
    return (cell) => `"${Buffer.from(cell as Uint8Array).toString('base64')}"`
  }
  const convert = jsonConversion(type) ?? ((cell: unknown) => cell)
  return (cell) => lineText(JSON.stringify(convert(cell)))
}

const isText = ({ kind }: Type): boolean => kind === 'string' || kind === 'enum'
