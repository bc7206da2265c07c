import { test } from 'vitest'
import { expectChecked } from './harness.ts'

test('it shows the step and the field of the schema', () => {
  expectChecked(
    `
topology: t
topics:
  trades: { topic: market.trades, schema: market/Trade, key: symbol, time: time }
  means: { topic: means, schema: market/Mean, key: symbol }
  others: { topic: others, schema: market/Mean, key: symbol }
steps:
  a:
    from: trades
    pass:
    to: means
  b:
    from: trades
    add: { mean: symbol }
    to: { main: others }
`,
    `
error[schemas-accept]: field "mean" (double) of Mean has no default, and Trade does not have it
  topology.yaml:10:9
     |
  10 |     to: means
     |         ^^^^^ add "mean" to the records, or a default to the schema
     |
  schemas/market/mean.avsc:3:11
     |
   3 |   {"name":"mean","type":"double"}
     |           ^^^^^^ what topic "means" takes

error[schemas-accept]: field "mean" is string, where double is taken
  topology.yaml:14:17
     |
  14 |     to: { main: others }
     |                 ^^^^^^ use double(mean)
     |
  schemas/market/mean.avsc:3:11
     |
   3 |   {"name":"mean","type":"double"}
     |           ^^^^^^ what topic "others" takes
`,
  )
})

test('it takes what the schema projects', () => {
  expectChecked(
    `
topology: t
topics:
  trades: { topic: market.trades, schema: market/Trade, key: symbol, time: time }
  means: { topic: means, schema: market/Mean, key: symbol }
steps:
  a:
    from: trades
    add: { mean: price * 2 }
    to: means
`,
    '',
  )
})
