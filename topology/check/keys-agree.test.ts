import { test } from 'vitest'
import { avsc, expectChecked } from './harness.ts'

test('it refuses a look-up of what is in other tasks', () => {
  expectChecked(
    `
topology: t
topics:
  trades: { topic: market.trades, schema: market/Trade, key: symbol, time: time }
  accounts: { topic: accounts, schema: ref/Account, key: [account, symbol] }
  ids: { topic: ids, schema: ref/Account, key: id }
steps:
  a:
    from: trades
    look:
      x: { with: accounts }
      y: { with: ids }
      z: { with: everything }
  everything: { from: trades, pass: , key: all }
`,
    `
error[keys-agree]: "accounts" is partitioned by account, symbol, and "trades" by symbol
  topology.yaml:10:18
     |
  10 |       x: { with: accounts }
     |                  ^^^^^^^^ change a key with \`key:\`, or give every task all of it
     |
  topology.yaml:8:11
     |
   8 |     from: trades
     |           ^^^^^^ this drives the step
     |
     = every task has all of a topic with \`copies: all\` and of a step with \`key: broadcast\`

error[keys-agree]: "ids" is partitioned by id (long), and "trades" by symbol (string)
  topology.yaml:11:18
     |
  11 |       y: { with: ids }
     |                  ^^^ change a key with \`key:\`, or give every task all of it
     |
  topology.yaml:8:11
     |
   8 |     from: trades
     |           ^^^^^^ this drives the step
     |
     = every task has all of a topic with \`copies: all\` and of a step with \`key: broadcast\`

error[keys-agree]: "everything" is partitioned by all, and "trades" by symbol
  topology.yaml:12:18
     |
  12 |       z: { with: everything }
     |                  ^^^^^^^^^^ change a key with \`key:\`, or give every task all of it
     |
  topology.yaml:8:11
     |
   8 |     from: trades
     |           ^^^^^^ this drives the step
     |
     = every task has all of a topic with \`copies: all\` and of a step with \`key: broadcast\`
`,
  )
})

test('it takes what every task has', () => {
  expectChecked(
    `
topology: t
topics:
  trades: { topic: market.trades, schema: market/Trade, key: symbol, time: time }
  accounts: { topic: accounts, schema: ref/Account, key: account, table: latest, copies: all }
  ids: { topic: ids, schema: ref/Account, key: id }
steps:
  a: { from: trades, look: { x: { with: accounts }, y: { with: spread } } }
  spread: { from: ids, pass: , key: broadcast }
`,
    '',
  )
})

test('it refuses a step driven by what every task has', () => {
  expectChecked(
    `
topology: t
topics:
  accounts: { topic: accounts, schema: ref/Account, key: account, table: latest, copies: all }
  ids: { topic: ids, schema: ref/Account, key: id }
steps:
  a: { from: accounts, pass: }
  b: { from: ids, pass: , key: broadcast }
  c: { from: b, pass: }
`,
    `
error[keys-agree]: every task has all of "accounts", so step "a" would run once in each
  topology.yaml:6:14
    |
  6 |   a: { from: accounts, pass: }
    |              ^^^^^^^^ name it in a config instead, or give it a key

error[keys-agree]: every task has all of "b", so step "c" would run once in each
  topology.yaml:8:14
    |
  8 |   c: { from: b, pass: }
    |              ^ name it in a config instead, or give it a key
`,
  )
})

test('it refuses a topic whose keys several tasks would write', () => {
  expectChecked(
    `
topology: t
topics:
  accounts: { topic: accounts, schema: ref/Account, key: [account, symbol] }
  by_account: { topic: by.account, schema: ref/Account, key: account }
  ok: { topic: ok, schema: ref/Account, key: [symbol, account] }
steps:
  a: { from: accounts, pass: , key: account, to: by_account }
  b: { from: accounts, pass: , to: ok }
`,
    `
error[keys-agree]: "by_account" is keyed by account, its records by account, symbol
  topology.yaml:7:50
    |
  7 |   a: { from: accounts, pass: , key: account, to: by_account }
    |                                                  ^^^^^^^^^^ add symbol to the key of the topic
    |
  topology.yaml:4:62
    |
  4 |   by_account: { topic: by.account, schema: ref/Account, key: account }
    |                                                              ^^^^^^^ the key of the topic
    |
    = several tasks would write one key, in no certain order
    = what \`key:\` changes is in the task of the new key one step later: let that step write
`,
  )
})

test('it refuses a look-up where the key is the same and its place is not', () => {
  expectChecked(
    `
topology: t
topics:
  trades: { topic: market.trades, schema: market/Trade, key: symbol, time: time }
  accounts: { topic: accounts, schema: ref/Account, key: account }
steps:
  a: { from: accounts, pass: , key: [account, symbol] }
  b: { from: a, pass: , key: symbol }
  c: { from: b, look: { x: { with: trades } } }
  d:
    from: a
    look: { x: { with: accounts } }
`,
    `
error[keys-agree]: "accounts" is partitioned by account, and "a" by account, symbol
  topology.yaml:11:24
     |
  11 |     look: { x: { with: accounts } }
     |                        ^^^^^^^^ change a key with \`key:\`, or give every task all of it
     |
  topology.yaml:10:11
     |
  10 |     from: a
     |           ^ this drives the step
     |
     = every task has all of a topic with \`copies: all\` and of a step with \`key: broadcast\`
`,
  )
})

test('it refuses two keys of the same fields in another order', () => {
  expectChecked(
    `
topology: t
topics:
  ab: { topic: ab, schema: my/Pair, key: [one, two] }
  ba: { topic: ba, schema: my/Pair, key: [two, one] }
steps:
  a: { from: ab, look: { x: { with: ba } } }
  b: { from: [ab, ba], pass: }
  c: { from: { x: ab, y: ba }, pass: }
`,
    `
error[keys-agree]: "ba" is partitioned by two, one, and "ab" by one, two
  topology.yaml:6:37
    |
  6 |   a: { from: ab, look: { x: { with: ba } } }
    |                                     ^^ write both keys in the same order
    |
  topology.yaml:6:14
    |
  6 |   a: { from: ab, look: { x: { with: ba } } }
    |              ^^ this drives the step

error[inputs-agree]: "ba" is keyed by two, one, and "ab" by one, two, so the two cannot be merged
  topology.yaml:7:19
    |
  7 |   b: { from: [ab, ba], pass: }
    |                   ^^ write both keys in the same order
    |
  topology.yaml:7:15
    |
  7 |   b: { from: [ab, ba], pass: }
    |               ^^ merged with "ab"

error[keys-agree]: "ba" is partitioned by two, one, and "ab" by one, two
  topology.yaml:8:26
    |
  8 |   c: { from: { x: ab, y: ba }, pass: }
    |                          ^^ write both keys in the same order
    |
  topology.yaml:8:19
    |
  8 |   c: { from: { x: ab, y: ba }, pass: }
    |                   ^^ this drives the step
`,
    { files: { 'schemas/my/pair.avsc': avsc('Pair', { one: 'string', two: 'string' }) } },
  )
})
