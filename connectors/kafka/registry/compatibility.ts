// Has our schema's id from the registry before the first record is written: found, or tested
// against the versions that its level protects and then registered. A refusal names the subject,
// the level, the version and what differs.
import { acceptProblems } from '../../../schemas/accept.ts'
import { readSchema } from '../../../schemas/read-schema.ts'
import { SchemaError } from '../../../schemas/schema-error.ts'
import { fieldOf } from '../../../schemas/type.ts'
import type { RecordType, Type } from '../../../schemas/type.ts'
import { EngineError } from '../../../topology/engine-error.ts'
import { pause } from '../clock.ts'
import { parse, shorten } from './registry-answers.ts'
import type { StoredSchema, Verdict } from './registry-answers.ts'
import type { RegistryClient } from './registry-client.ts'
import type { OwnSchema } from './schema-reading.ts'

export interface Subject {
  readonly topic: string
  readonly name: string
}

/** The id of our schema, whose JSON is `text`. @throws EngineError `topic-differs` */
export async function idOf(
  client: RegistryClient,
  subject: Subject,
  own: OwnSchema,
  text: string,
): Promise<number> {
  const known = await client.registered(subject.name, text)
  if (known !== undefined) return known
  const level = (await client.level(subject.name)) ?? 'NONE'
  for (const version of await versionsOf(client, subject.name, level)) {
    const verdict = await client.test(subject.name, version, text)
    if (verdict === undefined || verdict.isCompatible) continue
    const old = await client.version(subject.name, version)
    throw refusal(client.url, subject, {
      level,
      version,
      reasons: reasonsOf(verdict, level, old, own),
    })
  }
  return register(client, subject, level, text)
}

const MOST_TRIES = 6
const FIRST_PAUSE_MS = 20

/**
 * Others may register the same, or a schema like it under another subject, at the same moment:
 * Apicurio then refuses one of them with 409, and knows what the other registered a little later.
 * What the levels refuse was refused before, so it is asked again whatever it says.
 */
async function register(
  client: RegistryClient,
  subject: Subject,
  level: string,
  text: string,
): Promise<number> {
  for (let tries = 1; ; tries += 1) {
    const id = await client.register(subject.name, text)
    if (typeof id === 'number') return id
    const meanwhile = await client.registered(subject.name, text)
    if (meanwhile !== undefined) return meanwhile
    if (tries === MOST_TRIES) {
      throw refusal(client.url, subject, { level, version: undefined, reasons: [id] })
    }
    await pause(FIRST_PAUSE_MS * 2 ** (tries - 1))
  }
}

/** Newest first: what the level protects. A registry would test the same as it registers. */
async function versionsOf(
  client: RegistryClient,
  subject: string,
  level: string,
): Promise<readonly number[]> {
  if (level === 'NONE') return []
  const versions = (await client.versions(subject)) ?? []
  const newest = versions.toSorted((one, other) => other - one)
  return level.endsWith('_TRANSITIVE') ? newest : newest.slice(0, 1)
}

function refusal(
  url: string,
  { topic, name }: Subject,
  about: {
    readonly level: string
    readonly version: number | undefined
    readonly reasons: readonly string[]
  },
): EngineError {
  const { level, version } = about
  const reasons = about.reasons.filter((reason) => reason !== '').slice(0, MOST_REASONS)
  const said = reasons.join('; ').replace(/\.+$/, '')
  const why = said === '' ? 'the registry does not say why' : said
  const beside = version === undefined ? '' : `, compatibility ${level} with version ${version}`
  const message =
    `the schema of topic "${topic}" is refused under subject "${name}"${beside}: ${why}. ` +
    "Give fields that are added or removed a default and leave the others' types, or, where no " +
    "reader needs it, set the subject's compatibility to NONE"
  const coordinates = {
    topic,
    subject: name,
    level,
    ...(version !== undefined && { version }),
    registry: url,
  }
  return new EngineError('topic-differs', message, { coordinates })
}

const MOST_REASONS = 5

/** Confluent's registry says what differs; where one does not, we look ourselves. */
function reasonsOf(
  { messages }: Verdict,
  level: string,
  old: StoredSchema | undefined,
  own: OwnSchema,
): readonly string[] {
  const told = messages.flatMap(inWords)
  const before = old && recordOf(old)
  if (told.length > 0 || before === undefined) return told
  const now = own.codec.record
  const added = /^(BACKWARD|FULL)/.test(level) ? unread(now, before, ADDED) : []
  const removed = /^(FORWARD|FULL)/.test(level) ? unread(before, now, REMOVED) : []
  return [...new Set([...added, ...removed])]
}

/**
 * One of Confluent's messages: `{errorType:..., description:'...', additionalInfo:...}`, or what
 * was compared: `{oldSchemaVersion: 1}`, which says nothing new.
 */
function inWords(message: string): readonly string[] {
  const description = /description:\s*'(.*)'\s*,\s*additionalInfo/s.exec(message)?.[1]
  if (description !== undefined) return [shorten(description)]
  return /^\{\s*\w+\s*:/.test(message) ? [] : [shorten(message)]
}

const ADDED = 'was added without a default'
const REMOVED = 'has no default and was removed'

/** What keeps the reader from the writer's records; `missing` is said of fields not in them. */
function unread(reader: RecordType, writer: RecordType, missing: string): readonly string[] {
  return acceptProblems(reader, writer).map(({ path, message }) =>
    hasPath(writer, path) ? message : `field "${path}" ${missing}`,
  )
}

function recordOf({ text }: StoredSchema): RecordType | undefined {
  try {
    return readSchema(parse(text)).type
  } catch (error) {
    if (error instanceof SchemaError) return undefined
    throw error
  }
}

/** Whether the record has a field at a path such as `bids[].price`. */
function hasPath(record: RecordType, path: string): boolean {
  let at: Type | undefined = record
  for (const step of path.match(/\w+|\[\]|\{\}/g) ?? []) at = at && inside(at, step)
  return at !== undefined
}

function inside(type: Type, step: string): Type | undefined {
  if (type.kind === 'nullable') return inside(type.of, step)
  if (type.kind === 'list' && step === '[]') return type.items
  if (type.kind === 'map' && step === '{}') return type.values
  return type.kind === 'record' ? fieldOf(type, step)?.type : undefined
}
