// What a test feeds, as histories of input topics: what is given, what is fed, then what happens.
// Records are made as a connector would make them: they went through their topic's schema, and
// carry the times that its declaration says.
import { Decimal } from 'decimal.js'
import { createStamp, type Stamp } from '../../connectors/file/stamp.ts'
import { valueToJson } from '../../schemas/value-to-json.ts'
import { type Codec, createCodec } from '../../schemas/codec.ts'
import { fieldOf, notNull, type RecordType, type Value } from '../../schemas/type.ts'
import { type Finding, type Report, reporter } from '../../topology/diagnostic.ts'
import type { Plan, PlannedTopic } from '../../topology/plan.ts'
import { isEmpty } from '../../topology/tree.ts'
import type { HistoryItem } from '../reference/history.ts'
import { keyOfNode, readFields } from './read-value.ts'
import { sayUnknown } from './say-unknown.ts'
import type { Row, Rows, TestCase } from './test-case.ts'

type Say = (finding: Finding) => void

export function historiesOf(
  test: TestCase,
  plan: Plan,
  report: Report,
): ReadonlyMap<string, readonly HistoryItem[]> {
  const items = new Map<string, HistoryItem[]>()
  const inputs = new Set([...plan.topics.values()].filter((t) => t.isInput).map((t) => t.name))
  for (const name of inputs) items.set(name, [])
  for (const rows of [test.given, test.feed]) addRows(rows, plan, inputs, items, report)
  let clock = 0
  for (const list of items.values()) {
    for (const item of list) if (item.kind === 'record') clock = Math.max(clock, item.available)
  }
  for (const happening of test.then) {
    if (happening.kind === 'advance') clock += happening.by
    for (const list of items.values()) {
      // One microsecond on, so that the clock passes what is due at that very instant.
      const beat = { kind: 'heartbeat', available: clock + 1 } as const
      list.push(happening.kind === 'crash' ? { kind: 'crash' } : beat)
    }
  }
  return items
}

function addRows(
  all: Rows,
  plan: Plan,
  inputs: ReadonlySet<string>,
  items: Map<string, HistoryItem[]>,
  report: Report,
): void {
  for (const [name, { stream, rows }] of all) {
    const topic = plan.topics.get(name)
    const list = items.get(name)
    if (topic === undefined || list === undefined) {
      sayUnknown('input', stream, inputs, report)
      continue
    }
    const making = { topic, codec: createCodec(topic.schema), stamp: createStamp(topic) }
    const say = reporter('test-valid', report)
    for (const [index, row] of rows.entries()) {
      const item = itemOf(row, making, `${name}[${index}]`, say)
      if (item !== undefined) list.push(item)
    }
  }
}

interface Making {
  readonly topic: PlannedTopic
  readonly codec: Codec
  readonly stamp: Stamp
}

/** Undefined after saying why the row can be no record of the topic. */
function itemOf(row: Row, making: Making, place: string, say: Say): HistoryItem | undefined {
  const { topic, stamp } = making
  const value = valueOf(row, making, say)
  if (value === undefined) return undefined
  // Times that are not said are zero, like everything else.
  const problem = stamp.read(value, row.time?.value ?? 0, row.available?.value)
  if (problem !== undefined) {
    const original = JSON.stringify(value && valueToJson(topic.record)(value))
    return { kind: 'bad', reason: problem, place, original }
  }
  const { time, available } = stamp
  checkTimes(row, making, say)
  const key = value === null && row.key ? { key: keyOfNode(row.key) } : undefined
  return { kind: 'record', value, ...key, time, available, place }
}

/** As it comes out of the log; null is a record without a value. */
function valueOf(row: Row, { topic, codec }: Making, say: Say): Value | null | undefined {
  const node = row.value
  if (node === undefined || isEmpty(node)) return null
  if (node.kind !== 'map') {
    say({ message: "a record's value is a map of fields", span: node.span })
    return undefined
  }
  const listed = readFields(node, topic.record, say)
  const value = complete(listed, topic.record)
  for (const [name, time] of [
    [topic.time, row.time],
    [topic.available, row.available],
  ] as const) {
    if (name === undefined || time === undefined || Object.hasOwn(listed, name)) continue
    const type = fieldOf(topic.record, name)?.type
    if (type && notNull(type).kind === 'time') value[name] = time.value
  }
  const problem = codec.problem(value)
  if (problem === undefined) return codec.decode(codec.encode(value))
  // A field that was said to be wrong already has no value.
  if (!Object.values(listed).includes(undefined)) say({ message: problem, span: node.span })
  return undefined
}

/** A time that stands in a field cannot be another beside it. */
function checkTimes(row: Row, { topic, stamp }: Making, say: Say): void {
  for (const word of ['time', 'available'] as const) {
    const beside = row[word]
    const field = topic[word]
    if (beside === undefined || field === undefined || row.value === undefined) continue
    if (beside.value === stamp[word]) continue
    const message = `"${topic.name}" takes its "${word}" from field "${field}"`
    say({
      message: `${message}, which says otherwise`,
      span: beside.span,
      repair: `leave "${word}" out, or "${field}"`,
    })
  }
}

/** Fields that a test does not list are null where they may be, else zero or empty. */
function complete(listed: Value, record: RecordType): Value {
  const value: Value = {}
  for (const { name, type } of record.fields) {
    value[name] = Object.hasOwn(listed, name) ? filled(listed[name], type) : blank(type)
  }
  return value
}

/** Records within what is listed too. */
function filled(listed: unknown, type: RecordType['fields'][number]['type']): unknown {
  if (type.kind === 'nullable') return listed === null ? null : filled(listed, type.of)
  if (type.kind === 'list' && Array.isArray(listed)) {
    return listed.map((item: unknown) => filled(item, type.items))
  }
  const isRecord = type.kind === 'record' && typeof listed === 'object' && listed !== null
  return isRecord ? complete(listed as Value, type) : listed
}

function blank(type: RecordType['fields'][number]['type']): unknown {
  switch (type.kind) {
    case 'nullable':
      return null
    case 'string':
      return ''
    case 'boolean':
      return false
    case 'list':
      return []
    case 'map':
      return {}
    case 'record':
      return complete({}, type)
    case 'enum':
      return type.symbols[0]
    case 'decimal':
      return new Decimal(0)
    case 'bytes':
    case 'fixed':
      return new Uint8Array(type.kind === 'fixed' ? type.size : 0)
    default:
      return 0
  }
}
