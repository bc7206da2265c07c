// What a JSON line is: a record's value with its times and key around it, a bare value, or a
// heartbeat. Decided by the line's names and the topic's schema, so that a schema may have fields
// named `time` and `value`.
import { keyText } from '../../schemas/key.ts'
import { fieldOf, notNull } from '../../schemas/type.ts'
import type { RecordType } from '../../schemas/type.ts'
import type { InputTopic } from './input-record.ts'
import { Misfit } from './misfit.ts'
import { isObject, jsonReader } from './read-json.ts'
import type { JsonReader } from './read-json.ts'

type JsonObject = Readonly<Record<string, unknown>>

const ENVELOPE: ReadonlySet<string> = new Set(['key', 'time', 'available', 'value', 'headers'])

/** Whether an object is `{"heartbeat": TIME}` to a topic without a field of that name. */
export function heartbeatTest(record: RecordType): (json: JsonObject) => boolean {
  if (fieldOf(record, 'heartbeat')) return () => false
  return (json) => Object.hasOwn(json, 'heartbeat') && Object.keys(json).length === 1
}

/**
 * Whether an object is an envelope: it has `value`, and nothing that is not part of one. Where the
 * schema has fields of these names too, it is one if it has a name that the schema lacks, or if
 * `value` holds an object and the field does not.
 */
export function envelopeTest(record: RecordType): (json: JsonObject) => boolean {
  const fields = new Set(record.fields.map((field) => field.name))
  const value = fieldOf(record, 'value')
  const holdsObjects = value ? ['record', 'map'].includes(notNull(value.type).kind) : false
  return (json) => {
    if (!Object.hasOwn(json, 'value')) return false
    let isForeign = false
    for (const name of Object.keys(json)) {
      if (!ENVELOPE.has(name)) return false
      if (!fields.has(name)) isForeign = true
    }
    return isForeign || (isObject(json['value']) && !holdsObjects)
  }
}

const NO_KEY = 'a record without a value needs a "key", and the line has none'

/**
 * Compiles the reading of an envelope's key, in the form that output has, into canonical text; a
 * Misfit says why not.
 */
export function keyTextReader(topic: InputTopic): (json: unknown) => string | Misfit {
  const readers = topic.key.map((name): JsonReader => {
    const field = fieldOf(topic.record, name)
    if (!field) throw new Error(`topic "${topic.name}" has the key "${name}", no field of it`)
    return jsonReader(notNull(field.type), new Map())
  })
  return (json) => {
    if (json === undefined || json === null) return new Misfit(NO_KEY)
    const parts = readers.length === 1 ? [json] : json
    if (!Array.isArray(parts) || parts.length !== readers.length) {
      return new Misfit(`"key" is not a list of ${topic.key.join(', ')}`)
    }
    const values = readers.map((read, index) => read((parts as unknown[])[index]))
    const at = values.findIndex((value) => value instanceof Misfit)
    const misfit = values[at]
    if (misfit instanceof Misfit) {
      return new Misfit(`"key": ${topic.key[at] ?? ''}${misfit.path} ${misfit.reason}`)
    }
    return keyText(values)
  }
}
