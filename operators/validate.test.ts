import { expect, test } from 'vitest'
import { expectTable, refusal } from '../test/expect-table.ts'
import { testExample } from '../test/examples.ts'

test('holds every record to the rules by itself, keys interleaved', () => {
  expectTable(
    'validate',
    'rules:\n  positive: price > 0\n  small: price < 10',
    `
    time  key  price |  key  price  at   fate
    0s    A    0     |                   bad
    1s    B    1     |  B    1      1s
    2s    A    2     |  A    2      2s
    3s    B    10    |                   bad
    4s    B    9     |  B    9      4s       `,
  )
})

test('takes a null where the rule says what it then means', () => {
  expectTable(
    'validate',
    'rules:\n  positive: orElse(price, 1) > 0',
    `
    time  key  price:double? |  price  fate
    0s    A    -             |  -
    1s    A    0             |         bad `,
  )
  const columns = 'time key price:double?'
  expect(refusal('validate', 'rules:\n  positive: price > 0', columns)).toMatchInlineSnapshot(`
    "error[nulls-handled]: "price" may be null
      topology.yaml:10:19
         |
      10 |         positive: price > 0
         |                   ^^^^^ write orElse(price, ...), or if(ready(price), ..., ...)

    1 error"
  `)
})

test('compares the least and greatest doubles as they are', () => {
  expectTable(
    'validate',
    'rules:\n  positive: price > 0',
    `
    time  key  price  |  price   fate
    0s    A    1e308  |  1e+308
    1s    A    5e-324 |  5e-324
    2s    A    -0     |          bad
    3s    A    -1e308 |          bad `,
  )
})

testExample(
  'says which rules are broken, by name, or what could not be converted',
  `
topology: reasons
topics:
  trades: { topic: trades, schema: market/Trade, key: symbol, time: time }
fate: { bad: dead-letter, late: fail, duplicate: fail }
steps:
  sound:
    from: trades
    validate:
      rules:
        sized: size > 0
        priced: price > 0
        numbered: long(orElse(trade_id, '1')) > 0
---
tests:
  - it: says them all
    feed:
      trades:
        - value: { symbol: A, price: 0, size: 0, time: 1s }
        - value: { symbol: A, price: 0, size: 1, time: 2s }
        - value: { symbol: A, price: 1, size: 1, time: 3s, trade_id: x }
        - value: { symbol: A, price: 1, size: 1, time: 4s }
    expect:
      sound:
        - { time: 4s }
      dead-letters:
        - value: { reason: 'breaks the rules "priced", "sized"' }
        - value: { reason: 'breaks the rule "priced"' }
        - value: { fate: bad }
`,
)

test('refuses a rule that is not true or false, rules that look at others, and no rules', () => {
  const columns = 'time key price'
  expect(refusal('validate', 'rules:\n  positive: price', columns)).toMatchInlineSnapshot(`
    "error[types-agree]: rule "positive" is double, not boolean
      topology.yaml:10:19
         |
      10 |         positive: price
         |                   ^^^^^ compare it with something

    1 error"
  `)
  expect(refusal('validate', 'rules:\n  a: price > 0\n  b: a', columns)).toMatchInlineSnapshot(`
    "error[fields-exist]: stream "input" has no field "a"
      topology.yaml:11:12
         |
      11 |         b: a
         |            ^
         |
         = stream "input" has: time, key, price
         = "a" is an entry of the same map, whose entries do not see each other here

    1 error"
  `)
  expect(refusal('validate', 'rules:\n  a: prev(price) < price', columns)).toMatchInlineSnapshot(`
    "error[stateful-in-place]: "prev" remembers earlier records, which an expression here cannot
      topology.yaml:10:12
         |
      10 |         a: prev(price) < price
         |            ^^^^ name it in an \`indicator\` step before this one, and use that field
         |
         = \`indicator\` and \`signal\` take stateful functions

    1 error"
  `)
  expect(refusal('validate', 'positive: price > 0', columns)).toMatchInlineSnapshot(`
    "error[config-complete]: "validate" needs "rules"
      topology.yaml:8:5
        |
      8 |     validate:
        |     ^^^^^^^^ add "rules:"
        |
        = rules: Rule by expression that must be true.

    error[config-known]: "validate" has no key "positive"
      topology.yaml:9:7
        |
      9 |       positive: price > 0
        |       ^^^^^^^^
        |
        = keys of "validate": rules

    2 errors"
  `)
})
