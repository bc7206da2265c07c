// filter: lets the records through for which an expression is true.
import { BOOLEAN } from '../schemas/type.ts'
import { expression } from '../topology/config.ts'
import { compileExpression } from '../topology/expression/compile.ts'
import { operator } from './operator.ts'

export const filter = operator({
  name: 'filter',
  summary: 'Lets those records through for which an expression is true.',
  config: expression(BOOLEAN, { summary: 'What must be true of a record.' }),
  fates: ['bad'],
  infer: ({ input }) => ({ outputs: { main: input }, stores: {}, lookback: 0 }),
  example: `
topology: filter-example
topics:
  quotes: { topic: market.quotes, schema: market/Quote, key: symbol, time: time }
fate: { bad: dead-letter, late: skip, duplicate: skip }
steps:
  sound:
    from: quotes
    filter: bid > 0 && ask > bid
---
tests:
  - it: keeps quotes whose ask is above their bid
    feed:
      quotes:
        - value: { symbol: EURUSD, bid: 1.1, ask: 1.2, time: 1s }
        - value: { symbol: EURUSD, bid: 1.3, ask: 1.2, time: 2s }
    expect:
      sound:
        - value: { bid: 1.1 }
`,
  step: ({ config }) => {
    const passes = compileExpression(config)
    return {
      onRecord: ({ value }, turn) => {
        if (value === null) return
        if (passes(value) === true) turn.emit(value)
        else turn.hold('filtered')
      },
    }
  },
})
