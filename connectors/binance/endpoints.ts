// Where Binance serves public market data, and how streams are named there. From its pages
// "WebSocket Streams" and "Market data endpoints" (spot), and "Websocket Market Streams",
// "Important WebSocket Change Notice" of March 2026 and "Order Book" (USD-M futures).
import type { BinanceMarket, BinanceStream } from './market-message.ts'

/** Bases of the two, without a slash at the end. */
export interface Endpoints {
  readonly websocket: string
  readonly rest: string
}

/**
 * Futures answer by routes since 2026: `/public` carries depth, book tickers and trades, and a
 * stream that is asked for on another one is accepted and stays silent.
 */
export const publicEndpoints: Readonly<Record<BinanceMarket, Endpoints>> = {
  spot: { websocket: 'wss://stream.binance.com:9443', rest: 'https://api.binance.com' },
  usdm: { websocket: 'wss://fstream.binance.com/public', rest: 'https://fapi.binance.com' },
}

const CHANNELS: Readonly<Record<BinanceStream, string>> = {
  trades: 'trade',
  depth: 'depth@100ms',
  quotes: 'bookTicker',
}

/**
 * Streams of one connection. Binance takes 1,024, but they are all named in its address, which
 * servers take a few thousand characters of.
 */
export const MOST_STREAMS = 200

/** The address of all streams of all symbols together. */
export function streamsUrl(
  { websocket }: Endpoints,
  symbols: readonly string[],
  streams: readonly BinanceStream[],
): string {
  const names = symbols.flatMap((symbol) =>
    streams.map((stream) => `${symbol.toLowerCase()}@${CHANNELS[stream]}`),
  )
  return `${websocket}/stream?streams=${names.join('/')}`
}

const DEPTH_PATHS: Readonly<Record<BinanceMarket, string>> = {
  spot: '/api/v3/depth',
  usdm: '/fapi/v1/depth',
}
/** Levels of a side: the most that futures give. It weighs 20 there, and 50 on spot. */
const LEVELS = 1000

export function snapshotUrl({ rest }: Endpoints, market: BinanceMarket, symbol: string): string {
  return `${rest}${DEPTH_PATHS[market]}?symbol=${symbol}&limit=${LEVELS}`
}

/** A snapshot names no symbol; this envelope does. */
export function inSnapshotEnvelope(symbol: string, answer: string): string {
  return `{"stream":"${symbol.toLowerCase()}@depthSnapshot","data":${answer}}`
}
