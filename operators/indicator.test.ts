import { expect, test } from 'vitest'
import { expectTable, refusal } from '../test/expect-table.ts'

test('remembers per key, and holds records until every value is ready', () => {
  expectTable(
    'indicator',
    'mean: sma(price, 2)\nbefore: prev(price)',
    `
    time  key  price |  key  price  mean  before  at
    0s    A    2     |
    1s    B    10    |
    2s    A    4     |  A    4      3     2       2s
    3s    B    20    |  B    20     15    10      3s
    4s    A    8     |  A    8      6     4       4s  `,
  )
})

test('emits records with nulls during warm-up where that is asked for', () => {
  expectTable(
    'indicator',
    'warm_up: emit\nmean: sma(price, 2)\nabove: mean > 3\nsure: orElse(mean, 0) > 3\nn: count()',
    `
    time  key  price |  mean  above  sure   n
    0s    A    2     |  -     -      false  1
    1s    A    6     |  4     true   true   2
    2s    B    6     |  -     -      false  1  `,
  )
})

test('entries refer to each other in any order, through stateful functions too', () => {
  expectTable(
    'indicator',
    'rising: mean > prev(mean)\nmean: sma(price, 2)',
    `
    time  key  price |  rising  mean
    0s    A    1     |
    1s    A    3     |
    2s    A    5     |  true    4
    3s    A    1     |  false   3   `,
  )
})

test.each([
  ['price > 2 && change(price) > 0', 'true false true'],
  ['change(price) > 0 && price > 2', 'true false true'],
  ['price < 4 || change(price) < 0', 'true true false'],
  ['change(price) < 0 || price < 4', 'true true false'],
  ['if(price > 2, change(price), 0) > 0', 'true false true'],
  ['if(price <= 2, 0, change(price)) > 0', 'true false true'],
  ['if(change(price) > 0, price, 0) > 2', 'true false true'],
  ['true && !(price <= 2 || change(price) <= 0)', 'true false true'],
])('a stateful function sees every record: %s', (text, expected) => {
  const [first = '', second = '', third = ''] = expected.split(' ')
  expectTable(
    'indicator',
    `met: ${text}`,
    `
    time  key  price |  price  met
    0s    A    1     |
    1s    A    3     |  3      ${first}
    2s    A    2     |  2      ${second}
    3s    A    4     |  4      ${third}  `,
  )
})

test('a stateful function takes no nulls in its argument, but a stand-in for them', () => {
  const columns = 'time key price:double?'
  expect(refusal('indicator', 'mean: sma(price, 2)', columns)).toMatchInlineSnapshot(`
    "error[nulls-handled]: "price" may be null
      topology.yaml:9:17
        |
      9 |       mean: sma(price, 2)
        |                 ^^^^^ write orElse(price, ...), or if(ready(price), ..., ...)

    1 error"
  `)
  expectTable(
    'indicator',
    'mean: sma(orElse(price, 0), 2)',
    `
    time  key  price:double? |  price  mean
    0s    A    4             |
    1s    A    -             |  -      2
    2s    A    2             |  2      1     `,
  )
})

test('a record with a text that is no number leaves the state as it was', () => {
  expectTable(
    'indicator',
    'seen: count()\nbefore: prev(price)\nsame: double(text)',
    `
    time  key  price  text:string |  before  seen  same  fate
    0s    A    1      x           |                      bad
    1s    A    2      1           |
    2s    A    3      x           |                      bad
    3s    A    4      2           |  2       2     2
    4s    A    5      3           |  4       3     3            `,
  )
})

test('a function skips a record whose argument is not finite, the others see it', () => {
  expectTable(
    'indicator',
    'seen: count()\nbefore: prev(a / b)\ntop: prev(a)',
    `
    time  key  a  b |  before  seen  top  fate
    0s    A    1  1 |
    1s    A    2  0 |                     bad
    2s    A    3  1 |  1       3     2
    3s    A    4  1 |  3       4     3          `,
  )
})

test('keeps the least and greatest doubles, and goes on after a result that is not finite', () => {
  expectTable(
    'indicator',
    'before: prev(price)\nhigh: highest(price, 2)\ngrown: price / prev(price)',
    `
    time  key  price   |  before   high    grown   fate
    0s    A    1e308   |
    1s    A    1e308   |  1e+308   1e+308  1
    2s    A    5e-324  |  1e+308   1e+308  0
    3s    A    1e308   |                           bad
    4s    A    -0      |  1e+308   1e+308  0
    5s    A    2       |                           bad
    6s    A    4       |  2        4       2           `,
  )
  expectTable(
    'indicator',
    'mean: sma(price, 2)',
    `
    time  key  price  |  mean    fate
    0s    A    1e308  |
    1s    A    1e308  |  1e+308
    2s    A    -1e308 |  0
    3s    A    2      |  -5e+307
    4s    A    4      |  3           `,
  )
})

test('refuses periods that are no constants, names that exist, and unknown functions', () => {
  const columns = 'time key price'
  expect(refusal('indicator', 'mean: sma(price, price)', columns)).toMatchInlineSnapshot(`
    "error[constants-constant]: "n" of "sma" is a constant, and "price" is not
      topology.yaml:9:24
        |
      9 |       mean: sma(price, price)
        |                        ^^^^^ a constant is a literal, or a parameter without per
        |
        = n: Values that the mean is over. The first one comes with the n-th.

    1 error"
  `)
  expect(refusal('indicator', 'mean: sma(price, 0)', columns)).toMatchInlineSnapshot(`
    "error[constants-constant]: "n" of "sma" is at least 1, not 0
      topology.yaml:9:24
        |
      9 |       mean: sma(price, 0)
        |                        ^
        |
        = n: Values that the mean is over. The first one comes with the n-th.

    1 error"
  `)
  expect(refusal('indicator', 'price: sma(price, 2)', columns)).toMatchInlineSnapshot(`
    "error[names-unique]: "price" is a field of stream "input" already
      topology.yaml:9:7
        |
      9 |       price: sma(price, 2)
        |       ^^^^^ give the new field another name
        |
        = the fields of the input go on beside the new ones

    1 error"
  `)
  expect(refusal('indicator', 'mean: smaa(price, 2)', columns)).toMatchInlineSnapshot(`
    "error[functions-known]: there is no function "smaa"
      topology.yaml:9:13
        |
      9 |       mean: smaa(price, 2)
        |             ^^^^ did you mean "sma"?

    1 error"
  `)
  expect(refusal('indicator', 'warm_up: never\nn: count()', columns)).toMatchInlineSnapshot(`
    "error[config-typed]: "warm_up" takes hold or emit, not "never"
      topology.yaml:9:16
        |
      9 |       warm_up: never
        |                ^^^^^

    1 error"
  `)
})
