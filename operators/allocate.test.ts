import { expect, test } from 'vitest'
import { testExample } from '../test/examples.ts'
import { refusalOf } from '../test/refusal-of.ts'
import { allocate } from './allocate.ts'

testExample('it does what its example says', allocate.example)

const TOPICS = `
topology: t
topics:
  signals: { topic: signals, schema: trading/Signal, key: symbol, partitions: 2 }
  accounts:
    topic: accounts
    schema: ref/Account
    key: account
    time: since
    available: since
    table: latest
    copies: all
  few: { topic: few, schema: ref/Account, key: account, time: since, table: latest }
fate: { bad: dead-letter, late: skip, duplicate: skip }
steps:`

function testAllocate(name: string, config: string, story: string): void {
  const lines = story.trim().split('\n')
  const tests = ['tests:', `  - it: ${name}`, ...lines.map((line) => `    ${line}`)]
  const step = `  wanted: { from: signals, allocate: ${config}, key: account }`
  testExample(`it ${name}`, `${TOPICS}\n${step}\n---\n${tests.join('\n')}\n`)
}

testAllocate(
  'gives all accounts a record, in the order of their names, whatever the order of the rows',
  '{ among: accounts }',
  `
feed:
  accounts:
    - value: { account: b, since: 1s }
    - value: { account: c, since: 2s }
    - value: { account: a, since: 3s }
  signals:
    - { time: 4s, value: { symbol: A, side: 1, stop: 9 } }
expect:
  wanted:
    - { key: a, time: 4s, available: 4s, value: { account: a, symbol: A, side: 1, stop: 9 } }
    - { key: b, value: { account: b } }
    - { key: c, value: { account: c } }
`,
)

testAllocate(
  'counts a signal that no account takes, and one that comes before there is an account',
  '{ among: accounts, where: account.currency == "USDT" }',
  `
feed:
  signals:
    - { time: 1s, value: { symbol: A, side: 1 } }
    - { time: 3s, value: { symbol: A, side: 1 } }
    - { time: 5s, value: { symbol: A, side: 1 } }
  accounts:
    - value: { account: a, currency: EUR, since: 2s }
    - value: { account: b, currency: USDT, since: 4s }
expect:
  wanted:
    - { time: 5s, value: { account: b } }
held: { wanted: 2 }
`,
)

testAllocate(
  'forgets a row that is deleted, and takes the newest of several',
  '{ among: accounts, where: symbol in account.symbols }',
  `
feed:
  accounts:
    - value: { account: a, symbols: [A], since: 1s }
    - value: { account: b, symbols: [B], since: 1s }
    - value: { account: b, symbols: [A, B], since: 2s }
    - { key: a, time: 4s }
  signals:
    - { time: 3s, value: { symbol: A, side: 1 } }
    - { time: 5s, value: { symbol: A, side: 1 } }
expect:
  wanted:
    - { time: 3s, value: { account: a } }
    - { time: 3s, value: { account: b } }
    - { time: 5s, value: { account: b } }
`,
)

testAllocate(
  'says how much each account takes, by the signal and by its row',
  '{ among: accounts, share: "double(account.cash) / 1000 * orElse(confidence, 1)" }',
  `
feed:
  accounts:
    - value: { account: a, cash: 100, since: 1s }
    - value: { account: b, cash: 900, since: 1s }
  signals:
    - { time: 2s, value: { symbol: A, side: 1 } }
    - { time: 3s, value: { symbol: A, side: -1, confidence: 0.5 } }
expect:
  wanted:
    - value: { account: a, share: 0.1 }
    - value: { account: b, share: 0.9 }
    - value: { account: a, side: -1, share: 0.05 }
    - value: { account: b, side: -1, share: 0.45 }
`,
)

testAllocate(
  'gives a signal the bad fate as a whole where the share of one account is no number',
  '{ among: accounts, share: 1 / double(account.cash) }',
  `
feed:
  accounts:
    - value: { account: a, cash: 1, since: 1s }
    - value: { account: b, cash: 0, since: 2s }
  signals:
    - { time: 3s, value: { symbol: A, side: 1 } }
expect:
  wanted: []
fates: { wanted: { bad: 1 } }
`,
)

testExample(
  'it names the field as it is told, and remembers the accounts after a crash',
  `${TOPICS}
  wanted:
    from: signals
    allocate: { among: accounts, as: desk, where: desk.account != "b" }
---
tests:
  - it: gives the desks
    feed:
      accounts:
        - value: { account: a, since: 1s }
        - value: { account: b, since: 1s }
      signals:
        - { time: 2s, value: { symbol: A, side: 1 } }
    then: [crash, { advance: 1s }]
    expect:
      wanted:
        - { key: A, value: { desk: a } }
`,
)

function refusal(...config: readonly string[]): string {
  const lines = config.map((line) => `      ${line}`).join('\n')
  return refusalOf(`${TOPICS}\n  wanted:\n    from: signals\n    allocate:\n${lines}\n`)
}

test('it refuses tables that some tasks have, and names that are taken', () => {
  expect(refusal('among: few')).toMatchInlineSnapshot(`
    "error[keys-agree]: "few" comes to some tasks only, and each needs all accounts
      topology.yaml:19:14
         |
      19 |       among: few
         |              ^^^ declare the topic with \`table: latest, copies: all\`"
  `)
  expect(refusal('among: accounts', 'as: side')).toMatchInlineSnapshot(`
    "error[names-unique]: "side" is a field of stream "signals" already
      topology.yaml:20:11
         |
      20 |       as: side
         |           ^^^^ give the new field another name"
  `)
  expect(refusal('among: accounts', 'as: share', 'share: 0.5')).toMatchInlineSnapshot(`
    "error[names-unique]: field "share" is in the input already, or added twice
      topology.yaml:20:11
         |
      20 |       as: share
         |           ^^^^^ rename it with \`as\`, or in a step before"
  `)
  expect(refusal('among: accounts', 'where: side in account.symbol')).toMatchInlineSnapshot(`
    "error[fields-exist]: "account" has no field "symbol"
      topology.yaml:20:30
         |
      20 |       where: side in account.symbol
         |                              ^^^^^^ did you mean "symbols"?
         |
         = "account" has: account, cash, currency, symbols, since"
  `)
})
