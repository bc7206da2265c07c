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
    "error[config-known]: "validate" has no key "positive"
      topology.yaml:9:7
        |
      9 |       positive: price > 0
        |       ^^^^^^^^
        |
        = keys of "validate": crossed, duplicate, flag, gap, jump, locked, out_of_order, price,
          recover, reject, rules, sequence and 2 more

    1 error"
  `)
  expect(refusal('validate', 'recover: 3', columns)).toMatchInlineSnapshot(`
    "error[config-complete]: "validate" checks nothing
      topology.yaml:8:5
        |
      8 |     validate:
        |     ^^^^^^^^ add \`rules:\`, or a check such as \`jump: 10%\`

    error[config-known]: "recover" has no effect without "jump"
      topology.yaml:9:16
        |
      9 |       recover: 3
        |                ^ remove it, or add \`jump:\`

    2 errors"
  `)
})

test('rejects crossed quotes and flags locked ones; what rejects alone adds no field', () => {
  expectTable(
    'validate',
    'crossed: true\nlocked: true',
    `
    time  key  bid  ask |  bid  flags       check   value  limit  fate
    0s    A    1    2   |  1    []          -       -      -
    1s    A    3    2   |                                         bad
    2s    A    2    2   |  2    ["locked"]  -       -      -
                        |  -    -           locked  0      0             `,
  )
  expectTable(
    'validate',
    'crossed: true\nlocked: true\nreject: locked',
    `
    time  key  bid  ask |  bid  flags  fate
    0s    A    1    2   |  1    -
    1s    A    2    2   |              bad  `,
  )
})

test('flags gaps in event time, by the greatest of the key', () => {
  expectTable(
    'validate',
    'gap: 1m',
    `
    time   key  price |  at     flags    check  value  limit
    0s     A    1     |  0s     []       -      -      -
    60s    A    1     |  60s    []       -      -      -
    100s   B    1     |  100s   []       -      -      -
    121s   A    1     |  121s   ["gap"]  -      -      -
                      |  121s   -        gap    61     60
    1s     A    1     |  1s     []       -      -      -
    130s   A    1     |  130s   []       -      -      -      `,
  )
})

test('flags every break of a sequence, and takes a record without a number as none', () => {
  expectTable(
    'validate',
    'sequence: id',
    `
    time  key  id:long? |  id  flags         check     value  limit
    0s    A    7        |  7   []            -         -      -
    1s    A    8        |  8   []            -         -      -
    2s    B    1        |  1   []            -         -      -
    3s    A    -        |  -   []            -         -      -
    4s    A    11       |  11  ["sequence"]  -         -      -
                        |  -   -             sequence  2      0
    5s    A    11       |  11  ["sequence"]  -         -      -
                        |  -   -             sequence  -1     0
    6s    A    12       |  12  []            -         -      -
    7s    A    1        |  1   ["sequence"]  -         -      -
                        |  -   -             sequence  -12    0
    8s    A    2        |  2   []            -         -      -      `,
  )
})

test('a repeat of the same time is a duplicate; the same price a moment later is not', () => {
  expectTable(
    'validate',
    'duplicate: [bid, size]',
    `
    time  key  bid  size:double? |  bid  size  fate
    0s    A    1    -            |  1    -
    1s    A    1    -            |  1    -
    1s    A    2    -            |  2    -
    1s    A    1    -            |             duplicate
    1s    B    1    -            |  1    -
    1s    A    1    0            |  1    0
    1s    A    2    -            |             duplicate
    2s    A    2    -            |  2    -
    2s    A    1    -            |  1    -
    1s    A    2    -            |  2    -               `,
  )
})

test('measures staleness and skew between event time and the clock', () => {
  expectTable(
    'validate',
    'stale: 5s\nskew: 2s',
    `
    time  available  key  price |  at   flags      check  value  limit
    10s   10s        A    1     |  10s  []         -      -      -
    7s    12s        A    1     |  7s   []         -      -      -
    6s    12s        A    1     |  6s   ["stale"]  -      -      -
                                |  6s   -          stale  6      5
    14s   12s        A    1     |  14s  []         -      -      -
    15s   12s        A    1     |  15s  ["skew"]   -      -      -
                                |  15s  -          skew   3      2
    15s   20s        A    1     |  15s  []         -      -      -      `,
  )
})

test('flags what comes out of order, or calls it late', () => {
  expectTable(
    'validate',
    'out_of_order: 1s',
    `
    time  available  key  price |  at  flags             check         value  limit
    5s    1s         A    1     |  5s  []                -             -      -
    4s    2s         A    1     |  4s  []                -             -      -
    3s    3s         A    1     |  3s  ["out_of_order"]  -             -      -
                                |  3s  -                 out_of_order  2      1
    3s    4s         B    1     |  3s  []                -             -      -     `,
  )
  expectTable(
    'validate',
    'out_of_order: 0s\nreject: [out_of_order]',
    `
    time  available  key  price |  at  fate
    5s    1s         A    1     |  5s
    4s    2s         A    1     |      late
    5s    3s         A    1     |  5s       `,
  )
})

test('rejects with one fate: a repeat before what is bad, and that before what is late', () => {
  expectTable(
    'validate',
    'rules:\n  small: price < 9\nduplicate: price\nout_of_order: 0s\nreject: out_of_order',
    `
    time  key  price |  price  fate
    1s    A    1     |  1
    1s    A    1     |         duplicate
    0s    A    9     |         bad
    0s    A    1     |         late
    1s    A    2     |  2                `,
  )
})

testExample(
  'says all that a record breaks, and sends what it flagged to a topic of its own',
  `
topology: reasons
topics:
  trades:
    topic: trades
    schema: market/Trade
    key: symbol
    time: time
    available: received
    partitions: 2
  quality: { topic: quality, schema: market/Quality, key: symbol, partitions: 2 }
fate: { bad: dead-letter, late: dead-letter, duplicate: skip }
steps:
  sound:
    from: trades
    validate:
      rules:
        priced: price > 0
        sized: size > 0
        round: size == 1
      stale: 5s
      sequence: long(orElse(trade_id, '0'))
      skew: 1s
      flag: round
      reject: stale
    to: { quality: quality }
  seen:
    from: sound.quality
    filter: orElse(value, 0) > 0
---
tests:
  - it: names them in their order
    feed:
      trades:
        - value: { symbol: A, price: 0, size: 0, time: 1s, received: 9s, trade_id: '1' }
        - value: { symbol: A, price: 0, size: 1, time: 9s, received: 9s, trade_id: '2' }
        - value: { symbol: A, price: 1, size: 1, time: 1s, received: 9s, trade_id: '3' }
        - value: { symbol: A, price: 1, size: 1, time: 9s, received: 9s, trade_id: x }
        - value: { symbol: A, price: 1, size: 2, time: 9s, received: 9s, trade_id: '4' }
        - value: { symbol: A, price: 1, size: 3, time: 12s, received: 10s, trade_id: '7' }
    then: [crash]
    expect:
      sound:
        - value: { trade_id: '4', flags: [round] }
        - value: { trade_id: '7', flags: [round, sequence, skew] }
      quality:
        - { time: 9s, value: { symbol: A, check: round, value: null, limit: null, time: 9s } }
        - { time: 12s, value: { check: round, value: null } }
        - { time: 12s, value: { check: sequence, value: 2, limit: 0 } }
        - { time: 12s, value: { symbol: A, check: skew, value: 2, limit: 1, time: 12s } }
      dead-letters:
        - value: { reason: 'breaks the rules "priced", "sized" and the check "stale"' }
        - value: { reason: 'breaks the rule "priced"' }
        - value: { reason: 'breaks the check "stale"' }
        - value: { fate: bad }
`,
)
