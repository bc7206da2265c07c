import { expect, test } from 'vitest'
import { checkText, complete, expectChecked } from './harness.ts'

test('it refuses what the kind cannot hold, where the author wrote it', () => {
  expectChecked(
    `
topology: t
sinks:
  a: { from: trades, postgres: { key: price } }
  b: { from: now, postgres: }
topics:
  trades: { topic: market.trades, schema: market/Trade, key: symbol, time: time }
  now: { topic: now, schema: market/Trade, key: symbol, time: time, table: latest }
`,
    `
error[sinks-agree]: key of topic "trades" is another
  topology.yaml:3:39
    |
  3 |   a: { from: trades, postgres: { key: price } }
    |                                       ^^^^^

error[sinks-agree]: "b" holds no versions by "time"
  topology.yaml:4:19
    |
  4 |   b: { from: now, postgres: }
    |                   ^^^^^^^^
`,
  )
})

test('it refuses two sinks of one connection that write to the same', () => {
  expectChecked(
    `
topology: t
sinks:
  a: { from: trades, postgres: { connection: ledger } }
  ledger: { from: trades, postgres: { table: trades } }
`,
    `
error[sinks-agree]: sinks "a" and "ledger" write to one place of "ledger": table trades
  topology.yaml:4:3
    |
  4 |   ledger: { from: trades, postgres: { table: trades } }
    |   ^^^^^^ name another place, or remove it
    |
  topology.yaml:3:3
    |
  3 |   a: { from: trades, postgres: { connection: ledger } }
    |   ^ the first is here
`,
  )
})

test('it lets be what differs in connection or in place', () => {
  expectChecked(
    `
topology: t
sinks:
  a: { from: trades, postgres: }
  b: { from: trades, postgres: }
  c: { from: trades, postgres: { connection: a, table: other, key: symbol } }
`,
    '',
  )
})

test('it reads the config as the kind says, and a field in it is one of the topic', () => {
  expectChecked(
    `
topology: t
parameters: { slow: 2h }
sinks:
  a: { from: trades, postgres: { tabel: x, key: s } }
  b: { from: trades, postgres: [x] }
  c: { from: trades, postgres: { every: param.slow } }
  d: { from: trades, postgres: { every: 5 } }
`,
    `
error[config-known]: "postgres" has no key "tabel"
  topology.yaml:4:34
    |
  4 |   a: { from: trades, postgres: { tabel: x, key: s } }
    |                                  ^^^^^ did you mean "table"?
    |
    = keys of "postgres": connection, every, key, table

error[fields-exist]: topic "trades" has no field "s"
  topology.yaml:4:49
    |
  4 |   a: { from: trades, postgres: { tabel: x, key: s } }
    |                                                 ^
    |
    = topic "trades" has: symbol, price, size, time

error[config-typed]: "postgres" takes a map, not a list
  topology.yaml:5:22
    |
  5 |   b: { from: trades, postgres: [x] }
    |                      ^^^^^^^^ its keys are connection, table, key, every

error[config-typed]: "every" takes a duration, not "5"
  topology.yaml:7:41
    |
  7 |   d: { from: trades, postgres: { every: 5 } }
    |                                         ^ write ms, s, m, h or d behind the number
`,
  )
})

const PLANNED = complete(`
topology: t
parameters: { often: 2s }
sinks:
  sound: { from: trades, postgres: { every: param.often } }
  hot:
    from: trades
    postgres: { connection: cache, table: now }
    fate: { bad: skip }
    away: { after: 10m, ends: sink }
`)

test('it plans sinks by name, with what the topology states where they state nothing', () => {
  const { plan } = checkText(PLANNED)
  expect(plan?.sinks).toEqual([
    {
      name: 'hot',
      kind: 'postgres',
      connection: 'cache',
      topic: 'trades',
      config: { connection: 'cache', table: 'now', key: undefined, every: 1_000_000 },
      bad: 'skip',
      away: { after: 600_000_000, ends: 'sink' },
    },
    {
      name: 'sound',
      kind: 'postgres',
      connection: 'sound',
      topic: 'trades',
      config: { connection: undefined, table: undefined, key: undefined, every: 2_000_000 },
      bad: 'dead-letter',
      away: undefined,
    },
  ])
})
