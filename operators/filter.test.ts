import { expect, test } from 'vitest'
import { expectTable, refusal } from '../test/expect-table.ts'

test('lets through what is true of the record alone, keys interleaved', () => {
  expectTable(
    'filter',
    'price > 1',
    `
    time  key  price |  key  price  at
    0s    A    2     |  A    2      0s
    1s    B    1     |
    2s    A    1     |
    3s    B    5     |  B    5      3s
    3s    A    3     |  A    3      3s  `,
  )
})

test('takes a null where the expression says what it then means', () => {
  expectTable(
    'filter',
    'orElse(price, 9) > 1',
    `
    time  key  price:double? |  key  price
    0s    A    -             |  A    -
    1s    A    1             |
    2s    A    2             |  A    2    `,
  )
  expect(refusal('filter', 'price > 1', 'time key price:double?')).toMatchInlineSnapshot(`
    "error[nulls-handled]: "price" may be null
      topology.yaml:8:13
        |
      8 |     filter: price > 1
        |             ^^^^^ write orElse(price, ...), or if(ready(price), ..., ...)

    1 error"
  `)
})

test('compares the least and greatest doubles as they are', () => {
  expectTable(
    'filter',
    'price > 0',
    `
    time  key  price  |  price
    0s    A    1e308  |  1e+308
    1s    A    5e-324 |  5e-324
    2s    A    -0     |
    3s    A    -1e308 |         `,
  )
})

test('a text that is no number is bad, and the next record passes', () => {
  expectTable(
    'filter',
    'double(text) > 1',
    `
    time  key  text:string |  text  fate
    0s    A    x           |        bad
    1s    A    2           |  2         `,
  )
})

test('refuses what is not true or false, and functions with state', () => {
  expect(refusal('filter', 'price + 1', 'time key price')).toMatchInlineSnapshot(`
    "error[types-agree]: "price + 1" is double where boolean is expected
      topology.yaml:8:13
        |
      8 |     filter: price + 1
        |             ^^^^^^^^^

    1 error"
  `)
  expect(refusal('filter', 'prev(price) < price', 'time key price')).toMatchInlineSnapshot(`
    "error[stateful-in-place]: "prev" remembers earlier records, which an expression here cannot
      topology.yaml:8:13
        |
      8 |     filter: prev(price) < price
        |             ^^^^ name it in an \`indicator\` step before this one, and use that field
        |
        = \`indicator\` and \`signal\` take stateful functions

    1 error"
  `)
  expect(refusal('filter', 'prise > 1', 'time key price')).toMatchInlineSnapshot(`
    "error[fields-exist]: stream "input" has no field "prise"
      topology.yaml:8:13
        |
      8 |     filter: prise > 1
        |             ^^^^^ did you mean "price"?
        |
        = stream "input" has: time, key, price

    1 error"
  `)
})
