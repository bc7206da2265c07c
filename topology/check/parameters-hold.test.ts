import { test } from 'vitest'
import { expectChecked } from './harness.ts'

test('it refuses defaults and bounds that do not fit', () => {
  expectChecked(
    `
topology: t
parameters:
  a: { default: 1, min: 2, max: 100 }
  b: { default: 200, max: 100 }
  c: { default: 1s, min: 5 }
  d: 2tick
  e: [1, one]
  f: { default: 5bp, max: 10bp, per: symbol, BTC: 1%, ETH: much }
require: [param.a + param.b + param.f > 0 && param.c > 0s]
steps:
  x: { from: trades, add: { y: param.d + param.e } }
`,
    `
error[parameters-hold]: parameter "a" is below its least value 2
  topology.yaml:3:17
    |
  3 |   a: { default: 1, min: 2, max: 100 }
    |                 ^
    |
  topology.yaml:3:25
    |
  3 |   a: { default: 1, min: 2, max: 100 }
    |                         ^ the bound is here

error[parameters-hold]: parameter "b" is above its greatest value 100
  topology.yaml:4:17
    |
  4 |   b: { default: 200, max: 100 }
    |                 ^^^
    |
  topology.yaml:4:27
    |
  4 |   b: { default: 200, max: 100 }
    |                           ^^^ the bound is here

error[parameters-hold]: a bound of parameter "c" is duration, not double
  topology.yaml:5:26
    |
  5 |   c: { default: 1s, min: 5 }
    |                          ^

error[parameters-hold]: parameter "d" has no value that can stand alone
  topology.yaml:6:6
    |
  6 |   d: 2tick
    |      ^^^^^ write a number, a duration, true or false, a text, or a list of one of them

error[parameters-hold]: parameter "e" has no value that can stand alone
  topology.yaml:7:6
    |
  7 |   e: [1, one]
    |      ^^^^^^^^ write a number, a duration, true or false, a text, or a list of one of them

error[parameters-hold]: parameter "f" is above its greatest value 10bp
  topology.yaml:8:51
    |
  8 |   f: { default: 5bp, max: 10bp, per: symbol, BTC: 1%, ETH: much }
    |                                                   ^^
    |
  topology.yaml:8:27
    |
  8 |   f: { default: 5bp, max: 10bp, per: symbol, BTC: 1%, ETH: much }
    |                           ^^^^ the bound is here

error[parameters-hold]: parameter "f" is double, not string
  topology.yaml:8:60
    |
  8 |   f: { default: 5bp, max: 10bp, per: symbol, BTC: 1%, ETH: much }
    |                                                            ^^^^
`,
  )
})

test('it refuses settings of another type, out of bounds or of no parameter', () => {
  expectChecked(
    `
topology: t
parameters:
  fast: { default: 12, min: 2, max: 100 }
  bar: 1s
  word: none
require: [param.fast > 0 && param.bar > 0s]
steps:
  x: { from: trades, gather: { every: 1s, fill: param.word } }
`,
    `
error[parameters-hold]: there is no parameter "slwo" to set
  --set:1:1
    |
  1 | slwo=1
    | ^^^^
    |
    = parameters: fast, bar, word

error[parameters-hold]: parameter "bar" is duration, not double
  --set:1:5
    |
  1 | bar=5
    |     ^

error[parameters-hold]: parameter "fast" is above its greatest value 100
  --set:1:6
    |
  1 | fast=200
    |      ^^^
    |
  topology.yaml:3:37
    |
  3 |   fast: { default: 12, min: 2, max: 100 }
    |                                     ^^^ the bound is here
`,
    { set: { fast: '200', bar: '5', slwo: '1', word: 'previous' } },
  )
})

test('it refuses parameters that are not as required', () => {
  expectChecked(
    `
topology: t
parameters:
  fast: { default: 12, min: 2, max: 100 }
  slow: { default: 26, min: 2, max: 400 }
require:
  - param.fast < param.slow
  - param.slow > 30
`,
    `
error[parameters-hold]: "param.fast < param.slow" does not hold
  topology.yaml:6:5
    |
  6 |   - param.fast < param.slow
    |     ^^^^^^^^^^^^^^^^^^^^^^^ change a default, or what is required
    |
    = with fast = 40, slow = 26

error[parameters-hold]: "param.slow > 30" does not hold
  topology.yaml:7:5
    |
  7 |   - param.slow > 30
    |     ^^^^^^^^^^^^^^^ change a default, or what is required
    |
    = with slow = 26
`,
    { set: { fast: '40' } },
  )
})

test('it takes settings that fit', () => {
  expectChecked(
    `
topology: t
parameters:
  fast: { default: 12, min: 2, max: 100 }
  spread: { default: 5bp, per: symbol, BTC: 1bp }
  word: none
  list: [a, b]
require: [param.fast < 50, param.word == 'previous', "'c' in param.list"]
`,
    '',
    { set: { fast: '40', spread: '7bp', word: 'previous', list: '[c]' } },
  )
})
