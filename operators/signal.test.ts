import { expect, test } from 'vitest'
import { testExample } from '../test/examples.ts'
import { expectTable, refusal } from '../test/expect-table.ts'

test('gives side 1 to buy and -1 to sell beside the fields of the record, keys apart', () => {
  expectTable(
    'signal',
    'buy: price > 5\nsell: price < 2',
    `
    time  key  price |  key  price  side  at
    0s    A    6     |  A    6      1     0s
    1s    B    1     |  B    1      -1    1s
    2s    A    3     |
    3s    B    6     |  B    6      1     3s  `,
  )
})

test('gives one side alone where only that is asked for', () => {
  const table = (cells: string): string => `
    time  key  price |  side
    0s    A    1     |  ${cells}
    1s    A    3     |  `
  expectTable('signal', 'buy: price < 2', table('1'))
  expectTable('signal', 'sell: price < 2', table('-1'))
})

test('refuses to be without both sides', () => {
  expect(refusal('signal', 'when: price > 1', 'time key price')).toMatchInlineSnapshot(`
    "error[config-complete]: "signal" never buys and never sells
      topology.yaml:8:5
        |
      8 |     signal:
        |     ^^^^^^ add \`buy:\` or \`sell:\`

    1 error"
  `)
})

test('asks `when` before it minds that both sides are true', () => {
  expectTable(
    'signal',
    'when: price > 1\nbuy: price > 0\nsell: price > 0',
    `
    time  key  price |  side  fate
    0s    A    1     |
    1s    A    3     |        bad  `,
  )
})

test('gives a signal on crossing and not while it lasts, after the first record of the key', () => {
  expectTable(
    'signal',
    'buy: crosses_over(price, 2)\nsell: crosses_under(price, 2)',
    `
    time  key  price |  key  side
    0s    A    3     |
    1s    B    1     |
    2s    A    4     |
    3s    B    3     |  B    1
    4s    A    1     |  A    -1
    5s    B    4     |            `,
  )
})

test('gives none unless "when" is true, and its functions see every record', () => {
  expectTable(
    'signal',
    'when: size > 0 && change(price) != 0\nbuy: price > prev(price)\nsell: price < prev(price)',
    `
    time  key  price  size |  price  side
    0s    A    1      1    |
    1s    A    2      0    |
    2s    A    2      1    |
    3s    A    1      1    |  1      -1
    4s    A    3      1    |  3      1     `,
  )
})

test('a record that says both buy and sell is bad, and the next one is not', () => {
  expectTable(
    'signal',
    'buy: a > prev(a)\nsell: b > 0',
    `
    time  key  a  b |  a  side  fate
    0s    A    1  0 |
    1s    A    2  1 |           bad
    2s    A    3  0 |  3  1
    3s    A    3  1 |  3  -1         `,
  )
})

test('computes stop and target by side, confidence and time of validity', () => {
  expectTable(
    'signal',
    `buy: price > 5
sell: price < 2
stop: price - side * 2
target: price + side * distance
confidence: if(price > 6, 90%, 0.5)
valid_for: if(price > 6, 5m, 1s)`,
    `
    time  key  price  distance |  side  stop  target  confidence  valid_for
    0s    A    6      3        |  1     4     9       0.5         1000000
    1s    A    1      3        |  -1    3     -2      0.5         1000000
    2s    A    7      1        |  1     5     8       0.9         300000000  `,
  )
})

test('waits for a stop that is not ready, and entries may refer to each other', () => {
  expectTable(
    'signal',
    'buy: price > stop\nstop: lowest(price, 2) - 1',
    `
    time  key  price |  price  side  stop
    0s    A    6     |
    1s    A    5     |  5      1     4    `,
  )
})

test('a null goes on with the record, and is refused where it would decide', () => {
  expectTable(
    'signal',
    'buy: orElse(mood, 0) > 5',
    `
    time  key  price  mood:double? |  price  mood  side
    0s    A    6      -            |
    1s    A    7      9            |  7      9     1    `,
  )
  expect(refusal('signal', 'buy: mood > 5', 'time key mood:double?')).toMatchInlineSnapshot(`
    "error[nulls-handled]: "mood" may be null
      topology.yaml:9:12
        |
      9 |       buy: mood > 5
        |            ^^^^ write orElse(mood, ...), or if(ready(mood), ..., ...)

    1 error"
  `)
})

test('a record that fails leaves the state as it was, an overflow costs one record', () => {
  expectTable(
    'signal',
    'buy: price > prev(price)\nconfidence: double(text)',
    `
    time  key  price  text:string |  price  side  confidence  fate
    0s    A    1      1           |
    1s    A    9      x           |                           bad
    2s    A    2      1           |  2      1     1               `,
  )
  expectTable(
    'signal',
    'buy: price > prev(price)\nstop: price * 10',
    `
    time  key  price |  price  side  stop  fate
    0s    A    1     |
    1s    A    1e308 |                     bad
    2s    A    2     |
    3s    A    3     |  3      1     30         `,
  )
  expectTable(
    'signal',
    'buy: price > prev(price)\nstop: prev(price)',
    `
    time  key  price  |  price   side  stop
    0s    A    -1e308 |
    1s    A    -0     |  0       1     -1e+308
    2s    A    5e-324 |  5e-324  1     0
    3s    A    1e308  |  1e+308  1     5e-324  `,
  )
})

test('refuses unknown names, conditions that are none, and numbers that are none', () => {
  const columns = 'time key price'
  expect(refusal('signal', 'buy: price', columns)).toMatchInlineSnapshot(`
    "error[types-agree]: "price" is double where boolean is expected
      topology.yaml:9:12
        |
      9 |       buy: price
        |            ^^^^^

    1 error"
  `)
  expect(refusal('signal', 'bye: price > 1', columns)).toMatchInlineSnapshot(`
    "error[config-known]: "signal" has no key "bye"
      topology.yaml:9:7
        |
      9 |       bye: price > 1
        |       ^^^
        |
        = keys of "signal": when, buy, sell, stop, target, confidence, valid_for, strategy

    1 error"
  `)
  expect(refusal('signal', 'buy: price > 1\nstop: price > 2', columns)).toMatchInlineSnapshot(`
    "error[types-agree]: "price > 2" is boolean where double is expected
      topology.yaml:10:13
         |
      10 |       stop: price > 2
         |             ^^^^^^^^^

    1 error"
  `)
  expect(refusal('signal', 'buy: price > 1\nvalid_for: 5', columns)).toMatchInlineSnapshot(`
    "error[types-agree]: "5" is double where duration is expected
      topology.yaml:10:18
         |
      10 |       valid_for: 5
         |                  ^

    1 error"
  `)
  expect(refusal('signal', 'buy: price > 1\nside: 1', columns)).toMatchInlineSnapshot(`
    "error[config-known]: "signal" has no key "side"
      topology.yaml:10:7
         |
      10 |       side: 1
         |       ^^^^
         |
         = keys of "signal": when, buy, sell, stop, target, confidence, valid_for, strategy

    1 error"
  `)
  expect(refusal('signal', 'buy: side > 0', columns)).toMatchInlineSnapshot(`
    "error[siblings-acyclic]: "buy" depends on itself: buy -> side -> buy
      topology.yaml:9:7
        |
      9 |       buy: side > 0
        |       ^^^
        |
      topology.yaml:9:7
        |
      9 |       buy: side > 0
        |       ^ leads back to "buy"

    1 error"
  `)
})

test('refuses an input that has a field by the name of what it adds', () => {
  expectTable(
    'signal',
    'buy: stop > 1',
    `
    time  key  stop |  stop  side
    0s    A    2    |  2     1     `,
  )
  expect(refusal('signal', 'buy: true\nstop: 1', 'time key stop')).toMatchInlineSnapshot(`
    "error[names-unique]: "stop" is a field of stream "input" already
      topology.yaml:10:7
         |
      10 |       stop: 1
         |       ^^^^ give the new field another name
         |
         = the fields of the input go on beside the new ones

    1 error"
  `)
  expect(refusal('signal', 'buy: side > 1', 'time key side')).toMatchInlineSnapshot(`
    "error[names-unique]: "side" is a field of stream "input" already
      topology.yaml:9:7
        |
      9 |       buy: side > 1
        |       ^ give the new field another name
        |
        = the fields of the input go on beside the new ones

    error[siblings-acyclic]: "buy" depends on itself: buy -> side -> buy
      topology.yaml:9:7
        |
      9 |       buy: side > 1
        |       ^^^
        |
      topology.yaml:9:7
        |
      9 |       buy: side > 1
        |       ^ leads back to "buy"

    2 errors"
  `)
})

testExample(
  'says of a field that is there already, once, also where another step goes on from it',
  `
topology: t
topics:
  trades: { topic: m, schema: market/Trade, key: symbol, time: time }
  accounts:
    { topic: a, schema: ref/Account, key: account, time: since, table: latest, copies: all }
fate: { bad: skip, late: skip, duplicate: skip }
steps:
  entry: { from: trades, signal: { buy: price > 5 } }
  wanted: { from: entry, allocate: { among: accounts } }
---
error[names-unique]: "side" is a field of stream "trades" already
  topology.yaml:8:34
    |
  8 |   entry: { from: trades, signal: { buy: price > 5 } }
    |                                  ^ give the new field another name
    |
    = the fields of the input go on beside the new ones

warning[streams-used]: nothing reads step "wanted", and it writes no topic
  topology.yaml:9:3
    |
  9 |   wanted: { from: entry, allocate: { among: accounts } }
    |   ^^^^^^ add \`to:\`, or remove it

1 error, 1 warning
`,
)
