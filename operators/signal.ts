// signal: turns conditions into an intent to buy or sell, with its stop, target and confidence.
import { BOOLEAN, DOUBLE, DURATION, type RecordField, STRING } from '../schemas/type.ts'
import { block } from '../topology/config.ts'
import { blockFields, compileBlock } from '../topology/expression/block.ts'
import { inferredRecord } from '../topology/inferred-record.ts'
import { blockLookback, type BlockState, blockStore, evaluateStored } from './block-store.ts'
import { operator } from './operator.ts'

const STORE = 'signals'

/** Entries that decide whether there is a signal; the others go on with it. */
const DECIDING = new Set(['when', 'buy', 'sell'])

const SIDES = new Set(['buy', 'sell'])

export const signal = operator({
  name: 'signal',
  summary: 'Turns conditions into an intent to buy (side 1) or sell (side -1).',
  config: block({
    summary: 'When to buy and when to sell.',
    siblings: true,
    stateful: true,
    names: {
      when: { summary: 'Must be true for any signal.', type: BOOLEAN, otherwise: 'true' },
      buy: { summary: 'Gives a signal of side 1.', type: BOOLEAN, otherwise: 'false' },
      sell: { summary: 'Gives a signal of side -1.', type: BOOLEAN, otherwise: 'false' },
      stop: { summary: 'Price at which to give up; may use `side`.', type: DOUBLE, optional: true },
      target: { summary: 'Price at which to take the gain.', type: DOUBLE, optional: true },
      confidence: { summary: 'How sure it is, 0 to 1.', type: DOUBLE, optional: true },
      valid_for: { summary: 'How long it may be acted on.', type: DURATION, optional: true },
      strategy: { summary: 'Name of the rule that gives it.', type: STRING, optional: true },
    },
    given: { side: 'if(buy && !sell, 1, if(sell && !buy, -1, 0))' },
  }),
  fates: ['bad'],
  infer: ({ step, config, input, span, report }) => {
    const never = config.entries.filter(
      ({ name, expression }) => SIDES.has(name) && expression.canonical === 'false',
    )
    if (never.length === SIDES.size) {
      const message = '"signal" never buys and never sells'
      report('config-complete', { message, span, repair: 'add `buy:` or `sell:`' })
    }
    const added = blockFields(config).filter(({ name }) => !DECIDING.has(name))
    const fields = [...input.record.fields, ...added.map(asWhole)]
    return {
      outputs: { main: { ...input, record: inferredRecord(step, fields) } },
      stores: { [STORE]: blockStore(step, input.key) },
      lookback: blockLookback(config),
    }
  },
  example: `
topology: signal-example
topics:
  bars: { topic: market.bars, schema: market/Bar, key: symbol, time: time }
fate: { bad: dead-letter, late: skip, duplicate: skip }
steps:
  entry:
    from: bars
    signal:
      buy: crosses_over(close, open)
      sell: crosses_under(close, open)
      stop: close - side * 2
---
tests:
  - it: buys when the close crosses over the open
    feed:
      bars:
        - value: { symbol: A, time: 0s, end: 1s, open: 2, high: 2, low: 1, close: 1 }
        - value: { symbol: A, time: 1s, end: 2s, open: 2, high: 3, low: 2, close: 3 }
        - value: { symbol: A, time: 2s, end: 3s, open: 2, high: 4, low: 2, close: 4 }
    expect:
      entry:
        - value: { time: 1s, close: 3, side: 1, stop: 1 }
`,
  step: ({ config, input, store }) => {
    const added = config.entries.map(({ name }) => name).filter((name) => !DECIDING.has(name))
    const compiled = compileBlock(config, { carry: [] })
    const evaluate = evaluateStored(compiled, store<BlockState>(STORE))
    const carry = input.record.fields.map(({ name }) => name)
    return {
      onRecord: ({ key, value }, turn) => {
        if (value === null) return
        const decided = evaluate(key, value)
        if (decided instanceof Error) {
          turn.reject('bad', decided.message)
        } else if (decided === undefined) {
          turn.hold('warming up')
        } else if (decided.when === true && decided.buy === true && decided.sell === true) {
          turn.reject('bad', '"buy" and "sell" are both true')
        } else if (decided.when !== true || decided.side === 0) {
          turn.hold('no signal')
        } else {
          const out: Record<string, unknown> = {}
          for (const name of carry) out[name] = value[name]
          for (const name of added) out[name] = decided[name]
          turn.emit(out)
        }
      },
    }
  },
})

/** `side` is computed as a double and is a whole number. */
function asWhole(field: RecordField): RecordField {
  return field.name === 'side' ? { ...field, type: { kind: 'int' } } : field
}
