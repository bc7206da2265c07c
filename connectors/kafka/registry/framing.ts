// Confluent's framing of values: a zero byte, the four-byte big-endian id of the writer's schema,
// and the Avro body. What our schema wrote is read in place, what another wrote is resolved to it;
// of what cannot be read the reason is given in words.
import { steadyMs } from '../clock.ts'
import { readingOf } from './schema-reading.ts'
import type { OwnSchema, SchemaReading } from './schema-reading.ts'
import type { StoredSchema } from './registry-answers.ts'

/** How values of a topic are taken out of their frames. */
export interface Unframe {
  /** Where the body of the value in bytes[start, end) begins if it is in our schema; else -1. */
  readonly bodyAt: (bytes: Buffer, start: number, end: number) => number
  /**
   * The body in our schema, in memory of its own, or why there is none, in words that hold nothing
   * of the value.
   * @throws UnknownSchema where the schema must be looked up first: `resolve` its id, ask again.
   */
  readonly convert: (bytes: Buffer, start: number, end: number) => Uint8Array | string
}

/** The framing of one topic. */
export interface Framing extends Unframe {
  /** A zero byte and our schema's id; undefined where ours has none: `register` it to write. */
  readonly prefix: Buffer | undefined
  /**
   * Registers our schema where it has no id yet: the topic was to be only read, and is written.
   * @throws EngineError `topic-differs` where the registry refuses it, `log-unavailable`.
   */
  readonly register: () => Promise<void>
  /**
   * Looks a schema up. That the registry does not know it is remembered for a minute, in which
   * `convert` says so: a flood of bad records is no flood of requests, and a schema that comes
   * later is found. A record that was refused by then stays refused: its fate is committed.
   * @throws EngineError `log-unavailable` (retryable) where the registry is away.
   */
  readonly resolve: (id: number) => Promise<void>
}

/** A value names a schema that was not looked up yet. */
export class UnknownSchema extends Error {
  override readonly name = 'UnknownSchema'
  readonly id: number

  constructor(id: number) {
    super(`schema ${id} must be looked up first`)
    this.id = id
  }
}

/** Bytes before the body. */
const FRAME = 5

const ABSENT_MS = 60_000
/** Ids that are looked up in vain before the rest is refused unseen, for as long. */
const MOST_ABSENT = 1000

export interface FramingAbout {
  readonly own: OwnSchema
  /** The frame of our schema; undefined where it has no id. */
  readonly prefix: Buffer | undefined
  /** A schema that is known already, mostly the one that most records have. */
  readonly known: readonly [number, StoredSchema] | undefined
  readonly find: (id: number) => Promise<StoredSchema | undefined>
  /** Registers our schema and gives its frame. */
  readonly register: () => Promise<Buffer>
  readonly now?: () => number
}

export function createFraming(about: FramingAbout): Framing {
  const { own, find, now = steadyMs } = about
  let { prefix } = about
  const readings = new Map<number, SchemaReading>()
  const absent = absentIds(now)
  const lookups = new Map<number, Promise<void>>()
  // The last id that was found to be of our bytes: mostly all have the same.
  let same = -1

  const add = (id: number, schema: StoredSchema): void => {
    const reading = readingOf(schema, own)
    readings.set(id, reading)
    if (reading.kind === 'same') same = id
  }
  if (about.known) add(...about.known)

  const lookUp = async (id: number): Promise<void> => {
    const schema = await find(id)
    if (schema) add(id, schema)
    else absent.add(id)
  }
  return {
    get prefix() {
      return prefix
    },
    register: async () => {
      prefix ??= await about.register()
    },
    bodyAt: (bytes, start, end) => {
      if (end - start < FRAME || bytes[start] !== 0) return -1
      const id = idAt(bytes, start)
      if (id === same) return start + FRAME
      if (readings.get(id)?.kind !== 'same') return -1
      same = id
      return start + FRAME
    },
    convert: (bytes, start, end) => {
      const problem = frameProblem(bytes, start, end)
      if (problem !== undefined) return problem
      const id = idAt(bytes, start)
      const reading = readings.get(id)
      if (reading) return readBody(reading, id, bytes, start + FRAME, end)
      const reason = absent.reason(id)
      if (reason !== undefined) return reason
      throw new UnknownSchema(id)
    },
    resolve: (id) => {
      if (readings.has(id)) return Promise.resolve()
      let lookup = lookups.get(id)
      if (!lookup) {
        lookup = lookUp(id).finally(() => lookups.delete(id))
        lookups.set(id, lookup)
      }
      return lookup
    },
  }
}

function idAt(bytes: Buffer, start: number): number {
  return (
    ((bytes[start + 1] ?? 0) << 24) |
    ((bytes[start + 2] ?? 0) << 16) |
    ((bytes[start + 3] ?? 0) << 8) |
    (bytes[start + 4] ?? 0)
  )
}

/** Why the value has no frame. */
function frameProblem(bytes: Buffer, start: number, end: number): string | undefined {
  if (end - start < FRAME) {
    return `the value has ${end - start} bytes, too few for the id of a schema`
  }
  if (bytes[start] !== 0) {
    return 'the value does not begin with a zero byte and the id of a schema'
  }
  return idAt(bytes, start) > 0 ? undefined : 'the value has no id of a schema'
}

function readBody(
  reading: SchemaReading,
  id: number,
  bytes: Buffer,
  start: number,
  end: number,
): Uint8Array | string {
  switch (reading.kind) {
    case 'same':
      return Buffer.from(bytes.subarray(start, end))
    case 'unreadable':
      return `schema ${id} cannot be read: ${reading.reason}`
    case 'resolved':
      try {
        return reading.read(bytes, start, end)
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error)
        return `the value is none of schema ${id}: ${reason}`
      }
  }
}

/**
 * Ids that the registry does not know. All are forgotten a minute after the last was added, none
 * before: who reads a batch again for each id that it lacks comes to its end.
 */
function absentIds(now: () => number): {
  readonly add: (id: number) => void
  readonly reason: (id: number) => string | undefined
} {
  const ids = new Set<number>()
  let until = -Infinity
  return {
    add: (id) => {
      ids.add(id)
      until = now() + ABSENT_MS
    },
    reason: (id) => {
      if (ids.size > 0 && now() >= until) ids.clear()
      if (ids.has(id)) return `the registry has no schema ${id}`
      if (ids.size < MOST_ABSENT) return undefined
      return `schema ${id} was not looked up, because the registry lacks ${ids.size} others`
    },
  }
}
