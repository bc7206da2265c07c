import { test } from 'vitest'
import { expectExecution } from '../test/expect-execution.ts'

test('fills a market order at the other side, without sizes whole', () => {
  expectExecution(
    'fee: 0',
    `
    1s    quote 99 101    |
    1.5s  buy a 2         | a pending
                          | a 2 @ 101 taker filled
    1.6s  sell b 0.5      | b pending
                          | b 0.5 @ 99 taker filled`,
  )
})

test('makes the price of a taker worse by the slippage', () => {
  expectExecution(
    'fee: 0\nslippage: 10bp',
    `
    1s    quote 999 1000  |
    1.5s  buy a 1         | a pending
                          | a 1 @ 1001 taker filled
    1.6s  sell b 1        | b pending
                          | b 1 @ 998.001 taker filled`,
  )
})

test('fills what a record offers, and goes on at the next', () => {
  expectExecution(
    'fee: 0',
    `
    1s    quote 99x9 101x2  |
    1.5s  buy a 5           | a pending
                            | a 2 @ 101 taker partially_filled
    2s    quote 99x9 102x1  | a 1 @ 102 taker partially_filled
    3s    quote 99x9 103x9  | a 2 @ 103 taker filled`,
  )
})

test('offers the size of a record once to an account, whatever the number of its orders', () => {
  expectExecution(
    'fee: 0',
    `
    1s    quote 99x9 101x3   |
    1.5s  buy a 2            | a pending
                             | a 2 @ 101 taker filled
    1.6s  buy b 2            | b pending
                             | b 1 @ 101 taker partially_filled
    1.7s  buy c 2 of=B       | c pending
                             | c 2 @ 101 taker filled
    1.8s  sell d 2           | d pending
                             | d 2 @ 99 taker filled
    2s    quote 99x9 102x3   | b 1 @ 102 taker filled`,
  )
})

test('walks the levels of a book', () => {
  expectExecution(
    'fee: 0',
    `
    1s    book 99x1,98x2 101x1,102x5  |
    1.5s  buy a 3                     | a pending
                                      | a 1 @ 101 taker partially_filled
                                      | a 2 @ 102 taker filled
    1.6s  buy b 4                     | b pending
                                      | b 3 @ 102 taker partially_filled
    1.7s  sell c 5                    | c pending
                                      | c 1 @ 99 taker partially_filled
                                      | c 2 @ 98 taker partially_filled
    2s    book 97x9 103x1             | b 1 @ 103 taker filled
                                      | c 2 @ 97 taker filled`,
  )
})

test('takes with a marketable limit order at the market, up to its limit', () => {
  expectExecution(
    'type: limit\nprice: limit\nfee: 0',
    `
    1s    book 99x1 101x1,102x1,103x9  |
    1.5s  buy a 3 limit=102            | a pending
                                       | a 1 @ 101 taker partially_filled
                                       | a 1 @ 102 taker partially_filled
    2s    book 99x1 102x9              |
    3s    book 99x1 101x9              | a 1 @ 102 maker filled`,
  )
})

test('never slips a limit order beyond its limit', () => {
  expectExecution(
    'type: limit\nprice: limit\nfee: 0\nslippage: 2%',
    `
    1s    quote 99 100      |
    1.5s  buy a 1 limit=101 | a pending
                            | a 1 @ 101 taker filled`,
  )
})

test.each([
  ['through', '2s quote 99 100 |', '3s quote 98 99 | a 1 @ 100 maker filled'],
  ['touch', '2s quote 99 100 | a 1 @ 100 maker filled', '3s quote 98 99 |'],
])('fills a limit order that rests when the market comes to it: %s', (fills, second, third) => {
  expectExecution(
    `type: limit\nprice: limit\nfee: 0\nfills: ${fills}`,
    `
    1s    quote 99 101      |
    1.5s  buy a 1 limit=100 | a pending
    ${second}
    ${third}`,
  )
})

test('fills a limit order that rests by the size that comes to it', () => {
  expectExecution(
    'type: limit\nprice: limit\nfee: 0',
    `
    1s    quote 99 101         |
    1.5s  sell a 3 limit=105   | a pending
    2s    quote 106x1 107      | a 1 @ 105 maker partially_filled
    3s    quote 105x9 107      |
    4s    quote 120x9 121      | a 2 @ 105 maker filled`,
  )
})

test('fills a stop order that gaps at the next price, not at its own', () => {
  expectExecution(
    'type: stop\nprice: limit\nfee: 0',
    `
    1s    quote 99 101       |
    1.5s  sell a 2 limit=95  | a pending
    2s    quote 96 97        |
    3s    quote 90x1 91      | a 1 @ 90 taker partially_filled
    4s    quote 97x9 98      | a 1 @ 97 taker filled`,
  )
})

test('triggers a stop order that the market touches', () => {
  expectExecution(
    'type: stop\nprice: limit\nfee: 0',
    `
    1s    quote 99 101        |
    1.5s  buy a 1 limit=103   | a pending
    2s    quote 100 103       | a 1 @ 103 taker filled`,
  )
})

test('cancels what cannot be had at once: ioc', () => {
  expectExecution(
    'time_in_force: ioc\nfee: 0',
    `
    1s    quote 99x1 101x2  |
    1.5s  buy a 5           | a pending
                            | a 2 @ 101 taker partially_filled
                            | a cancelled not-at-once`,
  )
})

test('fills all or nothing: fok', () => {
  expectExecution(
    'time_in_force: fok\nfee: 0',
    `
    1s    book 99x1 101x2,102x2  |
    1.5s  buy a 5                | a pending
                                 | a cancelled not-at-once
    1.6s  buy b 4                | b pending
                                 | b 2 @ 101 taker partially_filled
                                 | b 2 @ 102 taker filled`,
  )
})

test('lets an order expire by the clock', () => {
  expectExecution(
    'type: limit\nprice: limit\nfee: 0\nin_force: 10s',
    `
    1s    quote 99 101       |
    1.5s  buy a 1 limit=90   | a pending
    1.6s  buy b 1 limit=95   | b pending
    5s    quote 93 94        | b 1 @ 95 maker filled
    11s   tick               | a expired in-force-over at 11.500001s
    12s   quote 80 81        |`,
  )
})

test('lets an order reach the venue after the latency, and meet what is there then', () => {
  expectExecution(
    'fee: 0\nlatency: 500ms\nin_force: 1s',
    `
    1s    quote 99 101  |
    1.5s  buy a 1       |
    1.8s  quote 99 102  |
    2s    quote 99 103  | a pending at 2.000001s
                        | a 1 @ 103 taker filled at 2.000001s
    2.1s  quote 99 104  |`,
  )
})

test('lets an order expire on its way', () => {
  expectExecution(
    'fee: 0\nlatency: 2s\nin_force: 1s',
    `
    1s  quote 99 101  |
    2s  buy a 1       | a expired in-force-over at 3.000001s
    5s  tick          |`,
  )
})

test.each([
  ['invalid', 'quote 99 101 invalid'],
  ['crossed', 'quote 101 99'],
  ['locked', 'quote 100 100'],
  ['without a bid', 'quote 0 101'],
])('never fills on a market that is %s', (_what, market) => {
  expectExecution(
    'fee: 0',
    `
    1s    ${market}     |
    1.5s  buy a 1       | a pending
    2s    ${market}     |
    3s    quote 98 102  | a 1 @ 102 taker filled`,
  )
})

test('waits for a market that is too old, or not there', () => {
  expectExecution(
    'fee: 0',
    `
    1s    quote 99 101       |
    2.1s  buy a 1            | a pending
    2.2s  buy b 1 in=ETH     | b pending
    3s    quote 98 102       | a 1 @ 102 taker filled
    4s    quote 10 11 in=ETH | b 1 @ 11 taker filled`,
  )
})

test.each(['ioc', 'fok'])('cancels without a market what must trade at once: %s', (inForce) => {
  expectExecution(
    `fee: 0\ntime_in_force: ${inForce}`,
    `
    1s    quote 99 101  |
    2.1s  buy a 1       | a pending
                        | a cancelled no-market`,
  )
})

test('serves the order that came first, and then by number, never by id', () => {
  expectExecution(
    'fee: 0',
    `
    1s    quote 99 101 invalid |
    1.5s  buy z 1              | z pending
    1.6s  buy a 1              | a pending
    2s    quote 99 101x1       | z 1 @ 101 taker filled
    3s    quote 99 101x1       | a 1 @ 101 taker filled`,
  )
})

test('rejects what the instrument does not allow, and puts prices on the tick', () => {
  expectExecution(
    'type: limit\nprice: limit\nfee: 0\ninstruments: instruments',
    `
    0s    list 0.5 0.1 min_quantity=0.2 min_notional=50 |
    1s    quote 99 101x0.16        |
    1.1s  buy a 0.25 limit=100     | a rejected off-lot
    1.2s  buy b 0.1 limit=1000     | b rejected below-min-quantity
    1.3s  buy c 0.4 limit=100      | c rejected below-min-notional
    1.4s  buy d 0.5 limit=100 in=X | d rejected no-market
    1.5s  buy e 0.5 limit=101.4    | e pending
                                   | e 0.1 @ 101 taker partially_filled
    2s    quote 99 101x0.99        |
    3s    quote 99 100.9x0.99      | e 0.4 @ 101 maker filled`,
  )
})

test('rejects what makes no sense', () => {
  expectExecution(
    'type: limit\nprice: 1000 / (limit - 7)\nfee: 0\ninstruments: instruments',
    `
    1s    quote 99 101                            |
    1.1s  buy a 0 limit=8                         | a rejected bad-quantity
    1.2s  buy b 1 limit=7                         | b rejected bad-price
    1.3s  buy c 1 limit=6                         | c rejected bad-price
    1.4s  buy d 1 limit=8 stop=9 target=8         | d rejected bad-protection
    1.5s  buy e 1 limit=8 stop=0                  | e rejected bad-protection
    1.6s  buy f 1 limit=8                         | f rejected unknown-instrument
    1.7s  buy g 1e18 limit=8                      | g rejected bad-quantity`,
  )
})

test('takes an id that is open once', () => {
  expectExecution(
    'type: limit\nprice: limit\nfee: 0',
    `
    1s    quote 99 101      |
    1.1s  buy a 1 limit=90  | a pending
    1.2s  buy a 1 limit=90  | duplicate: an order with its id is open`,
  )
})

test('sees of the market what the price asks for', () => {
  expectExecution(
    'fee: 0\ntype: limit\nprice: (market.bid + market.ask) / 2',
    `
    1s    quote 99 101    |
    1.5s  buy a 1         | a pending
    2s    quote 99 100    |
    3s    quote 98 99     | a 1 @ 100 maker filled`,
  )
})
