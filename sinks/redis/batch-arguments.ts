// Turns a batch into what the script is given: for each key its last value, for each channel every
// value that is fresh. Values that are too old are not written: their keys go.
import { finiteProblem } from '../../schemas/finite-check.ts'
import type { RecordType, Value } from '../../schemas/type.ts'
import { jsonConversion, valueToJson } from '../../schemas/value-to-json.ts'
import type { Refusal, SinkBatch, SinkRecord, SinkTopic } from '../sink.ts'
import { templateFiller } from './key-template.ts'
import { readTtl, type RedisConfig } from './config.ts'

export interface BatchArguments {
  readonly keys: readonly string[]
  /** In the form that the script takes. */
  readonly args: readonly string[]
  /** If there are any, nothing else is here. */
  readonly refusals: readonly Refusal[]
}

interface Entry {
  readonly record: SinkRecord
  /** Milliseconds, 0 for too old; undefined: for ever. */
  readonly leftMs: number | undefined
}

export function batchArguments(
  config: RedisConfig,
  topic: SinkTopic,
): (batch: SinkBatch, present: number) => BatchArguments {
  const keyOf = templateFiller(config.key, topic)
  const channelOf = config.publish === undefined ? undefined : templateFiller(config.publish, topic)
  const record = chosenFields(topic.record, config.fields)
  const problemOf = finiteProblem(record)
  const toJson = valueToJson(record)
  const jsonText = (value: Value): string => JSON.stringify(toJson(value))
  const pairsOf = hashPairs(record)
  const leftMs = timeLeft(readTtl(config.ttl))

  function content({ record: { value }, leftMs: left }: Entry): readonly string[] {
    if (value === null || left === 0) return ['delete']
    const ttl = left === undefined ? '' : String(left)
    if (config.value === 'json') return ['string', ttl, jsonText(value)]
    const pairs = pairsOf(value)
    return ['hash', ttl, String(pairs.length / 2), ...pairs]
  }

  return ({ records }, present) => {
    const entries = new Map<string, Entry>()
    const [messages, refusals]: [string[], Refusal[]] = [[], []]
    for (const each of records) {
      const { value } = each
      const reason = value === null ? undefined : problemOf?.(value)
      if (reason !== undefined) {
        refusals.push({ record: each, reason })
        continue
      }
      const entry = { record: each, leftMs: leftMs(each, present) }
      entries.set(keyOf(each), entry)
      if (channelOf !== undefined && entry.leftMs !== 0) {
        messages.push(channelOf(each), value === null ? 'null' : jsonText(value))
      }
    }
    if (refusals.length > 0) return { keys: [], args: [], refusals }
    const args = [...entries.values()].flatMap(content).concat(messages)
    return { keys: [...entries.keys()], args, refusals }
  }
}

/**
 * The time that a record's value has left: it is counted from when it was available, so that old
 * history does not come back as fresh, and from now on where that lies ahead.
 */
function timeLeft(ttl: number | undefined) {
  return ({ available }: SinkRecord, present: number): number | undefined => {
    if (ttl === undefined) return undefined
    const left = Math.min(available, present) + ttl - present
    return Math.max(Math.ceil(left / 1000), 0)
  }
}

function chosenFields(record: RecordType, chosen: readonly string[] | undefined): RecordType {
  if (chosen === undefined) return record
  return { ...record, fields: record.fields.filter(({ name }) => chosen.includes(name)) }
}

/** Names and texts of the fields that are not null: text as it is, all else as JSON. */
function hashPairs({ fields }: RecordType): (value: Value) => readonly string[] {
  const readers = fields.map(({ name, type }) => ({ name, convert: jsonConversion(type) }))
  return (value) =>
    readers.flatMap(({ name, convert }) => {
      const own = value[name]
      if (own === null) return []
      const json = convert === undefined ? own : convert(own)
      return [name, typeof json === 'string' ? json : JSON.stringify(json)]
    })
}
