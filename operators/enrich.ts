// enrich: looks values of other streams up, as they were known when the driving record came.
import {
  describeType,
  fieldOf,
  isNumber,
  nullable,
  type RecordField,
  type Type,
  type Value,
} from '../schemas/type.ts'
import { keyText } from '../schemas/key.ts'
import {
  type ConfigOf,
  duration,
  expression,
  list,
  named,
  stream,
  struct,
  word,
} from '../topology/config.ts'
import { compileExpression } from '../topology/expression/compile.ts'
import { inferredRecord } from '../topology/inferred-record.ts'
import type { Inference, StoreType, StreamType } from '../topology/signature.ts'
import {
  type Asked,
  askedRecord,
  tableByTime,
  tableOfLast,
  type Version,
  versionRecord,
} from './as-of-table.ts'
import { type Binding, operator, type StepRecord, type Turn } from './operator.ts'

const lookup = struct({
  with: stream({ summary: 'The stream that is looked up.' }),
  on: list(expression('any', { summary: 'A part of the key.' }), {
    summary: 'The key to look up, where it is not the key of the record.',
    orOne: true,
    optional: true,
  }),
  as_of: word(['available', 'time'], {
    summary: 'The last value that was available, or of those the one that held at the event time.',
    optional: true,
  }),
  max_age: duration({ summary: 'How old a value may be, on the axis of as_of.', optional: true }),
  missing: word(['hold', 'null', 'fail'], {
    summary: 'Without a value young enough: keep the last one, give null, or fail.',
    default: 'hold',
  }),
})

const config = named(lookup, { summary: 'New field by the stream that is looked up.' })

type Lookup = ConfigOf<typeof lookup>
type Report = Inference<unknown>['report']

export const enrich = operator({
  name: 'enrich',
  summary: 'Adds what other streams said last, as far as it was known when the record came.',
  config,
  fates: ['bad', 'late'],
  infer: (inference) => {
    const { step, config: lookups, input, streams } = inference
    const fields: RecordField[] = []
    const stores: Record<string, StoreType> = {}
    for (const [name, each] of Object.entries(lookups)) {
      const from = streams.get(each.with.stream)
      if (from === undefined) return undefined
      checkLookup(inference, name, each, from)
      const type: Type = from.record
      fields.push({ name, type: each.missing === 'null' ? nullable(type) : type })
      Object.assign(stores, tableStores(`${step}-${name}`, name, each, from))
    }
    const record = inferredRecord(step, [...input.record.fields, ...fields])
    return { outputs: { main: { ...input, record } }, stores, lookback: 0 }
  },
  example: `
topology: enrich-example
topics:
  quotes: { topic: market.quotes, schema: market/Quote, key: symbol, time: time }
  mood:
    topic: social.mood
    schema: social/Mood
    key: symbol
    time: published
    available: ingested
fate: { bad: dead-letter, late: skip, duplicate: skip }
steps:
  seen:
    from: quotes
    enrich:
      mood: { with: mood, max_age: 1h, missing: null }
---
tests:
  - it: adds the last mood that was known
    feed:
      mood:
        - value: { symbol: EURUSD, score: 0.5, published: 1s, ingested: 2s }
      quotes:
        - value: { symbol: EURUSD, bid: 1, ask: 2, time: 1s }
        - value: { symbol: EURUSD, bid: 3, ask: 4, time: 3s }
    expect:
      seen:
        - value: { bid: 1, mood: null }
        - value: { bid: 3, mood: { score: 0.5 } }
`,
  step: (binding) => {
    const { config: lookups, input, streams } = binding
    // By name, so that the order in the file decides nothing.
    const tables = Object.entries(lookups)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, each]) => {
        const from = streams.get(each.with.stream)
        if (from === undefined) throw new Error(`no stream ${each.with.stream}`)
        return makeLookup(name, each, from, input.lateness, binding)
      })
    const lookUp = (record: StepRecord, value: Value, turn: Turn): void => {
      // All keys before anything is remembered: an expression may fail, and then nothing has been.
      const keys = tables.map(({ keyOf }) => keyOf?.(value) ?? record.key)
      const out = { ...value }
      let [waiting, missing]: (string | undefined)[] = []
      for (const [i, table] of tables.entries()) {
        const key = keys[i] ?? record.key
        if (!table.isTimely(key, record.time)) {
          turn.reject('late', `"${table.name}" no longer holds what was true then`)
          return
        }
        const found = table.find(key, record.time, turn.now)
        if (found === undefined && table.missing === 'hold') waiting ??= table.name
        if (found === undefined && table.missing === 'fail') missing ??= table.name
        out[table.name] = found ?? null
      }
      if (missing !== undefined) turn.reject('bad', `nothing to look up in "${missing}"`)
      else if (waiting !== undefined) turn.hold(`nothing to look up in "${waiting}" yet`)
      else turn.emit(out)
    }
    return {
      onRecord: (record, turn, source) => {
        const { key, value, time } = record
        if (source !== 'main') {
          for (const table of tables) {
            if (table.stream === source) table.put(key, { value, time, available: turn.now })
          }
        } else if (value !== null) {
          lookUp(record, value, turn)
        }
      },
    }
  },
})

/** The last version; or by event time those that can be asked for, and how far they were. */
function tableStores(
  record: string,
  name: string,
  each: Lookup,
  from: StreamType,
): Readonly<Record<string, StoreType>> {
  const { key } = from
  const last: StoreType = { key, entry: versionRecord(record, from.record) }
  if (!asOfTime(each, from)) return { [name]: last }
  const versions: StoreType = { ...last, kind: 'window' }
  if (keepsAll(from)) return { [name]: versions }
  return { [name]: versions, [askedName(name)]: { key, entry: askedRecord(record) } }
}

function keepsAll({ table }: StreamType): boolean {
  return table === 'history'
}

/** No field has a name like it. */
function askedName(name: string): string {
  return `${name}.asked`
}

function makeLookup(
  name: string,
  each: Lookup,
  from: StreamType,
  lateness: number,
  { store, window }: Pick<Binding<unknown>, 'store' | 'window'>,
) {
  const parts = each.on?.map(compileExpression)
  const maxAge = each.max_age ?? Number.POSITIVE_INFINITY
  const age = { maxAge, holds: each.missing === 'hold' }
  const table = asOfTime(each, from)
    ? tableByTime(
        {
          versions: window<Version>(name),
          asked: keepsAll(from) ? undefined : store<Asked>(askedName(name)),
        },
        { ...age, lateness },
      )
    : tableOfLast(store<Version>(name), age)
  const keyOf = parts && ((value: Value) => keyText(parts.map((part) => part(value))))
  return { ...table, name, keyOf, missing: each.missing, stream: each.with.stream }
}

function asOfTime({ as_of: asOf }: Lookup, from: StreamType): boolean {
  return (asOf ?? (from.table === 'history' ? 'time' : 'available')) === 'time'
}

function checkLookup(
  { input, report, spanOf }: Inference<unknown>,
  name: string,
  each: Lookup,
  from: StreamType,
): void {
  if (input.record.fields.some((field) => field.name === name)) {
    report('names-unique', {
      message: `field "${name}" is in the input already`,
      span: spanOf(name),
      repair: 'choose another name',
    })
  }
  if (asOfTime(each, from) && from.table !== 'history' && (!each.max_age || each.on)) {
    report('joins-look-back', {
      message: `"${name}" would keep every version of "${each.with.stream}" for ever`,
      span: spanOf(name, 'as_of'),
      repair: each.on
        ? 'declare the topic as `table: history`'
        : 'add `max_age`, or declare the topic as `table: history`',
    })
  }
  if (each.on && each.on.length !== from.key.length) {
    report('keys-agree', {
      message: `"${name}" looks up ${each.on.length} values in a key of ${from.key.length}`,
      span: spanOf(name, 'on'),
      repair: `give one expression each for: ${from.key.join(', ')}`,
    })
  }
  checkKeyTypes(report, each, from)
  const own = each.on?.every(({ ast }, i) => ast.kind === 'name' && ast.name === input.key[i])
  if (each.on && own !== true && from.everyTask !== true) {
    report('keys-agree', {
      message: `"${name}" looks up a key of another task in "${each.with.stream}"`,
      span: spanOf(name, 'on'),
      repair: 'declare the topic with `table: latest, copies: all` for every task',
    })
  }
}

/** A key of another type is never found, or by accident: the number 7 and the text 7 look alike. */
function checkKeyTypes(report: Report, each: Lookup, from: StreamType): void {
  for (const [i, { text, type, span }] of (each.on ?? []).entries()) {
    const field = fieldOf(from.record, from.key[i] ?? '')
    if (field === undefined || type.kind === 'unknown' || isSameKey(type, field.type)) continue
    const key = `the key "${field.name}" of "${each.with.stream}"`
    report('types-agree', {
      message: `"${text}" is ${describeType(type)} where ${key} is ${describeType(field.type)}`,
      span,
      repair: 'convert it',
    })
  }
}

const TEXTS: ReadonlySet<string> = new Set(['string', 'enum'])

function isSameKey(a: Type, b: Type): boolean {
  if (TEXTS.has(a.kind) && TEXTS.has(b.kind)) return true
  return a.kind === b.kind || (isNumber(a) && isNumber(b))
}
