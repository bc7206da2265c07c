// Whether records of one type can be read as another: Avro's schema resolution, over our types.
// What a step writes must be taken by its topic's schema, and what an old schema wrote by the new
// one. All problems are found, not the first.
import { DefaultError, fieldDefault } from './default.ts'
import { describeType, fieldOf } from './type.ts'
import type { RecordField, RecordType, Type } from './type.ts'

export { createProjection } from './projection.ts'

/** Why one field of the writer cannot be read. */
export interface AcceptProblem {
  /** The field, such as `bids[].price`; empty for the record itself. */
  readonly path: string
  /** A sentence with the field and both types. */
  readonly message: string
  /** What mends it. */
  readonly repair?: string
}

/** Every reason why `reader` cannot take all values of `writer`; empty if it can. */
export function acceptProblems(reader: Type, writer: Type): readonly AcceptProblem[] {
  return problems(reader, writer, '')
}

/** The first reason, as one sentence with its repair; undefined when there is none. */
export function acceptProblem(reader: Type, writer: Type): string | undefined {
  const [first] = acceptProblems(reader, writer)
  return first && (first.repair === undefined ? first.message : `${first.message}; ${first.repair}`)
}

function problems(reader: Type, writer: Type, path: string): readonly AcceptProblem[] {
  if (reader.kind === 'unknown' || writer.kind === 'unknown') return []
  if (reader.kind === 'nullable') {
    if (writer.kind === 'null') return []
    return problems(reader.of, writer.kind === 'nullable' ? writer.of : writer, path)
  }
  if (writer.kind === 'nullable' || (writer.kind === 'null' && reader.kind !== 'null')) {
    return [nullProblem(reader, writer, path)]
  }
  if (reader.kind === 'record' && writer.kind === 'record') {
    return reader.fields.flatMap((field) => fieldProblems(field, reader, writer, path))
  }
  if (reader.kind === 'list' && writer.kind === 'list') {
    return problems(reader.items, writer.items, `${path}[]`)
  }
  if (reader.kind === 'map' && writer.kind === 'map') {
    return problems(reader.values, writer.values, `${path}{}`)
  }
  if (reader.kind === 'enum') return enumProblems(reader, writer, path)
  return takes(reader, writer) ? [] : [mismatch(reader, writer, path)]
}

function fieldProblems(
  field: RecordField,
  reader: RecordType,
  writer: RecordType,
  path: string,
): readonly AcceptProblem[] {
  const inner = path === '' ? field.name : `${path}.${field.name}`
  const written = fieldOf(writer, field.name)
  if (written) return problems(field.type, written.type, inner)
  const preset = defaultProblem(field)
  if (preset === undefined) return []
  const nullDefault = field.type.kind === 'nullable' ? '"default": null' : 'a default'
  const described = `field "${inner}" (${describeType(field.type)}) of ${reader.name}`
  return [
    {
      path: inner,
      message: `${described} ${preset}, and ${writer.name} does not have it`,
      repair: `add "${field.name}" to the records, or ${nullDefault} to the schema`,
    },
  ]
}

/**
 * Why a missing field cannot be filled. A nullable field is no exception: Avro fills nothing
 * without a default.
 */
function defaultProblem(field: RecordField): string | undefined {
  if (field.default === undefined) return 'has no default'
  try {
    fieldDefault(field)
    return undefined
  } catch (error) {
    if (error instanceof DefaultError) return `has a default that ${error.message}`
    throw error
  }
}

function nullProblem(reader: Type, writer: Type, path: string): AcceptProblem {
  const repair =
    writer.kind === 'null'
      ? `give it a value, or make it nullable`
      : `use orElse(${path === '' ? 'x' : path}, ...)`
  const given = `${subject(path)} is ${describeType(writer)}`
  const relation = writer.kind === 'null' ? '' : ', which may be null'
  return { path, message: `${given}${relation}, where ${describeType(reader)} is taken`, repair }
}

function enumProblems(
  reader: Type & { readonly kind: 'enum' },
  writer: Type,
  path: string,
): readonly AcceptProblem[] {
  const words =
    writer.kind === 'enum' ? writer.symbols : writer.kind === 'string' ? writer.literals : undefined
  if (!words) return [mismatch(reader, writer, path)]
  const unknown = words.filter((word) => !reader.symbols.includes(word))
  if (unknown.length === 0) return []
  const list = unknown.map((word) => JSON.stringify(word)).join(', ')
  const given = `${subject(path)} is ${describeType(writer)}`
  return [
    {
      path,
      message: `${given}, but ${reader.name} has no symbol ${list}`,
      repair: `use one of ${reader.symbols.join(', ')}`,
    },
  ]
}

/** What each number becomes without loss, in Avro's order. */
const widened: Readonly<Record<string, readonly string[]>> = {
  int: ['int', 'long', 'float', 'double'],
  long: ['long', 'float', 'double'],
  float: ['float', 'double'],
  string: ['string', 'bytes'],
  bytes: ['bytes', 'string'],
}

function takes(reader: Type, writer: Type): boolean {
  if (reader.kind === 'decimal' && writer.kind === 'decimal') {
    return reader.scale === writer.scale && reader.precision >= writer.precision
  }
  if (reader.kind === 'time' && writer.kind === 'time') {
    return reader.unit === writer.unit || reader.unit === 'us'
  }
  if (reader.kind === 'fixed' && writer.kind === 'fixed') return reader.size === writer.size
  return widened[writer.kind]?.includes(reader.kind) ?? reader.kind === writer.kind
}

function mismatch(reader: Type, writer: Type, path: string): AcceptProblem {
  const repair = repairOf(reader, writer, path === '' ? 'x' : path)
  return {
    path,
    message: `${subject(path)} is ${describeType(writer)}, where ${describeType(reader)} is taken`,
    ...(repair !== undefined && { repair }),
  }
}

function repairOf(reader: Type, writer: Type, name: string): string | undefined {
  const isNumber = ['int', 'long', 'float', 'double'].includes(writer.kind)
  const isConvertible = isNumber || writer.kind === 'decimal' || writer.kind === 'string'
  switch (reader.kind) {
    case 'decimal':
      if (writer.kind === 'decimal' && writer.scale === reader.scale) {
        return `use at most ${reader.precision} digits`
      }
      return isConvertible ? `use decimal(${name}, ${reader.scale})` : undefined
    case 'time':
      if (writer.kind === 'time') return 'declare it as timestamp-micros in the schema'
      if (writer.kind === 'string') return `use time(${name})`
      return isNumber ? 'declare it as timestamp-micros where it comes from' : undefined
    case 'int':
      return isNumber ? 'declare it as long or double in the schema' : undefined
    case 'long':
      return isConvertible ? `use long(${name}), or declare it as double in the schema` : undefined
    case 'float':
      return writer.kind === 'double' ? 'declare it as double in the schema' : undefined
    case 'double':
      return isConvertible ? `use double(${name})` : undefined
    case 'string':
      return isConvertible || ['boolean', 'enum'].includes(writer.kind)
        ? `use string(${name})`
        : undefined
    case 'enum':
      return writer.kind === 'string'
        ? `write ${reader.symbols.join(' or ')} as a literal`
        : undefined
    default:
      return undefined
  }
}

function subject(path: string): string {
  return path === '' ? 'the value' : `field "${path}"`
}
