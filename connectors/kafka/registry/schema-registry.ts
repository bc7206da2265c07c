// The door to a schema registry with Confluent's protocol (Confluent's own, Apicurio, Karapace,
// Redpanda): the framing of each topic's values, under the subject `<topic>-value`. Keys are plain
// text and have no frame.
import { encode } from '@kafkajs/confluent-schema-registry/dist/wireEncoder.js'
import { EngineError } from '../../../topology/engine-error.ts'
import { idOf } from './compatibility.ts'
import type { Subject } from './compatibility.ts'
import { createFraming } from './framing.ts'
import type { Framing } from './framing.ts'
import type { StoredSchema, SubjectVersion } from './registry-answers.ts'
import { openClient } from './registry-client.ts'
import type { RegistryOptions } from './registry-options.ts'
import { ownSchema, readingOf } from './schema-reading.ts'
import type { OwnSchema } from './schema-reading.ts'

export type { RegistryOptions } from './registry-options.ts'

export interface Registry {
  /**
   * The framing of a topic. One that is written has its schema registered, unless the registry
   * refuses it; of one that is only read the subject's latest version must be readable, where there
   * is one.
   * @throws EngineError `topic-differs`, `not-allowed`, or `log-unavailable` (mostly retryable).
   */
  readonly framing: (topic: FramedTopic) => Promise<Framing>
}

export interface FramedTopic {
  readonly topic: string
  /** Avro schema as JSON, its types inline. */
  readonly schema: unknown
  /** Undefined: it is, by whoever creates the topic. */
  readonly isWritten?: boolean | undefined
}

/** Nothing is asked before the first framing is. */
export function openRegistry(options: RegistryOptions): Registry {
  const client = openClient(options)
  // A schema never changes under its id, so all topics share what was found.
  const found = new Map<number, StoredSchema>()
  const find = async (id: number): Promise<StoredSchema | undefined> => {
    const schema = found.get(id) ?? (await client.find(id))
    if (schema) found.set(id, schema)
    return schema
  }
  return {
    framing: async ({ topic, schema, isWritten = true }) => {
      const own = ownSchema(schema)
      const subject = { topic, name: `${topic}-value` }
      const text = JSON.stringify(schema)
      const registered = () => idOf(client, subject, own, text)
      const register = async () => encode(await registered(), Buffer.alloc(0))
      const framing = { own, find, register }
      if (!isWritten) {
        const latest = await client.version(subject.name, 'latest')
        if (latest) checkReadable(client.url, subject, latest, own)
        const known = latest && ([latest.id, latest] as const)
        return createFraming({ ...framing, known, prefix: undefined })
      }
      const id = await registered()
      const known = [id, { text, type: 'AVRO', references: 0 }] as const
      return createFraming({ ...framing, known, prefix: encode(id, Buffer.alloc(0)) })
    },
  }
}

function checkReadable(
  url: string,
  { topic, name }: Subject,
  latest: SubjectVersion,
  own: OwnSchema,
): void {
  const reading = readingOf(latest, own)
  if (reading.kind !== 'unreadable') return
  const { id, version } = latest
  const message =
    `topic "${topic}" cannot be read by its schema: ${reading.reason}. What its records have now ` +
    `is version ${version} of subject "${name}" (schema ${id}): declare the fields that are ` +
    'there, and a default for those that may be missing'
  const coordinates = { topic, subject: name, version, registry: url }
  throw new EngineError('topic-differs', message, { coordinates })
}
