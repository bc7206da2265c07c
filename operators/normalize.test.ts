import { expect, test } from 'vitest'
import { expectTable, refusal } from '../test/expect-table.ts'

test('gives only what is named, from the first record on, keys interleaved', () => {
  expectTable(
    'normalize',
    'key: key\nlast: price',
    `
    time  key  price |  key  last  price  at
    0s    A    2     |  A    2     -      0s
    1s    B    1     |  B    1     -      1s
    2s    A    3     |  A    3     -      2s  `,
  )
})

test('may give a name of the input another meaning, and the key another name', () => {
  expectTable(
    'normalize',
    'instrument: key\nprice: size\nsize: price',
    `
    time  key  price  size |  instrument  price  size
    0s    A    2      5    |  A           5      2   `,
  )
})

test('a null goes on, and is used where the expression says what it then means', () => {
  expectTable(
    'normalize',
    'key: key\nsame: price\nused: orElse(price, 7)',
    `
    time  key  price:double? |  same  used
    0s    A    -             |  -     7
    1s    A    2             |  2     2   `,
  )
  const columns = 'time key price:double?'
  expect(refusal('normalize', 'key: key\nused: price * 2', columns)).toMatchInlineSnapshot(`
    "error[nulls-handled]: "price" may be null
      topology.yaml:10:13
         |
      10 |       used: price * 2
         |             ^^^^^ write orElse(price, ...), or if(ready(price), ..., ...)

    1 error"
  `)
})

test('keeps the least and greatest doubles; what overflows is bad', () => {
  expectTable(
    'normalize',
    'key: key\nmid: (a + b) / 2',
    `
    time  key  a       b      |  mid     fate
    0s    A    1e308   1e308  |          bad
    1s    A    1e308   -1e308 |  0
    2s    A    5e-324  5e-324 |  5e-324
    3s    A    -0      -0     |  0
    4s    A    1       3      |  2           `,
  )
})

test('a text that is no number is bad, and the next record passes', () => {
  expectTable(
    'normalize',
    'key: key\nprice: double(text)',
    `
    time  key  text:string |  price   fate
    0s    A    1,5         |          bad
    1s    A    1.5         |  1.5
    2s    A    1e999       |          bad `,
  )
})

test('refuses to drop the key, entries that use each other, and functions with state', () => {
  const columns = 'time key price'
  expect(refusal('normalize', 'mid: price', columns)).toMatchInlineSnapshot(`
    "error[keys-agree]: step "subject" drops "key", which is part of the key
      topology.yaml:8:5
        |
      8 |     normalize:
        |     ^^^^^^^^^ add \`key: key\`, under this or another name

    1 error"
  `)
  expect(refusal('normalize', 'key: key\na: price\nb: a + 1', columns)).toMatchInlineSnapshot(`
    "error[fields-exist]: stream "input" has no field "a"
      topology.yaml:11:10
         |
      11 |       b: a + 1
         |          ^
         |
         = stream "input" has: time, key, price
         = "a" is an entry of the same map, whose entries do not see each other here

    1 error"
  `)
  expect(refusal('normalize', 'key: key\na: prev(price)', columns)).toMatchInlineSnapshot(`
    "error[stateful-in-place]: "prev" remembers earlier records, which an expression here cannot
      topology.yaml:10:10
         |
      10 |       a: prev(price)
         |          ^^^^ name it in an \`indicator\` step before this one, and use that field
         |
         = \`indicator\` and \`signal\` take stateful functions

    1 error"
  `)
})
