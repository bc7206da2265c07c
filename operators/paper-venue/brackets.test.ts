import { test } from 'vitest'
import { expectExecution } from '../../test/expect-execution.ts'

test('protects what is filled; the target fills and the stop goes', () => {
  expectExecution(
    'fee: 0',
    `
    1s    quote 99 101              |
    1.5s  buy a 2 stop=90 target=110 | a pending
                                     | a 2 @ 101 taker filled
                                     | a.stop pending 2 @ 90
                                     | a.target pending 2 @ 110
    2s    quote 110 111              |
    3s    quote 112 113              | a.target 2 @ 110 maker filled
                                     | a.stop cancelled other-filled
    4s    quote 80 81                |`,
  )
})

test('gaps through the stop to the next price, and the target goes', () => {
  expectExecution(
    'fee: 0',
    `
    1s    quote 99 101               |
    1.5s  sell a 2 stop=105 target=80 | a pending
                                      | a 2 @ 99 taker filled
                                      | a.stop pending 2 @ 105
                                      | a.target pending 2 @ 80
    2s    quote 107 108x1             | a.target cancelled other-filled
                                      | a.stop 1 @ 108 taker partially_filled
    3s    quote 100 101x5             | a.stop 1 @ 101 taker filled
    4s    quote 70 71                 |`,
  )
})

test('grows with the fills of its entry', () => {
  expectExecution(
    'fee: 0\ntype: limit\nprice: limit',
    `
    1s    quote 99 101x1                       |
    1.5s  buy a 3 limit=101 stop=90 target=120 | a pending
                                               | a 1 @ 101 taker partially_filled
                                               | a.stop pending 1 @ 90
                                               | a.target pending 1 @ 120
    2s    quote 99 100x1                       | a 1 @ 101 maker partially_filled
                                               | a.stop amended 2
                                               | a.target amended 2
    3s    quote 121x0.5 122                    | a.target 0.5 @ 120 maker partially_filled
                                               | a.stop amended 1.5
    4s    quote 99 100x9                       | a 1 @ 101 maker filled
                                               | a.stop amended 2.5
                                               | a.target amended 3`,
  )
})

test('gives an entry that fills after its stop a new pair', () => {
  expectExecution(
    'fee: 0\ntype: limit\nprice: limit',
    `
    1s    quote 99 101x1               |
    1.5s  buy a 2 limit=101 stop=90    | a pending
                                       | a 1 @ 101 taker partially_filled
                                       | a.stop pending 1 @ 90
    2s    quote 89 100x1               | a 1 @ 101 maker filled
                                       | a.stop amended 2
                                       | a.stop 2 @ 89 taker filled
    2.5s  quote 99 100x1               |
    3s    buy b 2 limit=101 stop=90    | b pending
                                       | b 1 @ 100 taker partially_filled
                                       | b.stop pending 1 @ 90
    4s    quote 89 101x1               | b.stop 1 @ 89 taker filled
    5s    quote 95 100x1               | b 1 @ 101 maker filled
                                       | b.stop#2 pending 1 @ 90`,
  )
})

test('stops at once an entry that is behind its stop when it is filled', () => {
  expectExecution(
    'fee: 0',
    `
    1s    quote 89 90                |
    1.5s  buy a 1 stop=89.5          | a pending
                                     | a 1 @ 90 taker filled
                                     | a.stop pending 1 @ 89.5
                                     | a.stop 1 @ 89 taker filled`,
  )
})

test('takes an opposite entry off what was protected first', () => {
  expectExecution(
    'fee: 0',
    `
    1s    quote 99 101          |
    1.1s  buy a 1 stop=90       | a pending
                                | a 1 @ 101 taker filled
                                | a.stop pending 1 @ 90
    1.2s  buy b 2 stop=91       | b pending
                                | b 2 @ 101 taker filled
                                | b.stop pending 2 @ 91
    1.3s  sell c 2              | c pending
                                | c 2 @ 99 taker filled
                                | a.stop cancelled position-closed
                                | b.stop amended 1
    2s    quote 80 81           | b.stop 1 @ 80 taker filled
    3s    quote 70 71           |`,
  )
})

test('keeps its protection where what is not protected is closed', () => {
  expectExecution(
    'fee: 0',
    `
    1s    quote 99 101          |
    1.1s  buy a 1               | a pending
                                | a 1 @ 101 taker filled
    1.2s  buy b 1 stop=91       | b pending
                                | b 1 @ 101 taker filled
                                | b.stop pending 1 @ 91
    1.3s  sell c 1              | c pending
                                | c 1 @ 99 taker filled
    2s    quote 80 81           | b.stop 1 @ 80 taker filled`,
  )
})

test('protects of an entry that turns the position only what is held then', () => {
  expectExecution(
    'fee: 0',
    `
    1s    quote 99 101            |
    1.1s  buy a 2 stop=90         | a pending
                                  | a 2 @ 101 taker filled
                                  | a.stop pending 2 @ 90
    1.2s  sell b 3 stop=110       | b pending
                                  | b 3 @ 99 taker filled
                                  | a.stop cancelled position-closed
                                  | b.stop pending 1 @ 110
    2s    quote 111 112           | b.stop 1 @ 112 taker filled
    3s    quote 80 81             |`,
  )
})

test('protects each account and symbol for itself', () => {
  expectExecution(
    'fee: 0',
    `
    1s    quote 99 101             |
    1.1s  quote 99 101 in=ETH      |
    1.2s  buy a 1 stop=90          | a pending
                                   | a 1 @ 101 taker filled
                                   | a.stop pending 1 @ 90
    1.3s  sell b 1 of=B            | b pending
                                   | b 1 @ 99 taker filled
    1.4s  sell c 1 in=ETH          | c pending
                                   | c 1 @ 99 taker filled
    2s    quote 80 81              | a.stop 1 @ 80 taker filled`,
  )
})

test('opens no more with an order than it may, once a stop has closed what it was to close', () => {
  expectExecution(
    'type: limit\nprice: limit\nfee: 0',
    `
    1s    quote 99 101                     |
    1.1s  buy a 5 limit=101 stop=90        | a pending
                                           | a 5 @ 101 taker filled
                                           | a.stop pending 5 @ 90
    1.2s  sell b 5 limit=110 opens=0       | b pending
    1.3s  sell c 10 limit=111 opens=5      | c pending
    2s    quote 90 91                      | a.stop 5 @ 90 taker filled
                                           | b cancelled position-closed
    3s    quote 112 113                    | c 5 @ 111 maker partially_filled
    4s    quote 112 113                    | c cancelled position-closed`,
  )
})

test('closes with an order that may open nothing, and fills no part of all or nothing', () => {
  expectExecution(
    'fee: 0\ntime_in_force: fok',
    `
    1s    quote 99 101          |
    1.1s  buy a 5               | a pending
                                | a 5 @ 101 taker filled
    1.2s  sell b 3 opens=0      | b pending
                                | b 3 @ 99 taker filled
    1.3s  sell c 3 opens=0      | c pending
                                | c cancelled position-closed
    1.4s  sell d 3 opens=1      | d pending
                                | d 3 @ 99 taker filled`,
  )
})
