// conflate: thins a stream out to one record per key and interval of the task's clock: the last
// one, when the interval has ended.
import { nullable, TIME, type Value } from '../schemas/type.ts'
import { boolean, duration, struct } from '../topology/config.ts'
import { inferredRecord } from '../topology/inferred-record.ts'
import { operator, type Turn } from './operator.ts'
import { putEntry } from './put-entry.ts'

/** Is there while the key has given out or holds a record of the interval. */
interface Interval {
  /** The last record; null if there was none since one was given out. */
  value: Value | null
  /** Its event time. */
  time: number
  /** The first instant after the interval. */
  end: number
}

const STORE = 'intervals'

export const conflate = operator({
  name: 'conflate',
  summary: 'Gives the last record of each key and interval, when the interval has ended.',
  config: struct({
    every: duration({
      summary: "Length of the intervals; they begin at multiples of it, by the task's clock.",
      min: 1_000,
    }),
    leading: boolean({
      summary: 'Whether the first record after an interval without any goes out at once.',
      default: false,
    }),
  }),
  fates: [],
  infer: ({ step, config, input }) => {
    const entry = inferredRecord(`${step}-interval`, [
      { name: 'value', type: nullable(input.record) },
      { name: 'time', type: TIME },
      { name: 'end', type: TIME },
    ])
    return {
      // So much later a record may come to windows after it than it would have come.
      outputs: { main: { ...input, lateness: input.lateness + config.every } },
      stores: { [STORE]: { key: input.key, entry } },
      lookback: 0,
    }
  },
  example: `
topology: conflate-example
topics:
  quotes: { topic: market.quotes, schema: market/Quote, key: symbol, time: time }
fate: { bad: dead-letter, late: skip, duplicate: skip }
steps:
  calm:
    from: quotes
    conflate: { every: 100ms }
---
tests:
  - it: gives the last quote of each 100 ms, known when they have passed
    feed:
      quotes:
        - value: { symbol: EURUSD, bid: 1.1, ask: 1.2, time: 10ms }
        - value: { symbol: EURUSD, bid: 1.2, ask: 1.3, time: 30ms }
        - value: { symbol: EURUSD, bid: 1.3, ask: 1.4, time: 99ms }
        - value: { symbol: EURUSD, bid: 1.4, ask: 1.5, time: 100ms }
    then:
      - { advance: 1s }
    expect:
      calm:
        - { time: 99ms, available: 100ms, value: { bid: 1.3 } }
        - { time: 100ms, available: 200ms, value: { bid: 1.4 } }
    held: { calm: 2 }
`,
  step: ({ config, store }) => {
    const { every, leading } = config
    const intervals = store<Interval>(STORE)

    /** A timer fires one microsecond after its instant: at `end`, before what is known then. */
    const open = (key: string, record: Pick<Interval, 'value' | 'time'>, turn: Turn): void => {
      const interval = { ...record, end: (Math.floor(turn.now / every) + 1) * every }
      putEntry(intervals, key, interval)
      turn.wakeAt(key, interval.end - 1)
    }

    const close = (key: string, { value, time }: Readonly<Interval>, turn: Turn): void => {
      if (value !== null) turn.emit(value, { time })
      if (value !== null && leading) open(key, { value: null, time }, turn)
      else intervals.delete(key)
    }

    return {
      onRecord: ({ key, value, time }, turn) => {
        if (value === null) return
        const before = intervals.get(key)
        // Another step's timer of the same instant may bring a record before this step's own fires.
        if (before !== undefined && before.end <= turn.now) close(key, before, turn)
        const interval = intervals.get(key)
        if (interval === undefined) {
          if (leading) turn.emit(value)
          open(key, { value: leading ? null : value, time }, turn)
          return
        }
        if (interval.value !== null) turn.hold('conflated')
        Object.assign(intervals.edit(key, isThere), { value, time })
      },
      onTimer: (key, _at, turn) => {
        const interval = intervals.get(key)
        if (interval !== undefined) close(key, interval, turn)
      },
    }
  },
})

/** The start of an entry that was found, which therefore needs none. */
function isThere(): never {
  throw new Error('an entry that was found is not there to be changed')
}
