import { expect, test } from 'vitest'
import { testExample } from '../test/examples.ts'
import { expectTable, refusal } from '../test/expect-table.ts'
import { alert } from './alert.ts'

testExample('it does what its example says', alert.example)

const WIDE = 'when: price > 5\nreason: high\ncooldown: 10s'

test('tells when it becomes true, keys apart, and nothing while it is not', () => {
  expectTable(
    'alert',
    WIDE,
    `
    time  key  price |  key  reason  severity  at
    0s    A    5     |
    1s    A    6     |  A    high    warning   1s
    2s    B    6     |  B    high    warning   2s
    3s    B    1     |                             `,
  )
})

test('tells again when the cooldown is over, not before, as long as it is true', () => {
  expectTable(
    'alert',
    WIDE,
    `
    time      key  price |  reason  at
    1s        A    6     |  high    1s
    5s        A    7     |
    10999999  A    8     |
    11s       A    9     |  high    11s
    20s       A    9     |             `,
  )
})

test('is left in peace too when it was false in between', () => {
  expectTable(
    'alert',
    WIDE,
    `
    time  key  price |  reason  at
    1s    A    6     |  high    1s
    2s    A    1     |
    3s    A    6     |
    20s   A    1     |
    21s   A    6     |  high    21s  `,
  )
})

test('the cooldown runs by the clock, not by event time', () => {
  expectTable(
    'alert',
    WIDE,
    `
    time  available  key  price |  at
    1s    1s         A    6     |  1s
    2s    30s        A    6     |  2s
    90s   31s        A    6     |      `,
  )
})

test('says what was measured against what, and null where nothing was', () => {
  expectTable(
    'alert',
    'when: value > limit\nvalue: price * 2\nlimit: "8"\nreason: high\nseverity: info',
    `
    time  key  price |  value  limit  severity
    0s    A    6     |  12     8      info      `,
  )
  expectTable(
    'alert',
    'when: price > 5\nlimit: 5\nreason: high',
    `
    time  key  price |  value  limit
    0s    A    6     |  -      5      `,
  )
})

test('may look back, and waits until it can', () => {
  expectTable(
    'alert',
    'when: value > 50%\nvalue: price / prev(price) - 1\nreason: jump\ncooldown: 1ms',
    `
    time  key  price |  value
    0s    A    6     |
    1s    A    12    |  1
    2s    A    15    |
    3s    A    30    |  1     `,
  )
})

test('may stand beside fields that are called as its own', () => {
  expectTable(
    'alert',
    'when: price > 5\nvalue: price\nreason: high',
    `
    time  key  price  limit |  limit  value
    0s    A    6      7     |  -      6      `,
  )
})

test('a number that is none is bad, and the next record is not', () => {
  expectTable(
    'alert',
    'when: price > 5\nvalue: 1 / size\nreason: high',
    `
    time  key  price  size |  value  fate
    0s    A    6      0    |         bad
    1s    A    6      2    |  0.5         `,
  )
})

test('refuses to be without condition or reason, and conditions that are none', () => {
  const columns = 'time key price'
  expect(refusal('alert', 'when: price\nreason: high', columns)).toMatchInlineSnapshot(`
    "error[types-agree]: "price" is double where boolean is expected
      topology.yaml:9:13
        |
      9 |       when: price
        |             ^^^^^

    1 error"
  `)
  expect(refusal('alert', 'value: price\nseverity: bad', columns)).toMatchInlineSnapshot(`
    "error[config-complete]: "alert" needs "reason"
      topology.yaml:8:5
        |
      8 |     alert:
        |     ^^^^^ add "reason:"
        |
        = reason: What it is called, a word such as wide-spread.

    error[config-complete]: "alert" needs "when"
      topology.yaml:8:5
        |
      8 |     alert:
        |     ^^^^^ add "when:"
        |
        = when: What is told of when it is true.

    error[config-typed]: "severity" takes one of info, warning, critical, not "bad"
      topology.yaml:10:17
         |
      10 |       severity: bad
         |                 ^^^

    3 errors"
  `)
  expect(refusal('alert', 'when: price > 1\nreason: x\ncooldown: 0s', columns))
    .toMatchInlineSnapshot(`
    "error[config-typed]: "cooldown" takes a duration of 1ms or more
      topology.yaml:11:17
         |
      11 |       cooldown: 0s
         |                 ^^

    1 error"
  `)
})
