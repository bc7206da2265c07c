// A row of a topic as a line: for people, or as JSON in the form in which results are written.
import type { StoredBatch, TopicAbout } from '../../connectors/connector.ts'
import { originalOf } from '../../connectors/file/original.ts'
import { createStamp } from '../../connectors/file/stamp.ts'
import { valueToJson } from '../../schemas/value-to-json.ts'
import {
  END,
  HEARTBEAT,
  keyAt,
  kindOf,
  RECORD,
  type RecordBatch,
  UNREADABLE,
  valueAt,
} from '../../connectors/record-batch.ts'
import { CodecError, createCodec } from '../../schemas/codec.ts'
import { keyJson } from '../../schemas/key.ts'
import { fieldOf, STRING, type Value } from '../../schemas/type.ts'
import { printable } from '../../topology/printable.ts'
import { inputTopic } from '../topic-about.ts'

export interface RecordLine {
  readonly partition: number
  readonly offset: number
  /** Of what is no record. */
  readonly kind?: 'heartbeat' | 'end' | 'unreadable'
  readonly key: unknown
  /** Integer microseconds; null where none is known. */
  readonly time: number | null
  readonly available: number | null
  /** As the schema says; bytes as base64 where no schema is known, or where it does not fit. */
  readonly value: unknown
  /** Why it cannot be read. */
  readonly reason?: string
  /** Where in a file it stood, for what cannot be read. */
  readonly place?: string
}

const KIND_NAMES = new Map<number, RecordLine['kind']>([
  [HEARTBEAT, 'heartbeat'],
  [END, 'end'],
  [UNREADABLE, 'unreadable'],
])

export type LineReader = (stored: StoredBatch, row: number, partition: number) => RecordLine

/** `about`: what the log knows of the topic. */
export function createLineReader(topic: string, about: TopicAbout | undefined): LineReader {
  const readRecord = about === undefined ? readBytes : recordReader(topic, about)
  return ({ batch, baseOffset, offsets }, row, partition) => {
    const place = { partition, offset: offsets?.[row] ?? baseOffset + row }
    const kind = KIND_NAMES.get(kindOf(batch, row))
    const times = { time: known(batch.times[row]), available: known(batch.available[row]) }
    const value = valueAt(batch, row)
    if (kind === undefined) {
      const key = keyAt(batch, row)
      return { ...place, ...readRecord({ key, value, ...times }) }
    }
    if (kind !== 'unreadable') return { ...place, kind, key: null, ...times, value: null }
    const source = sourceOf(batch, row)
    return {
      ...place,
      kind,
      key: null,
      ...times,
      value: value && originalOf(value),
      reason: keyAt(batch, row) ?? 'no reason is known',
      ...(source !== undefined && { place: source }),
    }
  }
}

interface Row {
  readonly key: string | undefined
  readonly value: Buffer | null
  readonly time: number | null
  readonly available: number | null
}

type ReadRow = Pick<RecordLine, 'kind' | 'key' | 'time' | 'available' | 'value' | 'reason'>

function readBytes({ key, value, time, available }: Row): ReadRow {
  return { key: key ?? null, time, available, value: value && value.toString('base64') }
}

function recordReader(name: string, about: TopicAbout): (row: Row) => ReadRow {
  const topic = inputTopic(name, about)
  const codec = createCodec(about.schema)
  const toJson = valueToJson(topic.record)
  const stamp = createStamp(topic)
  const types = topic.key.map((field) => fieldOf(topic.record, field)?.type ?? STRING)
  return (row) => {
    let value: Value | null
    try {
      value = row.value && codec.decode(row.value)
    } catch (error) {
      if (!(error instanceof CodecError)) throw error
      return { ...readBytes(row), kind: 'unreadable', reason: error.message }
    }
    let { time, available } = row
    // A topic that others fill may carry its times in the value alone.
    if (time === null || available === null) {
      const reason = stamp.read(value, time ?? undefined, available ?? undefined)
      if (reason === undefined) [time, available] = [stamp.time, stamp.available]
    }
    return { key: keyOf(row.key, types), time, available, value: value && toJson(value) }
  }
}

/** The key as results show it; as its text where it is none of this topic's. */
function keyOf(text: string | undefined, types: Parameters<typeof keyJson>[1]): unknown {
  if (text === undefined) return null
  try {
    return keyJson(text, types)
  } catch {
    return text
  }
}

function sourceOf({ sources }: RecordBatch, row: number): string | undefined {
  const file = sources?.names[sources.indexes[row] ?? -1]
  return file === undefined ? undefined : `${file}:${sources?.offsets[row] ?? ''}`
}

function known(time: number | undefined): number | null {
  return time !== undefined && Number.isFinite(time) ? time : null
}

/** `partition@offset  time  key  value` */
export function humanLine({ partition, offset, kind, reason, ...line }: RecordLine): string {
  const { key, time, available, value, place } = line
  const parts = [`${partition}@${offset}`]
  if (kind === 'heartbeat' || kind === 'end') {
    return [...parts, instant(available), kind].join('  ')
  }
  parts.push(instant(time ?? available))
  if (kind === undefined) parts.push(typeof key === 'string' ? key : JSON.stringify(key))
  else parts.push(`unreadable: ${reason ?? ''}${place === undefined ? '' : ` (${place})`}`)
  parts.push(JSON.stringify(value))
  return printable(parts.join('  '))
}

/** ISO 8601 to the microsecond. */
export function instant(micros: number | null): string {
  if (micros === null) return '-'
  const rest = ((micros % 1000) + 1000) % 1000
  const millis = new Date((micros - rest) / 1000).toISOString().slice(0, -1)
  return `${millis}${String(rest).padStart(3, '0')}Z`
}

/** Whether the row is shown without being asked for. */
export function isShown(batch: RecordBatch, row: number): boolean {
  const kind = kindOf(batch, row)
  return kind === RECORD || kind === UNREADABLE
}
