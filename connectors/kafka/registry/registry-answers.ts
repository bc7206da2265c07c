// What Confluent's registry protocol answers, read from JSON that is not to be trusted: undefined
// where it is not of the shape that was asked for.
import type { HttpAnswer } from './http-exchange.ts'

/** A schema as the registry holds it. */
export interface StoredSchema {
  /** Avro's JSON, or what other types have. */
  readonly text: string
  /** AVRO, JSON, PROTOBUF. */
  readonly type: string
  /** How many other schemas it refers to. */
  readonly references: number
}

export interface SubjectVersion extends StoredSchema {
  readonly id: number
  readonly version: number
}

/** What the registry says of a schema beside a version: why not, if it tells. */
export interface Verdict {
  readonly isCompatible: boolean
  readonly messages: readonly string[]
}

/**
 * Whether the registry says that a subject, version, schema or level is not there: codes 404xx. A
 * bare 404 only says that there is no such page.
 */
export function isMissing({ status, text }: HttpAnswer): boolean {
  const json = status === 404 ? parse(text) : undefined
  const code = isMap(json) ? json['error_code'] : undefined
  return typeof code === 'number' && code > 40400 && code < 40500
}

/** The answer's JSON; undefined where it is none. */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

/** What the answer says in its `message`, in one line; empty where there is none. */
export function messageOf(text: string): string {
  const json = parse(text)
  return isMap(json) && typeof json['message'] === 'string' ? shorten(json['message']) : ''
}

const MOST_WORDS = 300

/** One line of bounded length. */
export function shorten(words: string): string {
  const line = words.replace(/\s+/g, ' ').trim()
  return line.length > MOST_WORDS ? `${line.slice(0, MOST_WORDS)}...` : line
}

export function readSchema(json: unknown): StoredSchema | undefined {
  if (!isMap(json) || typeof json['schema'] !== 'string') return undefined
  const { schemaType, references } = json
  return {
    text: json['schema'],
    type: typeof schemaType === 'string' ? schemaType : 'AVRO',
    references: Array.isArray(references) ? references.length : 0,
  }
}

export function readVersion(json: unknown): SubjectVersion | undefined {
  const schema = readSchema(json)
  const id = readId(json)
  const version = isMap(json) ? json['version'] : undefined
  if (!schema || id === undefined || typeof version !== 'number') return undefined
  return { ...schema, id, version }
}

export function readId(json: unknown): number | undefined {
  const id = isMap(json) ? json['id'] : undefined
  return typeof id === 'number' && Number.isInteger(id) ? id : undefined
}

export function readNumbers(json: unknown): readonly number[] | undefined {
  return Array.isArray(json) && json.every((each) => typeof each === 'number') ? json : undefined
}

export function readLevel(json: unknown): string | undefined {
  const level = isMap(json) ? json['compatibilityLevel'] : undefined
  return typeof level === 'string' ? level.toUpperCase() : undefined
}

export function readVerdict(json: unknown): Verdict | undefined {
  if (!isMap(json) || typeof json['is_compatible'] !== 'boolean') return undefined
  const { messages } = json
  const isTexts = Array.isArray(messages) && messages.every((each) => typeof each === 'string')
  return { isCompatible: json['is_compatible'], messages: isTexts ? messages : [] }
}

function isMap(json: unknown): json is Readonly<Record<string, unknown>> {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}
