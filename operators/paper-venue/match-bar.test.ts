import { test } from 'vitest'
import { expectExecution } from '../../test/expect-execution.ts'

const LIMIT = 'fee: 0\ntype: limit\nprice: limit'
const STOP = 'fee: 0\ntype: stop\nprice: limit'

test('fills a market order at the open of the next bar', () => {
  expectExecution(
    'fee: 0\nslippage: 1%',
    `
    1s    bar 100 120 90 110   |
    1s    buy a 1              | a pending
    2s    bar 200 220 190 210  | a 1 @ 202 taker filled`,
  )
})

test('passes over a bar that had ended when the order came, and one without trades', () => {
  expectExecution(
    'fee: 0',
    `
    1s    bar 100 120 90 110       |
    1.5s  buy a 1 in=ETH           | a pending
    1.6s  bar 90 91 89 90 in=ETH end=1.5s |
    2.5s  bar 80 80 80 80 empty in=ETH |
    3.5s  bar 70 71 69 70 in=ETH   | a 1 @ 70 taker filled`,
  )
})

test.each([
  ['through', '2s bar 105 110 100 109 |', '3s bar 109 110 99.5 105 | a 1 @ 100 maker filled'],
  ['touch', '2s bar 105 110 100 109 | a 1 @ 100 maker filled', '3s bar 109 110 99.5 105 |'],
])('fills a limit order within the range: %s', (fills, second, third) => {
  expectExecution(
    `${LIMIT}\nfills: ${fills}`,
    `
    1s    bar 100 120 90 110   |
    1s    buy a 1 limit=100    | a pending
    ${second}
    ${third}`,
  )
})

test('fills a limit order at the open where that is better', () => {
  expectExecution(
    LIMIT,
    `
    1s    bar 100 120 90 110   |
    1s    buy a 1 limit=100    | a pending
    1s    sell b 1 limit=120   | b pending
    2s    bar 95 119 94 110    | a 1 @ 95 taker filled
    3s    bar 125 126 121 122  | b 1 @ 125 maker filled`,
  )
})

test('fills a stop order at its price, or at the open beyond it', () => {
  expectExecution(
    STOP,
    `
    1s    bar 100 120 90 110   |
    1s    sell a 1 limit=95    | a pending
    1s    sell b 1 limit=80    | b pending
    1s    buy c 1 limit=130    | c pending
    2s    bar 100 101 95 100   | a 1 @ 95 taker filled
    3s    bar 70 75 60 65      | b 1 @ 70 taker filled
    4s    bar 100 131 99 100   | c 1 @ 130 taker filled`,
  )
})

test('assumes the stop before the target within one bar', () => {
  expectExecution(
    'fee: 0',
    `
    1s    bar 100 101 99 100           |
    1s    buy a 1 stop=95 target=105   | a pending
    2s    bar 100 101 99 100           | a 1 @ 100 taker filled
                                       | a.stop pending 1 @ 95
                                       | a.target pending 1 @ 105
    3s    bar 100 106 94 100           | a.target cancelled other-filled
                                       | a.stop 1 @ 95 taker filled`,
  )
})

test('lets the bar that fills an entry reach its stop, but not its target', () => {
  expectExecution(
    'fee: 0',
    `
    1s    bar 100 101 99 100           |
    1s    buy a 1 stop=95 target=105   | a pending
    1s    buy b 1 of=B target=105      | b pending
    2s    bar 100 106 94 100           | a 1 @ 100 taker filled
                                       | a.stop pending 1 @ 95
                                       | a.target pending 1 @ 105
                                       | a.target cancelled other-filled
                                       | a.stop 1 @ 95 taker filled
                                       | b 1 @ 100 taker filled
                                       | b.target pending 1 @ 105
    3s    bar 103 106 102 103          | b.target 1 @ 105 maker filled`,
  )
})

test('gives what must trade at once the next bar, and no other', () => {
  expectExecution(
    `${LIMIT}\ntime_in_force: ioc`,
    `
    1s    bar 100 120 90 110   |
    1s    buy a 1 limit=100    | a pending
    2s    bar 105 110 101 109  | a cancelled not-at-once`,
  )
})

test('passes over the bar that had begun when the order came', () => {
  expectExecution(
    'fee: 0',
    `
    1s    bar 100 120 90 110   |
    1.5s  buy a 1              | a pending
    2s    bar 200 220 190 210  |
    3s    bar 210 220 190 210  | a 1 @ 210 taker filled`,
  )
})

test('meets the bar that begins where the one ended that it follows from', () => {
  expectExecution(
    'fee: 0',
    `
    1.3s    bar 100 120 90 110 end=1s   |
    1.3s    buy a 1                     | a pending
    2.2s    bar 200 220 190 210 end=2s  | a 1 @ 200 taker filled`,
  )
  expectExecution(
    'fee: 0\nlatency: 50ms',
    `
    1s      bar 100 120 90 110  |
    1s      buy a 1             |
                                | a pending at 1.050001s
    2s      bar 200 220 190 210 | a 1 @ 200 taker filled`,
  )
})

test('is not filled in the past by a bar that comes late', () => {
  expectExecution(
    'fee: 0',
    `
    1s      bar 100 120 90 110          |
    1.5s    buy a 1                     | a pending
    3.2s    bar 200 220 190 210 end=2s  |
    3.3s    bar 210 220 190 210 end=3s  | a 1 @ 210 taker filled`,
  )
})

test('lets the next bar reach a stop, whatever the latency and however late bars come', () => {
  expectExecution(
    'fee: 0\nlatency: 50ms',
    `
    1.3s    bar 100 101 99 100 end=1s  |
    1.3s    buy a 1 stop=95            |
                                       | a pending at 1.350001s
    2.3s    bar 100 101 99 100 end=2s  | a 1 @ 100 taker filled
                                       | a.stop pending 1 @ 95
    3.3s    bar 100 101 90 100 end=3s  | a.stop 1 @ 95 taker filled`,
  )
})
