// execute: sends orders to the paper venue, a model of a market place, and says what becomes of
// them: each state of an order is a record, each trade a fill.
import { DOUBLE, type Value } from '../schemas/type.ts'
import {
  type ConfigOf,
  duration,
  expression,
  number,
  stream,
  struct,
  word,
} from '../topology/config.ts'
import { compileExpression } from '../topology/expression/compile.ts'
import { NotConvertible, NotFinite } from '../topology/expression/faults.ts'
import { inferredRecord } from '../topology/inferred-record.ts'
import type { StreamType } from '../topology/signature.ts'
import { builtInRecord } from './built-in-record.ts'
import { type Binding, operator } from './operator.ts'
import { hashedId } from './order-id.ts'
import { checkExecution } from './paper-venue/execution-checks.ts'
import { fieldsSeen, keptFields, type MarketKind, marketKind } from './paper-venue/market-view.ts'
import {
  submitOrder,
  takeControl,
  takeInstrument,
  takeMarket,
  takeTime,
  type Venue,
  type VenueRules,
} from './paper-venue/venue.ts'
import {
  type AccountState,
  type Due,
  type Holding,
  type InstrumentRules,
  type MarketState,
  type OpenOrder,
  type OrderState,
  venueStores,
} from './paper-venue/venue-state.ts'

const config = struct({
  venue: word(['paper'], { summary: 'Where orders are sent to.', default: 'paper' }),
  market: stream({ summary: 'What it trades on: books or quotes (`bid`, `ask`), or bars.' }),
  instruments: stream({ summary: 'Ticks, lots and least sizes, as a table.', optional: true }),
  control: stream({ summary: 'Commands that halt or flatten, as a table.', optional: true }),
  type: word(['market', 'limit', 'stop'], { summary: 'Type of the orders.', default: 'market' }),
  price: expression(DOUBLE, {
    summary: 'Price of a limit or stop order; may use `market`, the last record of the market.',
    optional: true,
    sees: { stream: 'market', as: 'market' },
  }),
  time_in_force: word(['gtc', 'ioc', 'fok'], {
    summary: 'Until cancelled; what can be had at once; or all at once or nothing.',
    default: 'gtc',
  }),
  in_force: duration({
    summary: 'How long an order stands before it expires, from when it is given.',
    min: 1,
    optional: true,
  }),
  fee: number({ summary: 'Fee as a share of what is paid.', min: -1, max: 1 }),
  maker_fee: number({
    summary: 'Fee of an order that stood in the book; by default `fee`.',
    min: -1,
    max: 1,
    optional: true,
  }),
  slippage: number({
    summary: 'By which share of the price a taker trades worse than the market says.',
    min: 0,
    max: 0.5,
    default: 0,
  }),
  latency: duration({ summary: 'How long an order takes to reach the venue.', default: 0 }),
  max_market_age: duration({
    summary: 'How old a market may be to be traded on by an order that comes.',
    default: 1_000_000,
  }),
  fills: word(['through', 'touch'], {
    summary: 'Whether the market must go through the price of an order that stands, or touch it.',
    default: 'through',
  }),
})

type Config = ConfigOf<typeof config>

export const execute = operator({
  name: 'execute',
  summary: 'Sends orders to the paper venue and gives their states and fills.',
  main: 'orders',
  config,
  fates: ['bad', 'duplicate'],
  infer: (inference) => {
    const { step, config: terms, input, streams } = inference
    const market = streams.get(terms.market.stream)
    const kind = market && marketKind(market.record)
    if (!checkExecution(inference) || !market || !kind) return undefined
    const kept = inferredRecord(`${step}-market`, keptOf(terms, market, kind))
    const { key } = input
    return {
      outputs: {
        main: { record: builtInRecord('trading/Order'), key, lateness: 0 },
        fills: { record: builtInRecord('trading/Fill'), key, lateness: 0 },
      },
      stores: venueStores(step, kept),
      lookback: 0,
    }
  },
  example: `
topology: execute-example
topics:
  wanted: { topic: trading.wanted, schema: trading/Order, key: account }
  quotes:
    topic: market.quotes
    schema: market/Quote
    key: symbol
    time: time
    table: latest
    copies: all
fate: { bad: dead-letter, late: skip, duplicate: skip }
steps:
  filled:
    from: wanted
    execute:
      venue: paper
      market: quotes
      type: limit
      price: market.bid
      fee: 5bp
      maker_fee: 1bp
      latency: 50ms
---
tests:
  - it: rests at the bid and is filled there when the ask has gone through it
    feed:
      quotes:
        - value: { symbol: BTCUSDT, bid: 100, ask: 102, time: 1500ms }
        - value: { symbol: BTCUSDT, bid: 98, ask: 99, ask_size: 3, time: 3s }
      wanted:
        - { available: 2s, value: { account: a1, symbol: BTCUSDT, side: 1, quantity: 2 } }
    then: [crash, { advance: 1s }]
    expect:
      filled:
        - value: { status: created, type: limit, price: 100, filled: 0 }
        - value: { status: validated }
        - value: { status: risk_checked }
        - { available: 2s, value: { status: submitted } }
        - { available: 2050001, value: { status: pending } }
        - { available: 3s, value: { status: filled, filled: 2, average_price: 100 } }
      filled.fills:
        - key: a1
          value: { side: 1, quantity: 2, price: 100, fee: 0.02, liquidity: maker, mid: 98.5 }
`,
  step: (binding) => {
    const { config: terms, map, store, window } = binding
    const stores = {
      orders: map<OrderState>('orders'),
      open: map<OpenOrder>('open'),
      accounts: map<AccountState>('accounts'),
      holdings: map<Holding>('holdings'),
      markets: store<MarketState>('markets'),
      due: window<Due>('due'),
      instruments: window<InstrumentRules>('instruments'),
    }
    const venue: Venue = { stores, rules: rulesOf(binding) }
    return {
      onRecord: (record, turn, input) => {
        const { value } = record
        if (input === terms.market.stream) takeMarket(venue, turn, record)
        else if (input === terms.instruments?.stream) takeInstrument(venue, record)
        else if (value === null) return
        else if (input === terms.control?.stream) takeControl(venue, turn, value)
        else submitOrder(venue, turn, value)
      },
      onTimer: (account, at, turn) => takeTime(venue, turn, account, at),
    }
  },
})

function keptOf({ price }: Config, market: StreamType, kind: MarketKind) {
  const seen = price ? fieldsSeen(price.ast, 'market') : new Set<string>()
  return keptFields(market.record, kind, seen)
}

function rulesOf({ config: terms, topology, id, streams }: Binding<Config>): VenueRules {
  const market = streams.get(terms.market.stream)
  const kind = market && marketKind(market.record)
  if (!market || !kind) throw new Error(`no market ${terms.market.stream}`)
  const { fee, slippage, fills, latency, price } = terms
  return {
    fee,
    makerFee: terms.maker_fee ?? fee,
    slippage,
    fills,
    latency,
    maxMarketAge: terms.max_market_age,
    terms: { type: terms.type, timeInForce: terms.time_in_force, inForce: terms.in_force },
    marketKind: kind,
    kept: keptOf(terms, market, kind).map(({ name }) => name),
    knowsInstruments: terms.instruments !== undefined,
    priceOf: price ? pricing(compileExpression(price)) : () => undefined,
    idOf: (account, count) => hashedId(topology, id, account, count),
  }
}

/** What depends on the market is no fault of the order: without a value it has no price. */
function pricing(evaluate: (record: Value) => unknown): VenueRules['priceOf'] {
  return (value, market) => {
    try {
      return evaluate({ ...value, market }) as number
    } catch (error) {
      if (error instanceof NotFinite || error instanceof NotConvertible) return undefined
      throw error
    }
  }
}
