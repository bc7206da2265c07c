// Records of one type as records of another that accepts it: the reader's fields in the reader's
// order, defaults filled in, everything else dropped. Compiled once into a constructor of plain
// objects; nothing is looked up per record.
import { Decimal } from './decimal.ts'
import { fieldDefault } from './default.ts'
import { fieldOf, notNull } from './type.ts'
import type { RecordType, Type, Value } from './type.ts'

type Convert = (value: unknown) => unknown

/**
 * Makes the function that builds the reader's record from the writer's. `acceptProblems(reader,
 * writer)` must be empty (asserted as far as fields go). The result is a new object; parts that are
 * the same in both types are shared with the value, defaults between all results, so neither may be
 * changed in place.
 */
export function createProjection(reader: RecordType, writer: RecordType): (value: Value) => Value {
  const inputs: unknown[] = []
  const entries = reader.fields.map((field) => {
    const name = JSON.stringify(field.name)
    const written = fieldOf(writer, field.name)
    if (!written) {
      const preset = fieldDefault(field)
      if (preset === undefined) throw new Error(`field "${field.name}" has no default`)
      return `${name}: inputs[${inputs.push(freeze(preset)) - 1}]`
    }
    const convert = conversion(field.type, written.type)
    if (!convert) return `${name}: value[${name}]`
    return `${name}: inputs[${inputs.push(convert) - 1}](value[${name}])`
  })
  return compile(entries, inputs)
}

/**
 * An object literal gives records one hidden class and constant time per field, several times
 * faster than a loop over names. The text is made of names in JSON quotes and of numbers only.
 */
function compile(entries: readonly string[], inputs: readonly unknown[]): (value: Value) => Value {
  if (entries.some((entry) => entry.startsWith('"__proto__"'))) {
    throw new Error('a record cannot have the field __proto__')
  }
  const text = `return (value) => ({ ${entries.join(', ')} })`
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- only quoted names and numbers
  const make = new Function('inputs', text) as (
    inputs: readonly unknown[],
  ) => (value: Value) => Value
  return make(inputs)
}

/** What a part's value must go through; undefined when it is the same in both types. */
function conversion(reader: Type, writer: Type): Convert | undefined {
  const from = notNull(writer)
  const to = notNull(reader)
  const convert = valueConversion(to, from)
  if (!convert || writer.kind !== 'nullable') return convert
  return (value) => (value === null ? null : convert(value))
}

function valueConversion(reader: Type, writer: Type): Convert | undefined {
  if (reader.kind === 'record' && writer.kind === 'record') {
    return isSameShape(reader, writer) ? undefined : (createProjection(reader, writer) as Convert)
  }
  if (reader.kind === 'list' && writer.kind === 'list') {
    const each = conversion(reader.items, writer.items)
    return each && ((value) => (value as readonly unknown[]).map(each))
  }
  if (reader.kind === 'map' && writer.kind === 'map') {
    const each = conversion(reader.values, writer.values)
    return each && ((value) => mapValues(value as Value, each))
  }
  // What a float cannot hold must not survive until the record is encoded: it would be another
  // value after.
  if (reader.kind === 'float' && writer.kind !== 'float') {
    return (value) => Math.fround(value as number)
  }
  if (reader.kind === 'bytes' && writer.kind === 'string') {
    return (value) => Buffer.from(value as string, 'utf8')
  }
  if (reader.kind === 'string' && writer.kind === 'bytes') {
    return (value) => Buffer.from(value as Uint8Array).toString('utf8')
  }
  return undefined
}

function isSameShape(reader: RecordType, writer: RecordType): boolean {
  return (
    reader.fields.length === writer.fields.length &&
    reader.fields.every((field, index) => {
      const written = writer.fields[index]
      return written?.name === field.name && conversion(field.type, written.type) === undefined
    })
  )
}

function mapValues(value: Value, each: Convert): Value {
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, each(item)]))
}

/** Defaults are shared by all records: a step that changes one must fail, not change the others. */
function freeze(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (ArrayBuffer.isView(value) || Decimal.isDecimal(value)) return value
  for (const part of Object.values(value)) freeze(part)
  return Object.freeze(value)
}
