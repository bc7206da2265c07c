// What a market is and how a message of it comes: bare, or in the envelope of a combined stream,
// `{"stream": "btcusdt@trade", "data": {...}}`. Field meanings are from Binance's own pages
// "WebSocket Streams" (spot) and "WebSocket Market Streams" and "Order Book" (USD-M futures).

/** Spot, or USD-margined futures. Symbols are spelt alike in both, and are other instruments. */
export type BinanceMarket = 'spot' | 'usdm'

/** What Millrace takes: market/Trade, market/Depth and market/Quote. */
export type BinanceStream = 'trades' | 'depth' | 'quotes'

export type JsonObject = Readonly<Record<string, unknown>>

export interface Unwrapped {
  /** Spelt as Binance does, such as `btcusdt@depth@100ms`; undefined where there is no envelope. */
  readonly stream: string | undefined
  readonly payload: unknown
}

export function unwrap(message: JsonObject): Unwrapped {
  const { stream } = message
  return typeof stream === 'string' && Object.hasOwn(message, 'data')
    ? { stream, payload: message['data'] }
    : { stream: undefined, payload: message }
}

/** What a stream carries: `depth@100ms` of `btcusdt@depth@100ms`, `bookTicker` of `!bookTicker`. */
export function channelOf(stream: string): string {
  return stream.slice(Math.max(stream.indexOf('@'), stream.startsWith('!') ? 0 : -1) + 1)
}

/**
 * The market that a message can only be of; undefined where it is of no kind that tells. Futures
 * name the update before (`pu`), the trade's type (`X`) and the time of the matching engine (`T`)
 * where spot does not, and spot's book ticker alone names no event.
 */
export function marketOf(payload: JsonObject): BinanceMarket | undefined {
  switch (payload['e']) {
    case 'depthUpdate':
      return Object.hasOwn(payload, 'pu') ? 'usdm' : 'spot'
    case 'trade':
      if (Object.hasOwn(payload, 'X')) return 'usdm'
      return Object.hasOwn(payload, 'M') ? 'spot' : undefined
    case 'bookTicker':
      return 'usdm'
    case undefined:
      if (isBookTicker(payload)) return 'spot'
      if (!Object.hasOwn(payload, 'lastUpdateId')) return undefined
      return Object.hasOwn(payload, 'T') ? 'usdm' : 'spot'
    default:
      return undefined
  }
}

/** Spot's book ticker, which says no event: known by the sizes of both sides. */
export function isBookTicker(payload: JsonObject): boolean {
  return Object.hasOwn(payload, 'B') && Object.hasOwn(payload, 'A') && !Object.hasOwn(payload, 'e')
}
