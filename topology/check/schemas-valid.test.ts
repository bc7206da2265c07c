import { test } from 'vitest'
import { avsc, expectChecked } from './harness.ts'

test('it shows the place in the schema', () => {
  expectChecked(
    `
topology: t
topics:
  trades: { topic: market.trades, schema: my/Trade, key: symbol }
steps:
  a: { from: trades, pass: }
`,
    `
error[schemas-valid]: schema "my/Trade": field "symbol": type "strnig" is not defined
  schemas/my/trade.avsc:2:27
    |
  2 |   {"name":"symbol","type":"strnig"},
    |                           ^^^^^^^^ correct it, or define it before its use
    |
  topology.yaml:3:43
    |
  3 |   trades: { topic: market.trades, schema: my/Trade, key: symbol }
    |                                           ^^^^^^^^ it is named here
`,
    { files: { 'schemas/my/trade.avsc': avsc('Trade', { symbol: 'strnig', price: 'double' }) } },
  )
})

test('it shows where a schema stops being JSON', () => {
  expectChecked(
    `
topology: t
topics:
  trades: { topic: market.trades, schema: my/Trade, key: symbol }
steps:
  a: { from: trades, pass: }
`,
    `
error[schemas-valid]: schema "my/Trade": the schema is not JSON
  schemas/my/trade.avsc:4:3
    |
  4 |   "fields": []
    |   ^ mend it or take it from the registry again
    |
  topology.yaml:3:43
    |
  3 |   trades: { topic: market.trades, schema: my/Trade, key: symbol }
    |                                           ^^^^^^^^ it is named here
`,
    {
      files: {
        'schemas/my/trade.avsc': '{\n  "type": "record",\n  "name": "Trade"\n  "fields": []\n}\n',
      },
    },
  )
})
