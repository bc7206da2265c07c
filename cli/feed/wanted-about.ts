// What the user says of a topic that the log does not know yet, checked: its schema, its key, and
// the fields that hold its times.
import { basename } from 'node:path'
import type { TopicAbout } from '../../connectors/connector.ts'
import { avroToType, parseSchema, SchemaError } from '../../schemas/avro.ts'
import { builtInSchemas } from '../../schemas/built-in.ts'
import { keyProblem } from '../../schemas/key.ts'
import { describeType, fieldOf, type RecordField, type RecordType } from '../../schemas/type.ts'
import type { Diagnostic } from '../../topology/diagnostic.ts'
import { parseDuration } from '../../topology/duration.ts'
import { lineAndColumn, type Source } from '../../topology/source.ts'
import { suggest } from '../../topology/suggest.ts'
import { FileProblem, readSource } from '../load-topology.ts'

/** As the options give it. */
export interface StatedAbout {
  readonly schema?: string
  /** Names with commas between them. */
  readonly key?: string
  readonly time?: string
  readonly available?: string
  readonly delay?: string
}

const USUAL_TIME = 'time'

/** @throws FileProblem that names the option and the repair. */
export function aboutFrom(stated: StatedAbout & { readonly schema: string }): TopicAbout {
  const schema = readSchemaOption(stated.schema)
  const record = avroToType(schema)
  return {
    schema,
    key: keyFields(stated.key),
    time: stated.time ?? usualTime(record),
    ...(stated.available !== undefined && { available: stated.available }),
    delay: delayOf(stated.delay),
  }
}

/** Holds the fields that `about` names against its schema. */
export function checkFields({ schema, key, time, available }: TopicAbout): void {
  const record = avroToType(schema)
  for (const name of key) {
    const problem = keyProblem(requireField(record, '--key', name).type)
    if (problem !== undefined) throw new FileProblem(`--key: field "${name}" ${problem}`)
  }
  if (time !== undefined) requireTime(record, '--time', time)
  if (available !== undefined) requireTime(record, '--available', available)
}

export function keyFields(key: string | undefined): readonly string[] {
  const fields = key === undefined ? [] : key.split(',').map((name) => name.trim())
  const twin = fields.find((name, index) => fields.indexOf(name) !== index)
  if (twin !== undefined) throw new FileProblem(`--key names "${twin}" twice; name it once`)
  return fields
}

export function delayOf(delay: string | undefined): number {
  const reading = parseDuration(delay ?? '0s')
  if ('micros' in reading) return reading.micros
  throw new FileProblem(`--delay "${delay ?? ''}" ${reading.problem}; ${reading.repair}`)
}

/** A file, or the name of a schema that comes with Millrace. */
export function readSchemaOption(name: string): unknown {
  const source = builtInSchemas.get(name) ?? schemaFile(name)
  try {
    return parseSchema(source).schema
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error
    const { offset, message } = error
    const at = offset === undefined ? undefined : lineAndColumn(source, offset)
    const place = at === undefined ? source.path : `${source.path}:${at.line}:${at.column}`
    throw new FileProblem(`${place}: ${message}`)
  }
}

function schemaFile(path: string): Source {
  const diagnostics: Diagnostic[] = []
  try {
    const source = readSource(path, diagnostics)
    if (source !== undefined) return source
  } catch (error) {
    const near = suggest(path, builtInSchemas.keys())
    if (!(error instanceof FileProblem) || near === undefined) throw error
    throw new FileProblem(`--schema: ${error.message}; did you mean the built-in "${near}"?`)
  }
  throw new FileProblem(`${path}: ${diagnostics[0]?.message ?? 'it cannot be read'}`)
}

function requireField(record: RecordType, option: string, name: string): RecordField {
  const field = fieldOf(record, name)
  if (field !== undefined) return field
  const names = record.fields.map((each) => each.name)
  const near = suggest(name, names)
  const repair =
    near === undefined ? `its fields are ${names.join(', ')}` : `did you mean "${near}"?`
  throw new FileProblem(`${option}: ${record.name} has no field "${name}"; ${repair}`)
}

function requireTime(record: RecordType, option: string, name: string): void {
  const { type } = requireField(record, option, name)
  if (type.kind === 'time') return
  throw new FileProblem(
    `${option}: field "${name}" is ${describeType(type)}, not a time; ${timesOf(record)}`,
  )
}

function usualTime(record: RecordType): string {
  if (fieldOf(record, USUAL_TIME)?.type.kind === 'time') return USUAL_TIME
  throw new FileProblem(
    `${record.name} has no field "${USUAL_TIME}" that is a time, so say which field holds the ` +
      `event time: --time FIELD; ${timesOf(record)}`,
  )
}

function timesOf(record: RecordType): string {
  const times = record.fields.filter(({ type }) => type.kind === 'time').map(({ name }) => name)
  if (times.length > 0) return `its times are ${times.join(', ')}`
  return `no field of ${record.name} is a time; declare one as timestamp-micros in the schema`
}

/** A file's name up to its first dot: the topic that it is probably for. */
export function topicOfFile(path: string): string {
  const name = basename(path)
  const dot = name.indexOf('.')
  return dot > 0 ? name.slice(0, dot) : name
}
