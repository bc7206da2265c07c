// A record's key as canonical text: the name of its entry in stores, what is hashed to find its
// partition, and what output shows. Equal keys have equal texts, different keys of one stream
// different ones.
import { Decimal, decimalText } from './decimal.ts'
export { partitionOf } from './partition.ts'
import { fieldReader } from './field-reader.ts'
import { describeType, fieldOf, notNull } from './type.ts'
import type { RecordType, Type, Value } from './type.ts'

/** A record without a usable key: null, missing, or not of the field's type. */
export class KeyError extends Error {
  override readonly name = 'KeyError'
  readonly field: string

  constructor(field: string, fault: string) {
    super(`key field "${field}" ${fault}`)
    this.field = field
  }
}

const keyKinds = ['string', 'enum', 'boolean', 'int', 'long', 'time', 'duration', 'decimal']

/**
 * Why values of this type cannot be a key, as the end of a sentence with the repair, or undefined.
 * Kinds that can: string, enum, boolean, int, long, time, duration, decimal.
 */
export function keyProblem(type: Type): string | undefined {
  if (type.kind === 'unknown' || keyKinds.includes(type.kind)) return undefined
  const described = describeType(type)
  if (type.kind === 'nullable') {
    return `may be null (${described}); make it non-null before it becomes a key`
  }
  if (type.kind === 'float' || type.kind === 'double') {
    return `is ${described}, whose last digits decide equality; use a string, long or decimal`
  }
  return `is ${described}; a key is one of ${keyKinds.join(', ')}`
}

/**
 * Compiles the reading of a record's key. A key of one string or enum is that string. One field of
 * another kind is its JSON text: `17`, `true`, `"1.5"` for a decimal. Several fields are a JSON
 * list, `["a1","BTCUSDT"]`, and the global key `all` is the empty list, `[]`.
 *
 * The fields must exist and be of kinds that `keyProblem` allows (asserted).
 * The reader throws a KeyError for a value whose key field is null, missing or of another type.
 */
export function keyReader(record: RecordType, fields: readonly string[]): (value: Value) => string {
  if (fields.length === 0) return () => '[]'
  const parts = fields.map((name) => partReader(record, name))
  const [first] = parts
  if (parts.length > 1 || !first) return (value) => joinParts(parts, value)
  if (!first.isText) return (value) => first.read(value)
  const { name } = first
  const read = fieldReader(name)
  return (value) => {
    const text = read(value)
    return typeof text === 'string' ? text : failKey(name, text)
  }
}

/**
 * The key as output shows it: a string, a number, a boolean, or a list of them; decimals as
 * strings. `types` are the types of the key's fields.
 */
export function keyJson(text: string, types: readonly Type[]): unknown {
  const [type] = types
  const isPlain = types.length === 1 && type !== undefined && isTextType(notNull(type))
  return isPlain ? text : (JSON.parse(text) as unknown)
}

/**
 * The key text of values given one by one in their run-time form, such as the values of a look-up's
 * expressions. Throws a KeyError that names the value by its place, from 1.
 */
export function keyText(values: readonly unknown[]): string {
  const [first] = values
  if (values.length === 1) return typeof first === 'string' ? first : valueText('1', first)
  let text = '['
  values.forEach((value, index) => {
    text += `${index === 0 ? '' : ','}${valueText(String(index + 1), value)}`
  })
  return `${text}]`
}

/** The bytes that stand for a key on the log: its text in UTF-8. */
export function keyBytes(text: string): Uint8Array {
  return Buffer.from(text, 'utf8')
}

function valueText(name: string, value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'boolean') return String(value)
  if (typeof value === 'number') return integerText(name, value)
  return decimalPart(name, value)
}

interface PartReader {
  readonly name: string
  readonly isText: boolean
  /** The part's JSON text. */
  readonly read: (value: Value) => string
}

function partReader(record: RecordType, name: string): PartReader {
  const field = fieldOf(record, name)
  if (!field) throw new Error(`key field "${name}" is not a field of ${record.name}`)
  const type = notNull(field.type)
  const problem = keyProblem(type)
  if (problem !== undefined) throw new Error(`key field "${name}" ${problem}`)
  return { name, isText: isTextType(type), read: (value) => partText(type, name, value[name]) }
}

function partText(type: Type, name: string, part: unknown): string {
  if (isTextType(type)) return typeof part === 'string' ? JSON.stringify(part) : failKey(name, part)
  if (type.kind === 'boolean') return typeof part === 'boolean' ? String(part) : failKey(name, part)
  return type.kind === 'decimal' ? decimalPart(name, part) : integerText(name, part)
}

function decimalPart(name: string, part: unknown): string {
  const isUsable = Decimal.isDecimal(part) && part.isFinite()
  return isUsable ? `"${decimalText(part)}"` : failKey(name, part)
}

function integerText(name: string, part: unknown): string {
  // Adding 0 makes -0 the same key as 0.
  return Number.isSafeInteger(part) ? String((part as number) + 0) : failKey(name, part)
}

function joinParts(parts: readonly PartReader[], value: Value): string {
  let text = '['
  for (const part of parts) text += text.length === 1 ? part.read(value) : `,${part.read(value)}`
  return `${text}]`
}

function isTextType(type: Type): boolean {
  return type.kind === 'string' || type.kind === 'enum'
}

function failKey(name: string, part: unknown): never {
  if (part === null) throw new KeyError(name, 'is null')
  if (part === undefined) throw new KeyError(name, 'is missing')
  throw new KeyError(name, `is not of its type: got ${typeof part}`)
}
