// derive: adds fields that are computed from the record itself.
import { block } from '../topology/config.ts'
import { blockFields, compileBlock } from '../topology/expression/block.ts'
import { inferredRecord } from '../topology/inferred-record.ts'
import { operator } from './operator.ts'

export const derive = operator({
  name: 'derive',
  summary: 'Adds fields that are computed from the fields of the record.',
  config: block({ summary: 'New field by expression; one may refer to another.', siblings: true }),
  fates: ['bad'],
  infer: ({ step, config, input }) => {
    const record = inferredRecord(step, [...input.record.fields, ...blockFields(config)])
    return { outputs: { main: { ...input, record } }, stores: {}, lookback: 0 }
  },
  example: `
topology: derive-example
topics:
  quotes: { topic: market.quotes, schema: market/Quote, key: symbol, time: time }
fate: { bad: dead-letter, late: skip, duplicate: skip }
steps:
  priced:
    from: quotes
    derive:
      mid: (bid + ask) / 2
      spread_bp: (ask - bid) / mid / 1bp
---
tests:
  - it: adds the mid and the spread in basis points
    feed:
      quotes:
        - value: { symbol: EURUSD, bid: 99, ask: 101, time: 1s }
    expect:
      priced:
        - value: { bid: 99, mid: 100, spread_bp: 200 }
`,
  step: ({ config, input }) => {
    const carry = input.record.fields.map(({ name }) => name)
    const { evaluate } = compileBlock(config, { carry })
    return {
      onRecord: ({ value }, turn) => {
        const derived = value && evaluate(value, [])
        if (derived instanceof Error) turn.reject('bad', derived.message)
        else if (derived) turn.emit(derived)
      },
    }
  },
})
