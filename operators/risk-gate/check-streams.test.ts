import { testExample } from '../../test/examples.ts'

testExample(
  "it asks for all orders of an account in one task, which an instrument's key does not give",
  `
topology: t
topics:
  filled: { topic: f, schema: trading/Order, key: account }
  wanted: { topic: w, schema: trading/Fill, key: symbol }
  alerts: { topic: alerts, schema: risk/Alert, key: account }
fate: { bad: skip, late: skip, duplicate: skip }
steps:
  gated:
    from: wanted
    risk-gate: { portfolio: filled, orders: filled }
    to: { rejected: alerts }
---
error[config-complete]: "risk-gate" has nothing to value an order by
  topology.yaml:10:5
     |
  10 |     risk-gate: { portfolio: filled, orders: filled }
     |     ^^^^^^^^^ add \`price:\`, such as \`price: market.mid\`

error[keys-agree]: "risk-gate" needs all orders of an account in one task
  topology.yaml:10:5
     |
  10 |     risk-gate: { portfolio: filled, orders: filled }
     |     ^^^^^^^^^ add \`key: account\` to the step before

2 errors
`,
)

testExample(
  'it asks for a price, commands for every task, and a market with prices',
  `
topology: t
topics:
  control: { topic: c, schema: trading/Control, key: account, time: time, table: latest }
  mood: { topic: m, schema: social/Mood, key: symbol, time: published, table: latest, copies: all }
  holdings: { topic: h, schema: trading/Holding, key: account }
  filled: { topic: f, schema: trading/Order, key: account }
  wanted: { topic: w, schema: trading/Order, key: account }
  alerts: { topic: alerts, schema: risk/Alert, key: account }
fate: { bad: skip, late: skip, duplicate: skip }
steps:
  gated:
    from: wanted
    risk-gate:
      portfolio: holdings
      orders: filled
      control: control
      market: mood
    to: { rejected: alerts }
---
error[config-complete]: "risk-gate" has nothing to value an order by
  topology.yaml:13:5
     |
  13 |     risk-gate:
     |     ^^^^^^^^^ add \`price:\`, such as \`price: market.mid\`

error[keys-agree]: "control" comes to some tasks only, and each needs all of it
  topology.yaml:16:16
     |
  16 |       control: control
     |                ^^^^^^^ declare \`copies: all\`, or add \`key: broadcast\`

error[fields-exist]: "market" has neither bid and ask nor the prices of a bar
  topology.yaml:17:15
     |
  17 |       market: mood
     |               ^^^^ name quotes, a book or bars

3 errors
`,
)

testExample(
  'it asks for an age of a market where there is one',
  `
topology: t
topics:
  holdings: { topic: h, schema: trading/Holding, key: account }
  filled: { topic: f, schema: trading/Order, key: account }
  fills: { topic: fills, schema: trading/Fill, key: account }
  alerts: { topic: alerts, schema: risk/Alert, key: account }
fate: { bad: skip, late: skip, duplicate: skip }
steps:
  gated:
    from: fills
    risk-gate:
      portfolio: holdings
      orders: filled
      price: double(price)
      max_market_age: 1s
    to: { rejected: alerts }
---
error[config-complete]: "max_market_age" needs a market
  topology.yaml:15:23
     |
  15 |       max_market_age: 1s
     |                       ^^ add \`market:\`

1 error
`,
)

testExample(
  'it holds what comes back against what it counts by',
  `
topology: t
topics:
  equity: { topic: e, schema: trading/Equity, key: account }
  fills: { topic: fills, schema: trading/Fill, key: account }
  alerts: { topic: alerts, schema: risk/Alert, key: account }
fate: { bad: skip, late: skip, duplicate: skip }
steps:
  gated:
    from: fills
    risk-gate:
      portfolio: equity
      orders: fills
      price: double(price)
    to: { rejected: alerts }
---
error[fields-exist]: "equity" has no field "quantity"
  topology.yaml:11:18
     |
  11 |       portfolio: equity
     |                  ^^^^^^ name a step with portfolio

error[fields-exist]: "equity" has no field "symbol"
  topology.yaml:11:18
     |
  11 |       portfolio: equity
     |                  ^^^^^^ name a step with portfolio

error[fields-exist]: "fills" has no field "filled"
  topology.yaml:12:15
     |
  12 |       orders: fills
     |               ^^^^^ name a step with execute

error[fields-exist]: "fills" has no field "status"
  topology.yaml:12:15
     |
  12 |       orders: fills
     |               ^^^^^ name a step with execute

4 errors
`,
)

testExample(
  'it holds what is named as a market too against what it counts by',
  `
topology: t
topics:
  marks: { topic: m, schema: market/Quote, key: symbol, time: time, table: latest, copies: all }
  holdings: { topic: h, schema: trading/Holding, key: account }
  fills: { topic: fills, schema: trading/Fill, key: account }
  alerts: { topic: alerts, schema: risk/Alert, key: account }
fate: { bad: skip, late: skip, duplicate: skip }
steps:
  gated:
    from: fills
    risk-gate:
      portfolio: holdings
      orders: marks
      market: marks
      price: double(price)
    to: { rejected: alerts }
---
error[fields-exist]: "marks" has no field "account"
  topology.yaml:13:15
     |
  13 |       orders: marks
     |               ^^^^^ name a step with execute

error[fields-exist]: "marks" has no field "filled"
  topology.yaml:13:15
     |
  13 |       orders: marks
     |               ^^^^^ name a step with execute

error[fields-exist]: "marks" has no field "order_id"
  topology.yaml:13:15
     |
  13 |       orders: marks
     |               ^^^^^ name a step with execute

error[fields-exist]: "marks" has no field "quantity"
  topology.yaml:13:15
     |
  13 |       orders: marks
     |               ^^^^^ name a step with execute

error[fields-exist]: "marks" has no field "status"
  topology.yaml:13:15
     |
  13 |       orders: marks
     |               ^^^^^ name a step with execute

error[keys-agree]: "marks" comes to every task, and an account belongs to one
  topology.yaml:13:15
     |
  13 |       orders: marks
     |               ^^^^^ key it by account

6 errors
`,
)
