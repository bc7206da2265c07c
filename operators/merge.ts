// merge: several streams of one type as one, in the order in which they became available.
import { nothing } from '../topology/config.ts'
import { operator } from './operator.ts'

export const merge = operator({
  name: 'merge',
  summary:
    'Makes one stream of several of the same type, in the order in which they became available.',
  config: nothing({ summary: 'It has no configuration.' }),
  fates: ['bad'],
  infer: ({ input }) => ({ outputs: { main: input }, stores: {}, lookback: 0 }),
  example: `
topology: merge-example
topics:
  oanda: { topic: raw.oanda, schema: market/Quote, key: symbol, time: time, rank: 1 }
  fxcm: { topic: raw.fxcm, schema: market/Quote, key: symbol, time: time, rank: 2 }
fate: { bad: dead-letter, late: skip, duplicate: skip }
steps:
  quotes:
    from: [oanda, fxcm]
    merge:
---
tests:
  - it: interleaves two venues by time
    feed:
      oanda:
        - value: { symbol: EURUSD, bid: 1, ask: 2, time: 1s }
        - value: { symbol: EURUSD, bid: 3, ask: 4, time: 3s }
      fxcm:
        - value: { symbol: EURUSD, bid: 2, ask: 3, time: 2s }
    expect:
      quotes:
        - value: { bid: 1 }
        - value: { bid: 2 }
        - value: { bid: 3 }
`,
  step: () => ({
    onRecord: ({ value }, turn) => {
      if (value !== null) turn.emit(value)
    },
  }),
})
