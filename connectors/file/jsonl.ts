// Reads JSON lines: a line is an envelope `{"key", "time", "available", "value", "headers"}`, a
// bare value, or a heartbeat `{"heartbeat": TIME}`. A line that does not fit is bad and stops
// nothing; a blank one is skipped.
import { isUtf8 } from 'node:buffer'
import type { Type, Value } from '../../schemas/type.ts'
import { withoutByteOrderMark } from './byte-order-mark.ts'
import { envelopeTest, heartbeatTest, keyTextReader } from './envelope.ts'
import { LONGEST_RECORD } from './input-record.ts'
import type { InputItem, InputTopic } from './input-record.ts'
import { createJsonParser } from './json-text.ts'
import { Misfit, misfitReason } from './misfit.ts'
import { shortName } from './open-file.ts'
import { beginningOf, originalOf } from './original.ts'
import { isObject, jsonReader, textOrNumber } from './read-json.ts'
import type { Ignored } from './read-json.ts'
import { createLineSplitter } from './split-lines.ts'
import { createStamp, timeBeside } from './stamp.ts'
import { TIME_FORMS } from './times.ts'

/** The items of a file of JSON lines, one batch for every chunk. */
export async function* readJsonLines(
  path: string,
  chunks: AsyncIterable<Buffer>,
  topic: InputTopic,
  ignored: Ignored,
): AsyncGenerator<readonly InputItem[], void, undefined> {
  const read = lineReader(topic, ignored)
  const name = shortName(path)
  let items: InputItem[] = []
  const lines = createLineSplitter((line, number, isWhole) => {
    const place = `${name}:${number}`
    const read = isWhole ? readLine(line, place) : tooLong(line, place)
    if (read) items.push(read)
  })
  function readLine(line: Buffer, place: string): InputItem | undefined {
    const item = isUtf8(line) ? read(line.toString('utf8'), place) : new Misfit('is not UTF-8')
    return item instanceof Misfit ? bad(`the line ${item.reason}`, place, line) : item
  }
  let isFirst = true
  for await (const chunk of chunks) {
    lines.push(isFirst ? withoutByteOrderMark(chunk, path) : chunk)
    isFirst = false
    if (items.length > 0) yield items
    items = []
  }
  lines.end()
  if (items.length > 0) yield items
}

function bad(reason: string, place: string, line: Buffer): InputItem {
  return { kind: 'bad', reason, place, original: originalOf(line) }
}

function tooLong(line: Buffer, place: string): InputItem {
  const reason = `the line is longer than ${LONGEST_RECORD} bytes`
  return { kind: 'bad', reason, place, original: beginningOf(line) }
}

/** Reads a line's text; undefined when it is blank, a Misfit when it is not a JSON object. */
type LineReader = (text: string, place: string) => InputItem | Misfit | undefined

const NOT_JSON = new Misfit('is not JSON')
const NOT_AN_OBJECT = new Misfit('is not a JSON object')

function lineReader(topic: InputTopic, ignored: Ignored): LineReader {
  const parse = createJsonParser(holdsDecimals(topic.record))
  const isHeartbeat = heartbeatTest(topic.record)
  const isEnvelope = envelopeTest(topic.record)
  const readRecord = recordReader(topic, ignored)
  return (text, place) => {
    let json: unknown
    try {
      json = parse(text)
    } catch {
      return text.trim() === '' ? undefined : NOT_JSON
    }
    if (!isObject(json)) return NOT_AN_OBJECT
    if (isHeartbeat(json)) {
      const available = timeBeside(textOrNumber(json['heartbeat']) ?? '', topic.unit)
      if (available !== undefined && !Number.isNaN(available))
        return { kind: 'heartbeat', available }
      return { kind: 'bad', reason: `"heartbeat" is not ${TIME_FORMS}`, place, original: text }
    }
    if (!isEnvelope(json)) return readRecord({ value: json }, text, place)
    return readRecord(json, text, place)
  }
}

type RecordReader = (
  envelope: Readonly<Record<string, unknown>>,
  text: string,
  place: string,
) => InputItem

function recordReader(topic: InputTopic, ignored: Ignored): RecordReader {
  const stamp = createStamp(topic)
  const readValue = jsonReader(topic.record, ignored)
  const readKey = keyTextReader(topic)
  const partOf = timesReader(topic)
  return (envelope, text, place) => {
    const { key, value: json } = envelope
    const value = json === null ? null : readValue(json)
    const isMisfit = value instanceof Misfit
    const timeless = stamp.read(
      isMisfit ? partOf(json) : (value as Value | null),
      beside(envelope['time'], topic),
      beside(envelope['available'], topic),
    )
    const tombstone = value === null ? readKey(key) : undefined
    const reason = isMisfit
      ? valueReason(value)
      : (timeless ?? (tombstone instanceof Misfit ? tombstone.reason : undefined))
    if (reason !== undefined) {
      const known = timeless === undefined && { available: stamp.available }
      return { kind: 'bad', reason, place, original: text, ...known }
    }
    const { time, available } = stamp
    return typeof tombstone === 'string'
      ? { kind: 'record', value: null, key: tombstone, time, available, place }
      : { kind: 'record', value: value as Value, time, available, place }
  }
}

function valueReason(misfit: Misfit): string {
  return misfit.path === ''
    ? `the value ${misfit.reason}`
    : misfitReason('field', misfit.path.slice(1), new Misfit(misfit.reason))
}

function beside(json: unknown, topic: InputTopic): number | undefined {
  return json === undefined ? undefined : timeBeside(textOrNumber(json) ?? '', topic.unit)
}

/**
 * What a value that does not fit still tells of its times: those fields alone, null where they do
 * not fit either.
 */
function timesReader(topic: InputTopic): (json: unknown) => Value {
  const fields = topic.record.fields.filter(
    ({ name }) => name === topic.time || name === topic.available,
  )
  const readers = fields.map(({ name, type }) => [name, jsonReader(type, new Map())] as const)
  return (json) => {
    const value: Value = {}
    for (const [name, read] of readers) {
      const own = isObject(json) ? read(json[name]) : null
      value[name] = own instanceof Misfit ? null : own
    }
    return value
  }
}

/** Whether digits beyond a double's may matter: times are looked after by the parser itself. */
function holdsDecimals(type: Type): boolean {
  switch (type.kind) {
    case 'decimal':
      return true
    case 'nullable':
      return holdsDecimals(type.of)
    case 'list':
      return holdsDecimals(type.items)
    case 'map':
      return holdsDecimals(type.values)
    case 'record':
      return type.fields.some((field) => holdsDecimals(field.type))
    default:
      return false
  }
}
