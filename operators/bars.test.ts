import { expect, test } from 'vitest'
import { expectTable, refusal } from '../test/expect-table.ts'

test('closes a bar on the first record of its key at or after the end, keys apart', () => {
  expectTable(
    'bars',
    'every: 10s',
    `
    time  key  price  size |  at   end   open  high  low  close  volume  count
    0s    A    5      1    |
    1s    B    7      1    |
    9s    A    6      2    |
    10s   A    4      1    |  0s   10s   5     6     5    6      3       2
    11s   A    3      1    |  0s   10s   7     7     7    7      1       1
    20s   A    9      1    |  10s  20s   4     4     3    3      2       2   `,
  )
})

test('takes late-comers until the end plus the lateness and orders them by event time', () => {
  expectTable(
    'bars',
    'every: 10s',
    `
    time  available  key  price |  open  high  low  close  count  fate
    5s    5s         A    5     |
    12s   12s        A    9     |
    4s    12s        A    1     |
    15s   15s        A    8     |  1     5     1    5      2
    9s    16s        A    2     |                                 late
    `,
    { lateness: '5s' },
  )
})

test('gives nothing for empty windows, or flat bars at the previous close', () => {
  const table = (flat: string): string => `
    time  key  price |  at   open  close  count
    0s    A    5     |
    30s   A    6     |  0s   5     5      1
    ${flat}
    40s   A    7     |  30s  6     6      1 `
  expectTable('bars', 'every: 10s', table(''))
  const flat =
    '                 |  10s  5     5      0\n                     |  20s  5     5      0'
  expectTable('bars', 'every: 10s\nfill: previous', table(flat))
})

test('several lengths add the interval to the key and close in the order of their ends', () => {
  expectTable(
    'bars',
    'every: [10s, 20s]',
    `
    time  key  price |  at   interval  close  count
    0s    A    5     |
    15s   A    6     |  0s   10s       5      1
    20s   A    7     |  10s  10s       6      1
                     |  0s   20s       6      2   `,
  )
})

test('takes its price from an expression, a mid, or smaller bars', () => {
  expectTable(
    'bars',
    'every: 10s\nprice: a * 2\nsize: b',
    `
    time  key  a  b |  open  volume
    0s    A    3  4 |
    10s   A    1  1 |  6     4     `,
  )
  expectTable(
    'bars',
    'every: 10s',
    `
    time  key  bid  ask |  open  volume
    0s    A    3    4   |
    10s   A    1    1   |  3.5   0     `,
  )
  expectTable(
    'bars',
    'every: 20s',
    `
    time  key  open  high  low  close  volume  count |  open  high  low  close  volume  count
    0s    A    3     9     1    4      10      5     |
    10s   A    4     5     2    3      20      6     |
    20s   A    1     1     1    1      1       1     |  3     9     1    3      30      11  `,
  )
})

test('a record before 1970 falls into the window that holds it', () => {
  expectTable(
    'bars',
    'every: 10s',
    `
    time       key  price |  at
    -1000000   A    5     |
    0s         A    6     |  -10s  `,
  )
})

test('a price that is not finite is bad and leaves the bar as it was', () => {
  expectTable(
    'bars',
    'every: 10s\nprice: a / b',
    `
    time  key  a  b |  open  count  fate
    0s    A    3  1 |
    1s    A    3  0 |               bad
    10s   A    1  1 |  3     1          `,
  )
})

test('keeps the least and greatest prices, and a volume within the doubles', () => {
  expectTable(
    'bars',
    'every: 10s',
    `
    time  key  price   size  |  open   high    low      close   volume
    0s    A    -0      1e308 |
    1s    A    1e308   1e308 |
    2s    A    -1e308  1     |
    3s    A    5e-324  1     |
    10s   A    1       1     |  0      1e+308  -1e+308  5e-324  1.7976931348623157e+308  `,
  )
  expectTable(
    'bars',
    'every: 10s',
    `
    time  key  bid    ask   |  open  count  fate
    0s    A    1e308  1e308 |               bad
    1s    A    1      3     |
    10s   A    1      1     |  2     1          `,
  )
})

test('a price that may be null is none: it takes an expression that says what it then is', () => {
  expect(refusal('bars', 'every: 10s', 'time key price:double?')).toMatchInlineSnapshot(`
    "error[fields-exist]: the input has no price: no "price", no "bid" and "ask", no bar
      topology.yaml:8:5
        |
      8 |     bars:
        |     ^^^^ say which with \`price:\`

    1 error"
  `)
  expectTable(
    'bars',
    'every: 10s\nprice: orElse(price, 7)',
    `
    time  key  price:double? |  open  close
    0s    A    -             |
    1s    A    2             |
    10s   A    -             |  7     2      `,
  )
})

test('refuses an input without a price, and senseless lengths', () => {
  expect(refusal('bars', 'every: 1m', 'time key volume')).toMatchInlineSnapshot(`
    "error[fields-exist]: the input has no price: no "price", no "bid" and "ask", no bar
      topology.yaml:8:5
        |
      8 |     bars:
        |     ^^^^ say which with \`price:\`

    1 error"
  `)
  expect(refusal('bars', 'every: 0s', 'time key price')).toMatchInlineSnapshot(`
    "error[config-typed]: "every" takes a duration of 1ms or more
      topology.yaml:9:14
        |
      9 |       every: 0s
        |              ^^

    1 error"
  `)
})
