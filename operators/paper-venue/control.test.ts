import { test } from 'vitest'
import { expectExecution } from '../../test/expect-execution.ts'

test('halts: entries go, on their way too, and protection stays', () => {
  expectExecution(
    'fee: 0\nlatency: 500ms\ntype: limit\nprice: limit\ncontrol: control',
    `
    1s    quote 99 101                        |
    1.2s  buy a 1 limit=101 stop=90           | a pending at 1.700001s
                                              | a 1 @ 101 taker filled at 1.700001s
                                              | a.stop pending 1 @ 90 at 1.700001s
    2s    buy b 1 limit=95                    |
    2s    buy c 1 limit=95 of=B               | b pending at 2.500001s
                                              | c pending at 2.500001s
    3s    quote 99 101                        |
    3.2s  buy d 1 limit=95                    |
    3.3s  halt A                              | b cancelled halted
                                              | d cancelled halted
    3.4s  resume A                            |
    3.5s  halt *                              | c cancelled halted
    5s    quote 80 81                         | a.stop 1 @ 80 taker filled`,
  )
})

test('halts one symbol alone', () => {
  expectExecution(
    'fee: 0\ntype: limit\nprice: limit\ncontrol: control',
    `
    1s    quote 99 101             |
    1.1s  quote 99 101 in=ETH      |
    1.2s  buy a 1 limit=90         | a pending
    1.3s  buy b 1 limit=90 in=ETH  | b pending
    2s    halt A in=ETH            | b cancelled halted`,
  )
})

test('flattens: entries go, the closing order stays, protection goes when nothing is held', () => {
  expectExecution(
    'fee: 0\ntype: limit\nprice: limit\nin_force: 1m\ncontrol: control',
    `
    1s    quote 99 101                            |
    1.2s  buy a 2 limit=101 stop=90 target=120    | a pending
                                                  | a 2 @ 101 taker filled
                                                  | a.stop pending 2 @ 90
                                                  | a.target pending 2 @ 120
    1.3s  buy b 1 limit=95                        | b pending
    2s    quote 98x1 100                          |
    2.1s  sell c 2 intent=flatten                 | c pending
                                                  | c 1 @ 98 taker partially_filled
                                                  | a.stop amended 1
                                                  | a.target amended 1
    2.1s  flatten A                               | b cancelled flattened
    3s    quote 97x5 100                          | c 1 @ 97 taker filled
                                                  | a.stop cancelled position-closed
                                                  | a.target cancelled position-closed`,
  )
})

test('closes no more than is held', () => {
  expectExecution(
    'fee: 0',
    `
    1s    quote 99 101              |
    1.1s  buy a 1                   | a pending
                                    | a 1 @ 101 taker filled
    1.2s  sell b 3 intent=flatten   | b pending
                                    | b 1 @ 99 taker partially_filled
                                    | b cancelled position-closed
    1.3s  sell c 3 intent=flatten   | c pending
                                    | c cancelled position-closed`,
  )
})
