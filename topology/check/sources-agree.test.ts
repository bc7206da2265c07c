import { expect, test } from 'vitest'
import { checkText, expectChecked } from './harness.ts'

test('it refuses streams and outputs that no connector has, and says what there is', () => {
  expectChecked(
    `
topology: t
sources:
  in: { connection: any, streams: [trades, mean], to: { trade: trades } }
`,
    `
error[sources-agree]: source "in" has no stream "trades"
  topology.yaml:3:36
    |
  3 |   in: { connection: any, streams: [trades, mean], to: { trade: trades } }
    |                                    ^^^^^^ did you mean "trade"?
    |
    = streams: mean, trade

error[sources-agree]: stream "mean" fills no topic
  topology.yaml:3:44
    |
  3 |   in: { connection: any, streams: [trades, mean], to: { trade: trades } }
    |                                            ^^^^ add "means: TOPIC" to "to", or leave it out

error[sources-agree]: source "in" has no output "trade"
  topology.yaml:3:57
    |
  3 |   in: { connection: any, streams: [trades, mean], to: { trade: trades } }
    |                                                         ^^^^^ did you mean "trades"?
    |
    = outputs: means, trades
`,
  )
})

const TOPICS = `
topics:
  trades: { topic: trades, schema: market/Trade, key: symbol, time: time }
  other: { topic: other, schema: market/Mean, key: symbol }
`

test('it refuses an output whose stream is left out, and a topic of another schema', () => {
  expectChecked(
    `
topology: t
sources:
  in:
    binance: { streams: [trade] }
    to:
      trades: other
      means: trades
topics:
  trades: { topic: trades, schema: market/Trade, key: symbol, time: time }
  other: { topic: other, schema: market/Mean, key: symbol }
`,
    `
error[sources-agree]: topic "other" is of market/Mean, and market/Trade is brought to it
  topology.yaml:6:15
     |
   6 |       trades: other
     |               ^^^^^ give it "schema: market/Trade"
     |
  topology.yaml:10:34
     |
  10 |   other: { topic: other, schema: market/Mean, key: symbol }
     |                                  ^^^^^^^^^^^ its schema

error[sources-agree]: output "means" is of a stream that "streams" leaves out
  topology.yaml:7:7
    |
  7 |       means: trades
    |       ^^^^^ add mean to "streams"

error[sources-agree]: topic "trades" is of market/Trade, and market/Mean is brought to it
  topology.yaml:7:14
    |
  7 |       means: trades
    |              ^^^^^^ give it "schema: market/Mean"
    |
  topology.yaml:9:36
    |
  9 |   trades: { topic: trades, schema: market/Trade, key: symbol, time: time }
    |                                    ^^^^^^^^^^^^ its schema
`,
  )
})

test('it refuses a schema of the same name that is another', () => {
  const files = { 'schemas/market/mean.avsc': MEAN.replace('"double"', '"float"') }
  const text = `topology: t\nsources:\n  in: { binance: , to: { means: other } }\n${TOPICS}`
  const said = checkText(`${text}${FATES}`, { files }).diagnostics.map(({ message }) => message)
  expect(said).toContain(
    'topic "other" is of another market/Mean than the one that is brought to it',
  )
  const same = { 'schemas/market/mean.avsc': MEAN }
  expect(codes(`${text}${FATES}`, same)).not.toContain('sources-agree')
})

test('it lets both forms be, and takes the streams from "to" where none are named', () => {
  for (const source of [
    '{ connection: c, streams: [trade, mean], to: { trades: trades, means: other } }',
    '{ connection: c, to: { trades: trades } }',
    '{ binance: , to: { trades: trades } }',
    '{ binance: { connection: c, streams: [mean] }, to: { means: other } }',
  ]) {
    expect(codes(`topology: t\nsources:\n  in: ${source}\n${TOPICS}${FATES}`)).not.toContain(
      'sources-agree',
    )
  }
})

const FATES = 'fate: { bad: dead-letter, late: skip, duplicate: skip }\n'

const MEAN = `{ "type": "record", "name": "Mean", "doc": "A mean.", "fields": [
  { "name": "symbol", "type": "string", "doc": "Its symbol." },
  { "name": "mean", "type": "double" }
] }`

function codes(text: string, files: Readonly<Record<string, string>> = {}): readonly string[] {
  return checkText(text, { files }).diagnostics.map(({ code }) => code)
}
