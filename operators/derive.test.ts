import { expect, test } from 'vitest'
import { expectTable, refusal } from '../test/expect-table.ts'

test('adds fields to those of the record, from its first one on, keys interleaved', () => {
  expectTable(
    'derive',
    'double_of: price * 2',
    `
    time  key  price |  key  price  double_of  at
    0s    A    2     |  A    2      4          0s
    1s    B    1     |  B    1      2          1s
    2s    A    3     |  A    3      6          2s  `,
  )
})

test('computes fields in the order of dependency and puts them in the order written', () => {
  expectTable(
    'derive',
    'ratio: spread / mid\nspread: b - a\nmid: (a + b) / 2',
    `
    time  key  a  b |  ratio  spread  mid
    0s    A    1  3 |  1      2       2  `,
  )
})

test('a null goes on, and is used where the expression says what it then means', () => {
  expectTable(
    'derive',
    'same: price\nused: orElse(price, 7)',
    `
    time  key  price:double? |  price  same  used
    0s    A    -             |  -      -     7
    1s    A    2             |  2      2     2   `,
  )
  expect(refusal('derive', 'used: price * 2', 'time key price:double?')).toMatchInlineSnapshot(`
    "error[nulls-handled]: "price" may be null
      topology.yaml:9:13
        |
      9 |       used: price * 2
        |             ^^^^^ write orElse(price, ...), or if(ready(price), ..., ...)

    1 error"
  `)
})

test('keeps the least and greatest doubles; what overflows or is no number is bad', () => {
  expectTable(
    'derive',
    'result: a * b',
    `
    time  key  a       b     |  result  fate
    0s    A    1e308   1     |  1e+308
    1s    A    1e308   10    |          bad
    2s    A    -1e308  10    |          bad
    3s    A    5e-324  1     |  5e-324
    4s    A    5e-324  0.5   |  0
    5s    A    -0      1     |  0
    6s    A    1       2     |  2           `,
  )
  expectTable(
    'derive',
    'result: a / b',
    `
    time  key  a   b  |  result    fate
    0s    A    0   0  |            bad
    1s    A    1   0  |            bad
    2s    A    1   -0 |            bad
    3s    A    1   4  |  0.25           `,
  )
})

test('a field whose sibling overflows is bad with the record, though it is finite itself', () => {
  expectTable(
    'derive',
    'square: price * price\nbounded: min(square, 9)',
    `
    time  key  price |  square  bounded  fate
    0s    A    1e308 |                   bad
    1s    A    4     |  16      9           `,
  )
})

test('refuses fields that exist, circles among siblings, unknown names and state', () => {
  const columns = 'time key price'
  expect(refusal('derive', 'price: price * 2', columns)).toMatchInlineSnapshot(`
    "error[names-unique]: "price" is a field of stream "input" already
      topology.yaml:9:7
        |
      9 |       price: price * 2
        |       ^^^^^ give the new field another name
        |
        = the fields of the input go on beside the new ones

    1 error"
  `)
  expect(refusal('derive', 'a: b + 1\nb: a + 1', columns)).toMatchInlineSnapshot(`
    "error[siblings-acyclic]: "a" depends on itself: a -> b -> a
      topology.yaml:9:7
         |
       9 |       a: b + 1
         |       ^
         |
      topology.yaml:10:7
         |
      10 |       b: a + 1
         |       ^ leads back to "a"

    1 error"
  `)
  expect(refusal('derive', 'a: prise + 1', columns)).toMatchInlineSnapshot(`
    "error[fields-exist]: stream "input" has no field "prise"
      topology.yaml:9:10
        |
      9 |       a: prise + 1
        |          ^^^^^ did you mean "price"?
        |
        = stream "input" has: time, key, price

    1 error"
  `)
  expect(refusal('derive', 'a: ema(price, 3)', columns)).toMatchInlineSnapshot(`
    "error[stateful-in-place]: "ema" remembers earlier records, which an expression here cannot
      topology.yaml:9:10
        |
      9 |       a: ema(price, 3)
        |          ^^^ name it in an \`indicator\` step before this one, and use that field
        |
        = \`indicator\` and \`signal\` take stateful functions

    1 error"
  `)
})
