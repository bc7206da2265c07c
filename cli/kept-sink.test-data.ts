// Tests of what the command line knows of sinks: a kind of their own, and a topology with two.
import { type SinkKind, sinkKind } from '../sinks/sink.ts'
import { duration, field, struct, text } from '../topology/config.ts'
import type { Catalogue } from '../topology/signature.ts'
import { catalogue } from './catalogue.ts'
import { MOMENTUM } from './plan-of.test-data.ts'

const kept = sinkKind({
  name: 'kept',
  summary: 'Rows of a table that is kept.',
  config: struct({
    connection: text({ summary: 'The connection.', optional: true }),
    table: text({ summary: 'The table.' }),
    key: field({ summary: 'What tells | rows apart.', optional: true }),
    every: duration({ summary: 'How often.', default: 1_000_000 }),
  }),
  settings: {
    url: { kind: 'url', summary: 'Where it is.', schemes: ['kept', 'https'] },
    user: { kind: 'text', summary: 'Who logs in.', optional: true },
    password: { kind: 'secret', summary: 'Their password.', optional: true },
    pool: { kind: 'number', summary: 'How many connections.', default: 4 },
    timeout: { kind: 'duration', summary: 'How long an answer may take.', default: 10_000_000 },
    verify: { kind: 'boolean', summary: 'Whether its certificate counts.', default: true },
    ca: { kind: 'path', summary: 'A certificate.', optional: true },
  },
  check: () => undefined,
  example: `
topology: kept-example
topics:
  trades: { topic: trades, schema: market/Trade, key: symbol, time: time }
fate: { bad: fail, late: fail, duplicate: fail }
sinks:
  ledger:
    from: trades
    kept: { table: trades }
`,
  open: () => Promise.reject(new Error('it is not opened')),
})

export const keptSinks = new Map([['kept', kept as unknown as SinkKind]])

export const catalogueWithKept: Catalogue = { ...catalogue, sinks: keptSinks }

export const MOMENTUM_WITH_SINKS = `${MOMENTUM}
sinks:
  quotes:
    from: quotes
    kept: { table: ticks }
  book:
    from: signals
    kept: { connection: ledger, table: signals, key: symbol, every: 90s }
    fate: { bad: skip }
    away: { after: 10m, ends: run }
`
