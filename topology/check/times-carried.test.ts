import { test } from 'vitest'
import { expectChecked } from './harness.ts'

test('it refuses times of a topic that a step writes', () => {
  expectChecked(
    `
topology: t
topics:
  trades: { topic: market.trades, schema: market/Trade, key: symbol, time: time, delay: 1s }
  sb: { topic: sb, schema: market/Trade, key: symbol, time: time }
  ids: { topic: ids, schema: ref/Account, key: account }
  out: { topic: out, available: id, unit: ms, schema: ref/Account, key: account }
  late: { topic: late, schema: ref/Account, key: account, delay: 0s }
steps:
  small: { from: trades, keep: size < 1, to: sb }
  copy: { from: ids, halve: , to: { left: out, right: late } }
`,
    `
error[times-carried]: topic "sb" is written by step "small", whose records carry their own times
  topology.yaml:4:61
    |
  4 |   sb: { topic: sb, schema: market/Trade, key: symbol, time: time }
    |                                                             ^^^^ remove \`time:\`
    |
  topology.yaml:9:46
    |
  9 |   small: { from: trades, keep: size < 1, to: sb }
    |                                              ^^ the step writes it here

error[times-carried]: topic "out" is written by step "copy", whose records carry their own times
  topology.yaml:6:33
     |
   6 |   out: { topic: out, available: id, unit: ms, schema: ref/Account, key: account }
     |                                 ^^ remove \`available:\` and \`unit:\`
     |
  topology.yaml:10:43
     |
  10 |   copy: { from: ids, halve: , to: { left: out, right: late } }
     |                                           ^^^ the step writes it here

error[times-carried]: topic "late" is written by step "copy", whose records carry their own times
  topology.yaml:7:66
     |
   7 |   late: { topic: late, schema: ref/Account, key: account, delay: 0s }
     |                                                                  ^^ remove \`delay:\`
     |
  topology.yaml:10:55
     |
  10 |   copy: { from: ids, halve: , to: { left: out, right: late } }
     |                                                       ^^^^ the step writes it here
`,
  )
})

test('it lets a topic that a step writes have all else', () => {
  expectChecked(
    `
topology: t
topics:
  trades: { topic: market.trades, schema: market/Trade, key: symbol, time: time, delay: 1s }
  sb: { topic: sb, schema: market/Trade, key: symbol, lateness: 1s, rank: 2, table: history }
steps:
  small: { from: trades, keep: size < 1, to: sb }
`,
    '',
  )
})
