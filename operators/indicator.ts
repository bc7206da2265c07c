// indicator: the place for stateful functions. Every record of a key updates them; the record goes
// on with their values.
import { block, structWithBlock, word } from '../topology/config.ts'
import { blockFields, compileBlock } from '../topology/expression/block.ts'
import { inferredRecord } from '../topology/inferred-record.ts'
import { operator } from './operator.ts'
import { blockLookback, type BlockState, blockStore, evaluateStored } from './block-store.ts'

const STORE = 'indicators'

export const indicator = operator({
  name: 'indicator',
  summary:
    'Adds values that depend on earlier records of the key: averages, bands, previous values.',
  config: structWithBlock(
    {
      warm_up: word(['hold', 'emit'], {
        summary: 'Before every value is ready: hold records back, or emit them with nulls.',
        default: 'hold',
      }),
    },
    block({
      summary: 'New field by expression; one may refer to another.',
      siblings: true,
      stateful: true,
    }),
  ),
  fates: ['bad'],
  infer: ({ step, config, input }) => {
    const { block: values, warm_up: warmUp } = config
    const added = blockFields(values, { warmUp })
    const record = inferredRecord(step, [...input.record.fields, ...added])
    return {
      outputs: { main: { ...input, record } },
      stores: { [STORE]: blockStore(step, input.key) },
      lookback: blockLookback(values),
    }
  },
  example: `
topology: indicator-example
topics:
  bars: { topic: market.bars, schema: market/Bar, key: symbol, time: time }
fate: { bad: dead-letter, late: skip, duplicate: skip }
steps:
  trend:
    from: bars
    indicator:
      mean: sma(close, 2)
      above: close > mean
---
tests:
  - it: adds the mean of two closes from the second bar on
    feed:
      bars:
        - value: { symbol: A, time: 0s, end: 1s, open: 1, high: 1, low: 1, close: 1 }
        - value: { symbol: A, time: 1s, end: 2s, open: 1, high: 3, low: 1, close: 3 }
    expect:
      trend:
        - value: { close: 3, mean: 2, above: true }
    held: { trend: 1 }
`,
  step: ({ config, input, store }) => {
    const carry = input.record.fields.map(({ name }) => name)
    const compiled = compileBlock(config.block, { carry, warmUp: config.warm_up })
    const evaluate = evaluateStored(compiled, store<BlockState>(STORE))
    return {
      onRecord: ({ key, value }, turn) => {
        if (value === null) return
        const result = evaluate(key, value)
        if (result instanceof Error) turn.reject('bad', result.message)
        else if (result === undefined) turn.hold('warming up')
        else turn.emit(result)
      },
    }
  },
})
