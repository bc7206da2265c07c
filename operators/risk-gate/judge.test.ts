import { testExample } from '../../test/examples.ts'
import { orderId, gateExample } from './gate-desk.test-data.ts'

testExample(
  'reducing sends the greatest quantity on the lot that all limits let through',
  gateExample(
    `max_position: 20%
max_exposure: 50%
max_drawdown: { limit: 15% }
on_breach: reduce
instruments: instruments`,
    `
  - it: names the limit that leaves the least, and rejects where nothing is left
    feed:
      instruments:
        - { value: { symbol: BTC, lot: 0.3, since: 1s } }
        - { value: { symbol: BTC, lot: 7, since: 0s } }
      holdings:
        - { time: 1s, value: { account: a1, symbol: ETH, quantity: 4, mark: 100, equity: 1000 } }
      wanted:
        - { time: 1s, value: { account: a1, symbol: BTC, side: 1, quantity: 3, price: 100 } }
        - { time: 1s, value: { account: a1, symbol: BTC, side: 1, quantity: 3, price: 100 } }
        - { time: 1s, value: { account: a1, symbol: XRP, side: 1, quantity: 0.05, price: 100 } }
    expect:
      gated:
        - value: { order_id: ID1, symbol: BTC, quantity: 0.9 }
        - value: { order_id: ID3, symbol: XRP, quantity: 0.05 }
      gated.decisions:
        - value: { verdict: reduced, reason: max-exposure, wanted: 3, quantity: 0.9, value: 0.7 }
        - value: { verdict: rejected, reason: max-exposure, quantity: 0, exposure: 490 }
        - value: { verdict: approved, reason: null, quantity: 0.05 }
      gated.rejected:
        - value: { order_id: ID2, quantity: 3 }
  - it: cuts what turns a position down to what closes it, while the latch holds
    feed:
      holdings:
        - time: 1s
          value: { account: a1, symbol: BTC, quantity: 1, mark: 100, equity: 1000, drawdown: 0.2 }
      wanted:
        - { time: 1s, value: { account: a1, symbol: BTC, side: -1, quantity: 3, price: 100 } }
        - { time: 1s, value: { account: a1, symbol: BTC, side: -1, quantity: 3, price: 100 } }
    expect:
      gated:
        - value: { side: -1, quantity: 1 }
      gated.rejected:
        - value: { reason: max-drawdown, value: 0.2 }
  - it: sends nothing below the least that the instrument allows
    feed:
      instruments:
        - { value: { symbol: BTC, lot: 0.01, min_quantity: 2.5, since: 0s } }
        - { value: { symbol: ETH, lot: 0.01, min_notional: 201, since: 0s } }
      holdings:
        - { time: 1s, value: { account: a1, equity: 1000 } }
      wanted:
        - { time: 1s, value: { account: a1, symbol: BTC, side: 1, quantity: 3, price: 100 } }
        - { time: 1s, value: { account: a1, symbol: ETH, side: 1, quantity: 3, price: 100 } }
    expect:
      gated: []
      gated.rejected:
        - value: { symbol: BTC, reason: max-position }
        - value: { symbol: ETH, reason: max-position }
  - it: goes down to 18 decimals without a lot
    feed:
      holdings:
        - { time: 1s, value: { account: a1, equity: 1000 } }
      wanted:
        - { time: 1s, value: { account: a1, symbol: BTC, side: 1, quantity: 99, price: 3 } }
    expect:
      gated:
        - value: { quantity: 66.666666666666666666 }
`
      .replaceAll('ID1', orderId('a1', 1))
      .replaceAll('ID2', orderId('a1', 2))
      .replaceAll('ID3', orderId('a1', 3)),
  ),
)

testExample(
  'the first limit in a fixed order is the reason',
  gateExample(
    `max_orders: { count: 2, within: 10s }
max_position: 10%
max_exposure: 10%
max_drawdown: { limit: 15% }`,
    `
  - it: counts approved orders in a window that rolls, and asks that before position and exposure
    feed:
      holdings:
        - { time: 1s, value: { account: a1, equity: 1000 } }
        - { time: 21s, value: { account: a1, equity: 1000, drawdown: 0.2 } }
      wanted:
        - { time: 1s, value: { account: a1, symbol: BTC, side: 1, quantity: 2, price: 100 } }
        - { time: 2s, value: { account: a1, symbol: BTC, side: 1, quantity: 0.1, price: 100 } }
        - { time: 2s, value: { account: a1, symbol: BTC, side: 1, quantity: 0.1, price: 100 } }
        - { time: 11s, value: { account: a1, symbol: BTC, side: 1, quantity: 9, price: 100 } }
        - { time: 12s, value: { account: a1, symbol: BTC, side: 1, quantity: 0.1, price: 100 } }
        - { time: 21s, value: { account: a1, symbol: BTC, side: 1, quantity: 9, price: 100 } }
        - { time: 21s, value: { account: a2, symbol: BTC, side: 1, quantity: 9 } }
    expect:
      gated: [{ time: 2s }, { time: 2s }, { time: 12s }]
      gated.decisions:
        - { time: 1s, value: { reason: max-position, orders: 0 } }
        - { time: 2s, value: { orders: 0 } }
        - { time: 2s, value: { orders: 1 } }
        - { time: 11s, value: { reason: max-orders, orders: 2, value: 2, limit: 2 } }
        - { time: 12s, value: { reason: null, orders: 0 } }
        - { time: 21s, value: { reason: max-drawdown } }
        - { time: 21s, value: { account: a2, reason: no-equity, equity: null, price: null } }
`,
  ),
)
