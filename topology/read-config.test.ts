import { expect, test } from 'vitest'
import { BOOLEAN, DOUBLE, STRING } from '../schemas/type.ts'
import { avsc, catalogue, checkText, complete, expectChecked } from './check/harness.ts'
import { expression, stream, struct, text } from './config.ts'
import { inferredRecord } from './inferred-record.ts'
import type { Catalogue, Signature } from './signature.ts'

test("it refuses author's names that no record can have as a field", () => {
  expectChecked(
    `
topology: t
steps:
  a:
    from: trades
    look:
      __proto__: { with: trades }
      a-b: { with: trades }
      ok: { with: trades }
  b: { from: a, keep: ok.price > 0 }
`,
    `
error[names-valid]: "__proto__" cannot name an alias: it is a reserved word
  topology.yaml:6:7
    |
  6 |       __proto__: { with: trades }
    |       ^^^^^^^^^ choose another name

error[names-valid]: "a-b" cannot name an alias
  topology.yaml:7:7
    |
  7 |       a-b: { with: trades }
    |       ^^^ write letters, digits and "_", a letter first
`,
  )
})

const summary = 'What it is.'

const sharing = struct({
  among: stream({ summary }),
  as: text({ summary }),
  where: expression(BOOLEAN, { summary, sees: { stream: 'among', as: { field: 'as' } } }),
  market: stream({ summary, optional: true }),
  price: expression(DOUBLE, {
    summary,
    optional: true,
    sees: { stream: 'market', as: 'market' },
  }),
  alias: text({ summary, default: 'row' }),
  share: expression(DOUBLE, {
    summary,
    optional: true,
    sees: { stream: 'among', as: { field: 'alias' } },
  }),
})

/** `share`, whose expressions see the records of streams that it names. */
const share: Signature<typeof sharing> = {
  name: 'share',
  summary,
  config: sharing,
  fates: ['bad'],
  infer: ({ step, config, input }) => {
    const fields = [...input.record.fields, { name: config.as, type: STRING }]
    return {
      outputs: { main: { ...input, record: inferredRecord(step, fields) } },
      stores: {},
      lookback: 0,
    }
  },
  example: '',
}

const ROW = avsc('Row', {
  id: 'string',
  symbols: { type: 'array', items: 'string' },
  weight: 'double',
})

const options = {
  catalogue: {
    ...catalogue,
    operators: new Map([...catalogue.operators, ['share', share]]),
  } satisfies Catalogue,
  files: { 'schemas/ref/row.avsc': ROW },
}

const BESIDE = `
topics:
  trades: { topic: market.trades, schema: market/Trade, key: symbol, time: time }
  rows: { topic: ref.rows, schema: ref/Row, key: id, table: latest, copies: all }
fate: { bad: dead-letter, late: skip, duplicate: skip }
`

/** What is said of a step `a` with this config, lines of which begin at the 6th. */
function expectShare(config: string, expected: string, parameters = ''): void {
  const lines = config.trim().split('\n')
  const steps = lines.map((line) => `      ${line.trim()}`).join('\n')
  expectChecked(
    `
topology: t
steps:
  a:
    from: trades
    share:
${steps}
${BESIDE}${parameters}`,
    expected,
    options,
  )
}

test('an expression sees the record of a stream under the name that another field gives', () => {
  expectShare(
    `among: rows
as: account
where: symbol in account.symbols && account.weight < price`,
    '',
  )
  expectShare('as: account\namong: rows\nwhere: account.weight > 0\nshare: row.weight', '')
  expectShare(
    'among: rows\nas: param.name\nwhere: desk.weight > 0',
    '',
    'parameters: { name: { default: desk } }',
  )
})

test('the record is part of what the expression reads, and has a place in the plan', () => {
  const text = `
topology: t
steps:
  a: { from: trades, share: { among: rows, as: account, where: account.weight > price } }
${BESIDE}`
  const { plan } = checkText(complete(text), options)
  const config = plan?.steps[0]?.config as { where: { reads: ReadonlySet<string> } }
  expect([...config.where.reads].sort()).toEqual(['account', 'price'])
})

test('it shows where an expression misuses the record that it sees', () => {
  expectShare(
    `among: rows
as: account
where: symbol in account.symbol && weight > 0`,
    `
error[fields-exist]: "account" has no field "symbol"
  topology.yaml:8:32
    |
  8 |       where: symbol in account.symbol && weight > 0
    |                                ^^^^^^ did you mean "symbols"?
    |
    = "account" has: id, symbols, weight

error[fields-exist]: stream "trades" has no field "weight"
  topology.yaml:8:42
    |
  8 |       where: symbol in account.symbol && weight > 0
    |                                          ^^^^^^
    |
    = stream "trades" has: symbol, price, size, time, account
`,
  )
  expectShare(
    'among: rows\nas: account\nwhere: price in account.symbols',
    `
error[types-agree]: "in" does not look for double in list of string
  topology.yaml:8:14
    |
  8 |       where: price in account.symbols
    |              ^^^^^^^^^^^^^^^^^^^^^^^^
`,
  )
})

test('it reports an unknown stream once, and nothing of what cannot be known without it', () => {
  expectShare(
    'among: rovs\nas: account\nwhere: symbol in account.symbols',
    `
error[streams-known]: there is no topic or step "rovs"
  topology.yaml:6:14
    |
  6 |       among: rovs
    |              ^^^^ did you mean "rows"?
    |
    = topics: rows, trades
    = steps: a
`,
  )
})

test('it asks for the stream and for the name, and says nothing more', () => {
  expectShare(
    'as: account\nwhere: symbol in account.symbols',
    `
error[config-complete]: "share" needs "among"
  topology.yaml:5:5
    |
  5 |     share:
    |     ^^^^^ add "among:"
    |
    = among: What it is.
`,
  )
  expectShare(
    'among: rows\nwhere: symbol in account.symbols',
    `
error[config-complete]: "share" needs "as"
  topology.yaml:5:5
    |
  5 |     share:
    |     ^^^^^ add "as:"
    |
    = as: What it is.
`,
  )
})

test('a stream that may be left out has no name when it is', () => {
  expectShare(
    'among: rows\nas: account\nwhere: true\nprice: market.price',
    `
error[fields-exist]: stream "trades" has no field "market"
  topology.yaml:9:14
    |
  9 |       price: market.price
    |              ^^^^^^
    |
    = stream "trades" has: symbol, price, size, time
`,
  )
})

test('a name that is none, or a field of the input, is reported once', () => {
  expectShare(
    'among: rows\nas: the-account\nwhere: symbol in account.symbols',
    `
error[names-valid]: "the-account" cannot name an alias
  topology.yaml:7:11
    |
  7 |       as: the-account
    |           ^^^^^^^^^^^ write letters, digits and "_", a letter first
`,
  )
  expectShare(
    'among: rows\nas: symbol\nwhere: price in symbol.symbols',
    `
error[names-unique]: "symbol" is a field of stream "trades" already
  topology.yaml:7:11
    |
  7 |       as: symbol
    |           ^^^^^^ give the new field another name
`,
  )
})
