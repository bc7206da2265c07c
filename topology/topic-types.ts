// Types of topics: the schema that a topic names, and its key and times held against the schema's
// fields.
import { SchemaError, parseSchema } from '../schemas/avro.ts'
import type { Origin, RecordField, RecordType } from '../schemas/type.ts'
import { fieldsExist } from './check/fields-exist.ts'
import { schemasKnown } from './check/schemas-known.ts'
import { schemasValid } from './check/schemas-valid.ts'
import { timesAgree, typesAgree, unitsAgree } from './check/types-agree.ts'
import type { Spelt, TopicDeclaration, TopologyDeclaration } from './declaration.ts'
import type { Report } from './diagnostic.ts'
import { splitPath } from './file-path.ts'
import type { Catalogue } from './signature.ts'
import type { Files, Source, Span } from './source.ts'

export interface TopicType {
  readonly declaration: TopicDeclaration
  /** Avro schema as JSON. */
  readonly schema: unknown
  readonly record: RecordType
  readonly key: readonly RecordField[]
}

export interface TopicTypes {
  /** Topics whose schema and key are in order; the others have no type. */
  readonly byName: ReadonlyMap<string, TopicType>
  /** The place in the .avsc that a type comes from. */
  readonly spanOf: (origin: Origin | undefined) => Span | undefined
}

type Schema = Pick<TopicType, 'schema' | 'record'>

/** `market/LimitOrder` is schemas/market/limit-order.avsc. */
function schemaPath(name: string): string {
  const parts = name.split('/').map((part) =>
    part
      .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
      .replace(/([A-Z])([A-Z][a-z])/g, '$1-$2')
      .toLowerCase(),
  )
  return `schemas/${parts.join('/')}.avsc`
}

export function readTopicTypes(
  declaration: TopologyDeclaration,
  catalogue: Catalogue,
  files: Files,
  report: Report,
): TopicTypes {
  const sources = new Map<string, Source>()
  const schemas = new Map<string, { readonly source?: Source; readonly schema?: Schema }>()
  const byName = new Map<string, TopicType>()
  const spanOf = (origin: Origin | undefined): Span | undefined => {
    const source = origin && sources.get(origin.file)
    return source && { source, start: origin.start, end: origin.end }
  }
  const find = (name: Spelt<string>): { readonly source?: Source; readonly schema?: Schema } => {
    const source = findSource(name, catalogue, files, declaration.source)
    if (!source) return {}
    sources.set(source.path, source)
    const schema = readSchema(name, source, report)
    return { source, ...(schema && { schema }) }
  }
  const schemaOf = (name: Spelt<string>): Schema | undefined => {
    const found = schemas.get(name.value) ?? find(name)
    schemas.set(name.value, found)
    if (!found.source) {
      schemasKnown.check(report, name, schemaPath(name.value), catalogue.schemas.keys())
    }
    return found.schema
  }
  for (const topic of declaration.topics) {
    const schema = schemaOf(topic.schema)
    const type = schema && typeOf(topic, schema, spanOf, report)
    if (type) byName.set(topic.name.value, type)
  }
  return { byName, spanOf }
}

/** The topology's own file first, then the built-in one. */
function findSource(
  { value }: Spelt<string>,
  { schemas }: Catalogue,
  files: Files,
  topology: Source,
): Source | undefined {
  const path = schemaPath(value)
  const text = files.read(path)
  if (text !== undefined) return { path: `${splitPath(topology.path).folder}${path}`, text }
  return schemas.get(value)
}

function readSchema(name: Spelt<string>, source: Source, report: Report): Schema | undefined {
  try {
    return parseSchema(source)
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error
    schemasValid.check(report, name.value, source, error, name.span)
    return undefined
  }
}

function typeOf(
  declaration: TopicDeclaration,
  { schema, record }: Schema,
  spanOf: TopicTypes['spanOf'],
  report: Report,
): TopicType | undefined {
  const carrier = `schema ${declaration.schema.value}`
  const key: RecordField[] = []
  for (const spelt of declaration.key.value) {
    const field = fieldsExist.check(report, spelt, record, carrier)
    if (field && typesAgree.check(report, field, spelt.span, spanOf(field.origin))) key.push(field)
  }
  const { unit } = declaration
  let takesUnit = false
  for (const spelt of [declaration.time, declaration.available]) {
    if (!spelt) continue
    const field = fieldsExist.check(report, spelt, record, carrier)
    const declared = spanOf(field?.origin)
    const about = { unit, ...(declared && { declared }) }
    if (field) timesAgree.check(report, field, spelt.span, about)
    takesUnit ||= field?.type.kind !== 'time'
  }
  if (unit && !takesUnit) unitsAgree.check(report, unit)
  const isKeyed = key.length === declaration.key.value.length
  return isKeyed ? { declaration, schema, record, key } : undefined
}
