// dedupe: lets the first of the records through that are the same one delivered again. It knows
// them by what tells records of one key apart, for a time by the task's clock or for a number of
// records. The same id under another key is another record.
import { LONG, STRING } from '../schemas/type.ts'
import { duration, expression, list, number, struct } from '../topology/config.ts'
import { compileExpression } from '../topology/expression/compile.ts'
import { inferredRecord } from '../topology/inferred-record.ts'
import type { StoreType } from '../topology/signature.ts'
import { operator } from './operator.ts'
import { identityProblem, identityText } from './quality/identity.ts'

interface Seen {
  /** Which of the records that were let through it was; 0 where they are not counted. */
  count: number
}

interface Passed {
  readonly identity: string
}

/** By identity. */
const SEEN = 'seen'

/** By count: the last ones. */
const PASSED = 'passed'

export const dedupe = operator({
  name: 'dedupe',
  summary: 'Lets a record through once: one of its key that says the same again is a duplicate.',
  config: struct({
    by: list(expression('any', { summary: 'A part of it.' }), {
      summary:
        'What tells records of a key apart, such as a trade id; where it is null a record passes.',
      orOne: true,
    }),
    within: duration({
      summary: "How long a record that passed is remembered, by the task's clock.",
      min: 1_000,
      optional: true,
    }),
    last: number({
      summary: 'How many records that passed are remembered of a key.',
      min: 1,
      max: 100_000,
      integer: true,
      optional: true,
    }),
  }),
  fates: ['bad', 'duplicate'],
  infer: ({ step, config, input, span, report }) => {
    const { by, within, last } = config
    for (const { text, type, span: at } of by) {
      const message = identityProblem(text, type)
      const repair = 'name values that do, such as an id'
      if (message !== undefined) report('types-agree', { message, span: at, repair })
    }
    if (within === undefined && last === undefined) {
      const message = '"dedupe" would remember every record for ever'
      report('config-complete', { message, span, repair: 'add `within:`, or `last:`' })
    }
    const { key } = input
    const count = inferredRecord(`${step}-seen`, [{ name: 'count', type: LONG }])
    const identity = inferredRecord(`${step}-passed`, [{ name: 'identity', type: STRING }])
    const seen: StoreType = {
      key,
      entry: count,
      kind: 'map',
      ...(within !== undefined && { keep: within }),
    }
    const passed: StoreType = { key, entry: identity, kind: 'window', keep: (last ?? 1) - 1 }
    return {
      outputs: { main: input },
      stores: { [SEEN]: seen, ...(last !== undefined && { [PASSED]: passed }) },
      lookback: 0,
    }
  },
  example: `
topology: dedupe-example
topics:
  trades:
    topic: market.trades
    schema: market/Trade
    key: symbol
    time: time
    available: received
fate: { bad: dead-letter, late: skip, duplicate: skip }
steps:
  unique:
    from: trades
    dedupe: { by: trade_id, within: 10m }
---
tests:
  - it: drops trades that the venue sends again after a reconnect
    feed:
      trades:
        - value: { symbol: BTCUSDT, trade_id: '7', price: 10, size: 1, time: 1s, received: 1s }
        - value: { symbol: BTCUSDT, trade_id: '8', price: 11, size: 1, time: 2s, received: 2s }
        - value: { symbol: BTCUSDT, trade_id: '8', price: 11, size: 1, time: 2s, received: 40s }
        - value: { symbol: ETHUSDT, trade_id: '8', price: 2, size: 1, time: 3s, received: 40s }
        - value: { symbol: BTCUSDT, trade_id: '9', price: 12, size: 1, time: 3s, received: 41s }
    expect:
      unique:
        - value: { symbol: BTCUSDT, trade_id: '7' }
        - value: { symbol: BTCUSDT, trade_id: '8', received: 2s }
        - value: { symbol: ETHUSDT, trade_id: '8' }
        - value: { symbol: BTCUSDT, trade_id: '9' }
    fates: { unique: { duplicate: 1 } }
`,
  step: ({ config, map, window }) => {
    const seen = map<Seen>(SEEN)
    const { last } = config
    const passed = last === undefined ? undefined : window<Passed>(PASSED)
    const parts = config.by.map(compileExpression)
    const names = config.by.map(({ text }) => text).join(', ')

    /** Forgets the one that is `last` before this one; it may have passed again since. */
    const countPassed = (key: string, identity: string): number => {
      if (passed === undefined || last === undefined) return 0
      const count = (passed.last(key)?.[0] ?? 0) + 1
      const oldest = passed.get(key, count - last)?.identity
      if (oldest !== undefined && seen.get(key, oldest)?.count === count - last) {
        seen.delete(key, oldest)
      }
      passed.edit(key, count, () => ({ identity }))
      return count
    }

    return {
      onRecord: ({ key, value }, turn) => {
        if (value === null) return
        const identity = identityText(parts.map((part) => part(value)))
        if (identity !== undefined) {
          if (seen.get(key, identity) !== undefined) {
            turn.reject('duplicate', `repeats ${names} of an earlier record of its key`)
            return
          }
          const count = countPassed(key, identity)
          seen.edit(key, identity, () => ({ count }))
        }
        turn.emit(value)
      },
    }
  },
})
