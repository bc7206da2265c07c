import { testExample } from '../test/examples.ts'
import { riskGate } from './risk-gate.ts'
import { orderId, gateExample } from './risk-gate/gate-desk.test-data.ts'

testExample('its example holds', riskGate.example)

testExample(
  'it rejects a position beyond its share of equity, and says what it saw',
  gateExample(
    'max_position: 20%',
    `
  - it: lets pass exactly the limit, and nothing above it
    feed:
      holdings:
        - { time: 1s, value: { account: a1, equity: 1000 } }
      wanted:
        - { time: 1s, value: { account: a1, symbol: BTC, side: 1, quantity: 2, price: 100 } }
        - { time: 1s, value: { account: a1, symbol: ETH, side: 1, quantity: 2.01, price: 100 } }
        - { time: 1s, value: { account: a1, symbol: XRP, side: -1, quantity: 2.01, price: 100 } }
    expect:
      gated:
        - { key: a1, time: 1s, value: { symbol: BTC, side: 1, quantity: 2, intent: entry } }
      gated.rejected:
        - { key: a1, value: { symbol: ETH, reason: max-position, value: 0.201, limit: 0.2 } }
        - { key: a1, value: { symbol: XRP, reason: max-position, value: 0.201, side: -1 } }
      gated.decisions:
        - value: { verdict: approved, reason: null, wanted: 2, quantity: 2, equity: 1000 }
        - value: { verdict: rejected, reason: max-position, wanted: 2.01, quantity: 0 }
        - value: { verdict: rejected, price: 100, position: 0, open: 0, exposure: 200 }
    held: { gated: 2 }
  - it: counts what is held
    feed:
      holdings:
        - time: 1s
          value: { account: a1, symbol: BTC, quantity: 1.9, mark: 100, equity: 1000 }
      wanted:
        - { time: 1s, value: { account: a1, symbol: BTC, side: 1, quantity: 0.2, price: 100 } }
        - { time: 1s, value: { account: a1, symbol: BTC, side: 1, quantity: 0.1, price: 100 } }
    expect:
      gated:
        - value: { quantity: 0.1 }
      gated.rejected:
        - value: { reason: max-position, value: 0.21 }
  - it: values all of the position at the price of the order
    feed:
      holdings:
        - { time: 1s, value: { account: a1, symbol: BTC, quantity: 1, mark: 100, equity: 1000 } }
      wanted:
        - { time: 1s, value: { account: a1, symbol: BTC, side: 1, quantity: 0.1, price: 190 } }
    expect:
      gated.rejected:
        - value: { reason: max-position, value: 0.209 }
  - it: keeps accounts apart
    feed:
      holdings:
        - { time: 1s, value: { account: a1, equity: 1000 } }
        - { time: 1s, value: { account: a2, equity: 2000 } }
      wanted:
        - { time: 1s, value: { account: a1, symbol: BTC, side: 1, quantity: 3, price: 100 } }
        - { time: 1s, value: { account: a2, symbol: BTC, side: 1, quantity: 3, price: 100 } }
    expect:
      gated:
        - { key: a2 }
      gated.rejected:
        - { key: a1 }
`,
  ),
)

testExample(
  'what only reduces passes the limits of position and exposure',
  gateExample(
    'max_position: 20%\nmax_exposure: 20%',
    `
  - it: lets a position that has outgrown its limit be reduced, and closed, but not turned too far
    feed:
      holdings:
        - { time: 1s, value: { account: a1, symbol: BTC, quantity: 9, mark: 100, equity: 1000 } }
      wanted:
        - { time: 1s, value: { account: a1, symbol: BTC, side: -1, quantity: 4, price: 100 } }
        - { time: 1s, value: { account: a1, symbol: BTC, side: -1, quantity: 8, price: 100 } }
        - { time: 1s, value: { account: a1, symbol: BTC, side: -1, quantity: 5, price: 100 } }
        - { time: 1s, value: { account: a1, symbol: BTC, side: 1, quantity: 0.1, price: 100 } }
    expect:
      gated:
        - value: { side: -1, quantity: 4 }
        - value: { side: -1, quantity: 5 }
      gated.rejected:
        - value: { reason: max-position, quantity: 8, value: 0.3 }
        - value: { reason: max-position, quantity: 0.1 }
  - it: lets a short position be bought back though equity is gone
    feed:
      holdings:
        - { time: 1s, value: { account: a1, symbol: BTC, quantity: -3, mark: 100, equity: -50 } }
      wanted:
        - { time: 1s, value: { account: a1, symbol: BTC, side: 1, quantity: 3, price: 100 } }
        - { time: 1s, value: { account: a1, symbol: BTC, side: 1, quantity: 1, price: 100 } }
    expect:
      gated:
        - value: { quantity: 3 }
      gated.rejected:
        - value: { reason: max-position, value: null, limit: 0.2 }
`,
  ),
)

testExample(
  'what is approved counts as exposure until the order is final',
  gateExample(
    'max_position: 20%\nmax_exposure: 30%',
    `
  - it: lets of five signals of one instant pass what the limit has room for
    feed:
      holdings:
        - { time: 1s, value: { account: a1, equity: 1000 } }
      wanted:
        - { time: 1s, value: { account: a1, symbol: BTC, side: 1, quantity: 0.9, price: 100 } }
        - { time: 1s, value: { account: a1, symbol: BTC, side: 1, quantity: 0.9, price: 100 } }
        - { time: 1s, value: { account: a1, symbol: BTC, side: 1, quantity: 0.9, price: 100 } }
        - { time: 1s, value: { account: a1, symbol: ETH, side: -1, quantity: 1.2, price: 100 } }
        - { time: 1s, value: { account: a1, symbol: XRP, side: 1, quantity: 0.1, price: 100 } }
    then: [crash]
    expect:
      gated:
        - value: { symbol: BTC }
        - value: { symbol: BTC }
        - value: { symbol: ETH }
      gated.rejected:
        - value: { symbol: BTC, reason: max-position, value: 0.27 }
        - value: { symbol: XRP, reason: max-exposure, value: 0.31, limit: 0.3 }
      gated.decisions:
        - value: { open: 0, exposure: 0 }
        - value: { open: 0.9, exposure: 90 }
        - value: { open: 1.8, exposure: 180 }
        - value: { symbol: ETH, open: 0, exposure: 180 }
        - value: { symbol: XRP, open: 0, exposure: 300 }
  - it: does not count a sale that may never be filled against a purchase
    feed:
      holdings:
        - { time: 1s, value: { account: a1, symbol: BTC, quantity: 1, mark: 100, equity: 1000 } }
      wanted:
        - { time: 1s, value: { account: a1, symbol: BTC, side: -1, quantity: 1, price: 100 } }
        - { time: 1s, value: { account: a1, symbol: BTC, side: 1, quantity: 1.5, price: 100 } }
        - { time: 1s, value: { account: a1, symbol: BTC, side: 1, quantity: 1, price: 100 } }
    expect:
      gated:
        - value: { side: -1, quantity: 1 }
        - value: { side: 1, quantity: 1 }
      gated.rejected:
        - value: { quantity: 1.5, reason: max-position, value: 0.25 }
`,
  ),
)

testExample(
  'an order gives back what it will not come to',
  gateExample(
    'max_position: 20%',
    `
  - it: releases what is filled, as the order says, and all of it when it is final
    feed:
      holdings:
        - { time: 1s, value: { account: a1, equity: 1000 } }
        - { time: 2s, value: { account: a1, symbol: BTC, quantity: 0.5, mark: 100, equity: 1000 } }
      filled:
        - time: 2s
          value:
            order_id: FIRST
            account: a1
            status: partially_filled
            quantity: 2
            filled: 0.5
        - time: 3s
          value: { order_id: FIRST, account: a1, status: cancelled, quantity: 2, filled: 0.5 }
        - time: 3s
          value: { order_id: unknown, account: a1, status: pending, quantity: 9, filled: 0 }
      wanted:
        - { time: 1s, value: { account: a1, symbol: BTC, side: 1, quantity: 2, price: 100 } }
        - { time: 2s, value: { account: a1, symbol: BTC, side: 1, quantity: 0.1, price: 100 } }
        - { time: 3s, value: { account: a1, symbol: BTC, side: 1, quantity: 1.5, price: 100 } }
    expect:
      gated:
        - value: { order_id: FIRST, quantity: 2 }
        - value: { quantity: 1.5 }
      gated.decisions:
        - value: { position: 0, open: 0 }
        - value: { position: 0.5, open: 1.5, verdict: rejected }
        - value: { position: 0.5, open: 0, verdict: approved }
`.replaceAll('FIRST', orderId('a1', 1)),
  ),
)
