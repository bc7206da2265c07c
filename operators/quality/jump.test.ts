import { test } from 'vitest'
import { expectTable } from '../../test/expect-table.ts'

test('rejects a price that jumps and goes on from the last sound one, keys apart', () => {
  expectTable(
    'validate',
    'jump: 10%',
    `
    time  key  price |  price  fate
    0s    A    100   |  100
    1s    B    1     |  1
    2s    A    110   |  110
    3s    A    122   |         bad
    4s    B    1.05  |  1.05
    5s    A    99    |  99
    6s    A    89    |         bad
    7s    A    1e308 |         bad
    8s    A    90    |  90          `,
  )
})

test('takes a new level for sound at the third price in a row that says the same', () => {
  expectTable(
    'validate',
    'jump: 10%',
    `
    time  key  price |  price  fate
    0s    A    100   |  100
    1s    A    200   |         bad
    2s    A    205   |         bad
    3s    A    200   |  200
    4s    A    100   |         bad
    5s    A    201   |  201
    6s    A    100   |         bad
    7s    A    300   |         bad
    8s    A    100   |         bad
    9s    A    101   |         bad
    10s   A    99    |  99          `,
  )
  expectTable(
    'validate',
    'jump: 10%\nrecover: 2',
    `
    time  key  price |  price  fate
    0s    A    0     |  0
    1s    A    0     |  0
    2s    A    5     |         bad
    3s    A    5     |  5
    4s    A    -5    |         bad
    5s    A    -5    |  -5          `,
  )
})

test('a jump that only flags is measured against the last sound price too', () => {
  expectTable(
    'validate',
    'jump: 10%\nflag: jump',
    `
    time  key  price |  price  flags     check  value  limit
    0s    A    100   |  100    []        -      -      -
    1s    A    150   |  150    ["jump"]  -      -      -
                     |  -      -         jump   0.5    0.1
    2s    A    100   |  100    []        -      -      -
    3s    A    0     |  0      ["jump"]  -      -      -
                     |  -      -         jump   1      0.1
    4s    A    0     |  0      ["jump"]  -      -      -
                     |  -      -         jump   1      0.1
    5s    A    0     |  0      []        -      -      -
    6s    A    9     |  9      ["jump"]  -      -      -
                     |  -      -         jump   -      0.1   `,
  )
})

test('finds its price in quotes, bars, or where it is told to', () => {
  expectTable(
    'validate',
    'jump: 10%',
    `
    time  key  bid    ask   |  bid  fate
    0s    A    99     101   |  99
    1s    A    50     150   |  50
    2s    A    100    150   |       bad
    3s    A    1e308  1e308 |       bad  `,
  )
  expectTable(
    'validate',
    'jump: 10%',
    `
    time  key  close |  close  fate
    0s    A    100   |  100
    1s    A    120   |         bad  `,
  )
  expectTable(
    'validate',
    'jump: 10%\nprice: orElse(price, 100)',
    `
    time  key  price:double? |  price  fate
    0s    A    -             |  -
    1s    A    120           |         bad
    2s    A    -             |  -           `,
  )
})

test('a record that is rejected for another reason says nothing about the price', () => {
  expectTable(
    'validate',
    'rules:\n  sized: size > 0\njump: 10%\nrecover: 2',
    `
    time  key  price  size |  price  fate
    0s    A    100    1    |  100
    1s    A    200    0    |         bad
    2s    A    200    1    |         bad
    3s    A    100    0    |         bad
    4s    A    200    1    |  200        `,
  )
})

test('a price that is rejected is no record before the next one', () => {
  expectTable(
    'validate',
    'jump: 10%\ngap: 1m',
    `
    time  key  price |  price  flags    check  value  limit  fate
    0s    A    100   |  100    []       -      -      -
    50s   A    200   |                                       bad
    70s   A    100   |  100    ["gap"]  -      -      -
                     |  -      -        gap    70     60           `,
  )
})
