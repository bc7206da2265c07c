// Defaults: Avro writes them in JSON forms of its own (bytes as text of code points, times in their
// wire unit). Here they become run-time values, and a default that does not fit its type is refused
// with a sentence.
import { bytesToDecimal, decimalProblem } from './decimal.ts'
import type { Decimal } from './decimal.ts'
import { describeType } from './type.ts'
import type { RecordField, RecordType, Type, Value } from './type.ts'

/**
 * A default that does not fit; its message is the end of a sentence: `default of "price" must be a
 * number`.
 */
export class DefaultError extends Error {
  override readonly name = 'DefaultError'
}

/**
 * The run-time value of a default in Avro's JSON form. Throws a DefaultError when it does not fit
 * the type. A null is taken for every nullable type: whether a union's order allows it is the
 * schema reader's to say.
 */
export function defaultValue(type: Type, json: unknown): unknown {
  switch (type.kind) {
    case 'nullable':
      return json === null ? null : defaultValue(type.of, json)
    case 'null':
      return json === null ? null : misfit(type, 'null')
    case 'boolean':
      return typeof json === 'boolean' ? json : misfit(type, 'true or false')
    case 'int':
    case 'long':
    case 'duration':
    case 'time':
      return integer(type, json)
    case 'float':
    case 'double':
      return typeof json === 'number' ? json : misfit(type, 'a number')
    case 'string':
      return typeof json === 'string' ? json : misfit(type, 'a text')
    case 'enum':
      return typeof json === 'string' && type.symbols.includes(json)
        ? json
        : misfit(type, `one of ${type.symbols.join(', ')}`)
    case 'bytes':
      return fromBytes({ kind: 'bytes' }, json)
    case 'fixed':
    case 'decimal':
      return fromBytes(type, json)
    case 'list':
      return Array.isArray(json)
        ? json.map((item) => defaultValue(type.items, item))
        : misfit(type, 'a JSON list')
    case 'map':
      return isJsonMap(json)
        ? Object.fromEntries(
            Object.entries(json).map(([name, each]) => [name, defaultValue(type.values, each)]),
          )
        : misfit(type, 'a JSON map')
    case 'record':
      return isJsonMap(json) ? recordDefault(type, json) : misfit(type, 'a JSON map')
    case 'unknown':
      return json
  }
}

/** The run-time value of a field's default; undefined when it has none. */
export function fieldDefault(field: RecordField): unknown {
  return field.default === undefined ? undefined : defaultValue(field.type, field.default)
}

function recordDefault(type: RecordType, json: Readonly<Record<string, unknown>>): Value {
  const value: Value = {}
  for (const field of type.fields) {
    const own = Object.hasOwn(json, field.name) ? json[field.name] : field.default
    if (own === undefined) throw new DefaultError(`lacks the field "${field.name}"`)
    value[field.name] = defaultValue(field.type, own)
  }
  return value
}

function integer(type: Type, json: unknown): number {
  if (!Number.isSafeInteger(json)) return misfit(type, 'an integer')
  const value = json as number
  if (type.kind === 'int' && value !== (value | 0)) return misfit(type, 'an integer of 32 bits')
  const micros = type.kind === 'time' && type.unit === 'ms' ? value * 1000 : value
  return Number.isSafeInteger(micros) ? micros : misfit(type, 'a time before the year 287396')
}

function fromBytes(
  type: Extract<Type, { kind: 'fixed' | 'decimal' }> | { readonly kind: 'bytes' },
  json: unknown,
): Uint8Array | Decimal {
  if (typeof json !== 'string' || /[^\0-\xff]/.test(json)) {
    return misfit(type, 'a text of code points up to 255, one for each byte')
  }
  const bytes = Buffer.from(json, 'latin1')
  if (type.kind === 'bytes') return bytes
  if (type.kind === 'fixed') {
    return bytes.length === type.size ? bytes : misfit(type, `${type.size} bytes long`)
  }
  if (bytes.length === 0) return misfit(type, 'one byte or longer')
  const decimal = bytesToDecimal(bytes, type.scale)
  return decimalProblem(decimal, type) === undefined
    ? decimal
    : misfit(type, `at most ${type.precision} digits long`)
}

function isJsonMap(json: unknown): json is Readonly<Record<string, unknown>> {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}

function misfit(type: Type, wanted: string): never {
  throw new DefaultError(`must be ${wanted}, as its type is ${describeType(type)}`)
}
