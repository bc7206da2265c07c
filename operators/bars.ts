// bars: open, high, low, close, volume and count per window of event time and key.
import { DOUBLE, type RecordField, STRING, TIME, type Value } from '../schemas/type.ts'
import { duration, expression, list, struct, word } from '../topology/config.ts'
import { formatDuration } from '../topology/duration.ts'
import { inferredRecord } from '../topology/inferred-record.ts'
import { type BarLengths, barLengths } from './bar-lengths.ts'
import { barSource, barSourceProblem } from './bar-source.ts'
import { type Windows, windowsRecord } from './bar-windows.ts'
import { operator, type Turn } from './operator.ts'

interface BarsState {
  /** The key's fields, for the bars that a timer closes. */
  readonly identity: Value
  streamTime: number
  /** One for each length, in the order of `every`. */
  readonly sizes: Windows[]
}

const STORE = 'bars'

/** A bar that the clock closes is available at the first instant after its close. */
const JUST_AFTER = 1

const MILLISECOND = 1_000
const YEAR = 366 * 86_400 * 1_000_000

export const bars = operator({
  name: 'bars',
  summary: 'Gathers prices into bars per window of event time.',
  config: struct({
    every: list(duration({ summary: 'Length of a bar.', min: MILLISECOND, max: YEAR }), {
      summary: 'Length of the bars; several lengths add `interval` to the key.',
      orOne: true,
    }),
    fill: word(['none', 'previous'], {
      summary: 'What an empty window gives: nothing, or a flat bar at the previous close.',
      default: 'none',
    }),
    price: expression(DOUBLE, {
      summary:
        'The price; by default `price`, the mid of `bid` and `ask`, or the bars of the input.',
      optional: true,
    }),
    size: expression(DOUBLE, {
      summary: 'The volume; by default `size`, or `volume` where the input is bars, or 0.',
      optional: true,
    }),
  }),
  fates: ['bad', 'late'],
  infer: ({ step, config, input, span, report }) => {
    const problem = barSourceProblem(input.record, config)
    if (problem !== undefined) {
      report('fields-exist', { message: problem, span, repair: 'say which with `price:`' })
      return undefined
    }
    const keyFields = input.record.fields.filter(({ name }) => input.key.includes(name))
    const several = config.every.length > 1
    const taken = new Set([...BAR_FIELDS.map(({ name }) => name), ...(several ? ['interval'] : [])])
    const clash = input.key.find((name) => taken.has(name))
    if (clash !== undefined) {
      const message = `"${clash}" is part of the key, and a field of every bar`
      report('names-unique', { message, span, repair: 'rename the key field with `normalize`' })
      return undefined
    }
    const interval = { name: 'interval', type: STRING }
    const fields = [...keyFields, ...(several ? [interval] : []), ...BAR_FIELDS]
    const key = several ? [...input.key, 'interval'] : input.key
    const record = inferredRecord(step, fields)
    const entry = inferredRecord(`${step}-bars`, [
      { name: 'identity', type: inferredRecord(`${step}-identity`, keyFields) },
      { name: 'streamTime', type: TIME },
      { name: 'sizes', type: { kind: 'list', items: windowsRecord(step) } },
    ])
    return {
      outputs: { main: { record, key, lateness: input.lateness + JUST_AFTER } },
      stores: { [STORE]: { key: input.key, entry } },
      lookback: 0,
    }
  },
  example: `
topology: bars-example
topics:
  trades: { topic: market.trades, schema: market/Trade, key: symbol, time: time }
fate: { bad: dead-letter, late: dead-letter, duplicate: skip }
steps:
  candles:
    from: trades
    bars: { every: 1m }
---
tests:
  - it: gives a bar when the next minute begins
    feed:
      trades:
        - value: { symbol: A, price: 10, size: 2, time: 1s }
        - value: { symbol: A, price: 12, size: 1, time: 59s }
        - value: { symbol: A, price: 11, size: 1, time: 60s }
    expect:
      candles:
        - key: A
          time: 0s
          value: { time: 0s, end: 60s, open: 10, high: 12, low: 10, close: 12, volume: 3, count: 2 }
`,
  step: ({ config, input, store }) => {
    const states = store<BarsState>(STORE)
    const source = barSource(input.record, config)
    const { every, fill } = config
    const { lateness } = input
    const lengths = barLengths(every.map((each) => ({ every: each, lateness, fill })))
    const labels = every.map(formatDuration)

    const closeDue = (state: BarsState, horizon: number, turn: Turn): boolean => {
      const due = lengths.closeDue(state.sizes, horizon)
      for (const { bar, every: length, index } of due) {
        const { start: time, open, high, low, close, volume, count } = bar
        const end = time + length
        const value = { ...state.identity, time, end, open, high, low, close, volume, count }
        turn.emit(labels.length > 1 ? { ...value, interval: labels[index] } : value, { time })
      }
      return due.length > 0
    }
    const wake = (key: string, state: BarsState, turn: Turn): void => {
      const at = lengths.nextClose(state.sizes)
      if (at < Number.POSITIVE_INFINITY) turn.wakeAt(key, at)
    }

    return {
      onRecord: ({ key, value, time }, turn) => {
        if (value === null) return
        const tick = source(value)
        const known = states.get(key)
        const streamTime = known === undefined ? time : Math.max(known.streamTime, time)
        // The clock closes what ends before it, the key's own records what ends with them.
        const horizon = Math.max(streamTime, turn.now - JUST_AFTER)
        if (known !== undefined && lengths.isQuiet(known.sizes, time, horizon)) {
          const state = states.edit(key, isThere)
          lengths.move(state.sizes, time, tick)
          state.streamTime = streamTime
          return
        }
        if (lengths.isLate(known?.sizes, time, horizon)) {
          turn.reject('late', 'its bar has closed')
          return
        }
        const start = known === undefined ? startFrom(value, input.key, lengths) : isThere
        const state = states.edit(key, start)
        state.streamTime = streamTime
        const closed = closeDue(state, streamTime, turn)
        if (fill === 'previous' && lengths.isGap(state.sizes)) {
          turn.hold('follows a gap too long to fill')
        }
        if (lengths.add(state.sizes, time, tick) || closed) wake(key, state, turn)
      },
      onTimer: (key, at, turn) => {
        if (states.get(key) === undefined) return
        const state = states.edit(key, isThere)
        closeDue(state, at, turn)
        wake(key, state, turn)
      },
    }
  },
})

/** Made out here: a closure over a record costs every record that passes by it. */
function startFrom(value: Value, key: readonly string[], lengths: BarLengths): () => BarsState {
  return () => ({
    identity: Object.fromEntries(key.map((field) => [field, value[field]])),
    streamTime: Number.NEGATIVE_INFINITY,
    sizes: lengths.start(),
  })
}

/** The start of an entry that was found, which therefore needs none. */
function isThere(): never {
  throw new Error('an entry that was found is not there to be changed')
}

const BAR_FIELDS: readonly RecordField[] = [
  { name: 'time', type: TIME },
  { name: 'end', type: TIME },
  { name: 'open', type: DOUBLE },
  { name: 'high', type: DOUBLE },
  { name: 'low', type: DOUBLE },
  { name: 'close', type: DOUBLE },
  { name: 'volume', type: DOUBLE },
  { name: 'count', type: { kind: 'int' } },
]
