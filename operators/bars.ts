// bars: open, high, low, close, volume and count per window of event time and key.
import { DOUBLE, type RecordField, STRING, TIME, type Value } from '../schemas/type.ts'
import { duration, expression, list, struct, word } from '../topology/config.ts'
import { formatDuration } from '../topology/duration.ts'
import { inferredRecord } from '../topology/inferred-record.ts'
import { barSource, barSourceProblem, type Tick } from './bar-source.ts'
import {
  addTick,
  closeDue,
  isDue,
  isGap,
  isLate,
  nextClose,
  noWindows,
  type WindowRule,
  type Windows,
  windowsRecord,
} from './bar-windows.ts'
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
    const several = config.every.length > 1
    const fills = config.fill === 'previous'
    const { lateness } = input
    const rules = config.every.map((every) => ({ every, lateness, fill: config.fill }))
    const labels = config.every.map(formatDuration)

    const isLateIn = (state: Readonly<BarsState> | undefined, time: number, horizon: number) => {
      for (let i = 0; i < rules.length; i += 1) {
        if (isLate(ruleAt(rules, i), state && windowsAt(state, i), time, horizon)) return true
      }
      return false
    }
    const isDueIn = (state: Readonly<BarsState>, horizon: number): boolean => {
      for (let i = 0; i < rules.length; i += 1) {
        if (isDue(ruleAt(rules, i), windowsAt(state, i), horizon)) return true
      }
      return false
    }
    const closeAll = (state: BarsState, horizon: number, turn: Turn): boolean => {
      const due = rules.flatMap((rule, i) =>
        closeDue(rule, windowsAt(state, i), horizon).map((bar) => ({ bar, every: rule.every, i })),
      )
      if (several) due.sort((a, b) => a.bar.start + a.every - b.bar.start - b.every || a.i - b.i)
      for (const { bar, every, i } of due) {
        const { start, open, high, low, close, volume, count } = bar
        const interval = several ? { interval: labels[i] } : undefined
        const identity = { ...state.identity, ...interval, time: start, end: start + every }
        turn.emit({ ...identity, open, high, low, close, volume, count }, { time: start })
      }
      return due.length > 0
    }
    const addTo = (state: BarsState, time: number, tick: Tick): boolean => {
      let opened = false
      for (let i = 0; i < rules.length; i += 1) {
        if (addTick(ruleAt(rules, i).every, windowsAt(state, i), time, tick)) opened = true
      }
      return opened
    }
    const wake = (key: string, state: BarsState, turn: Turn): void => {
      const next = rules.map((rule, i) => nextClose(rule, windowsAt(state, i)))
      const at = Math.min(...next)
      if (at < Number.POSITIVE_INFINITY) turn.wakeAt(key, at)
    }
    const stateOf = (key: string, value: Value): BarsState =>
      states.edit(key, () => ({
        identity: Object.fromEntries(input.key.map((field) => [field, value[field]])),
        streamTime: Number.NEGATIVE_INFINITY,
        sizes: rules.map(noWindows),
      }))

    return {
      // Most records fall into an open window and close none: nothing is allocated for them.
      onRecord: ({ key, value, time }, turn) => {
        if (value === null) return
        const tick = source(value)
        const known = states.get(key)
        const streamTime = known === undefined ? time : Math.max(known.streamTime, time)
        if (isLateIn(known, time, Math.max(streamTime, turn.now - JUST_AFTER))) {
          turn.reject('late', 'its bar has closed')
          return
        }
        const state = known === undefined ? stateOf(key, value) : states.edit(key, isThere)
        state.streamTime = streamTime
        const closed = isDueIn(state, streamTime) && closeAll(state, streamTime, turn)
        if (fills && state.sizes.some(isGap)) turn.hold('follows a gap too long to fill')
        if (addTo(state, time, tick) || closed) wake(key, state, turn)
      },
      onTimer: (key, at, turn) => {
        const state = states.get(key)
        if (state === undefined) return
        const own = states.edit(key, isThere)
        closeAll(own, at, turn)
        wake(key, own, turn)
      },
    }
  },
})

/** The start of an entry that was found, which therefore needs none. */
function isThere(): never {
  throw new Error('an entry that was found is not there to be changed')
}

function ruleAt(rules: readonly WindowRule[], i: number): WindowRule {
  const rule = rules[i]
  if (rule === undefined) throw new Error('windows without the length of their bars')
  return rule
}

function windowsAt(state: Readonly<BarsState>, i: number): Windows {
  const windows = state.sizes[i]
  if (windows === undefined) throw new Error('a bar length without its windows')
  return windows
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
