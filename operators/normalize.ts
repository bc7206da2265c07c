// normalize: makes a record of our own shape out of a foreign one.
import { block } from '../topology/config.ts'
import { blockFields, compileBlock } from '../topology/expression/block.ts'
import { inferredRecord } from '../topology/inferred-record.ts'
import { operator } from './operator.ts'

export const normalize = operator({
  name: 'normalize',
  summary: 'Makes a record of our own shape out of a foreign one: only what is named goes on.',
  config: block({ summary: 'Field of the output by expression over the input.', shadow: 'allow' }),
  fates: ['bad'],
  infer: ({ step, config, input, span, report }) => {
    const key = input.key.map((field) => {
      const renamed = config.entries
        .filter(({ expression: { ast } }) => ast.kind === 'name' && ast.name === field)
        .map(({ name }) => name)
      // Of several names for it the first by spelling is the key, wherever it stands in the file.
      if (renamed.length > 0) return renamed.toSorted()[0]
      report('keys-agree', {
        message: `step "${step}" drops "${field}", which is part of the key`,
        span,
        repair: `add \`${field}: ${field}\`, under this or another name`,
      })
      return undefined
    })
    const record = inferredRecord(step, blockFields(config))
    const kept = key.filter((name) => name !== undefined)
    return { outputs: { main: { ...input, record, key: kept } }, stores: {}, lookback: 0 }
  },
  example: `
topology: normalize-example
topics:
  quotes: { topic: market.quotes, schema: market/Quote, key: symbol, time: time }
fate: { bad: dead-letter, late: skip, duplicate: skip }
steps:
  mids:
    from: quotes
    normalize:
      instrument: symbol
      mid: (bid + ask) / 2
---
tests:
  - it: keeps what is named, under its new name
    feed:
      quotes:
        - value: { symbol: EURUSD, bid: 1, ask: 3, time: 1s }
    expect:
      mids:
        - key: EURUSD
          value: { instrument: EURUSD, mid: 2 }
`,
  step: ({ config }) => {
    const { evaluate } = compileBlock(config, { carry: [] })
    return {
      onRecord: ({ value }, turn) => {
        const normal = value && evaluate(value, [])
        if (normal instanceof Error) turn.reject('bad', normal.message)
        else if (normal) turn.emit(normal)
      },
    }
  },
})
