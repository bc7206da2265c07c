// What the connector brings, as a topology names it: streams in Binance's own words, outputs as
// topics are called, and the schema of each.
import type { ConnectorSignature } from '../../topology/signature.ts'
import type { BinanceStream } from './market-message.ts'

export const STREAM_SCHEMAS = {
  trades: 'market/Trade',
  depth: 'market/Depth',
  quotes: 'market/Quote',
} as const satisfies Readonly<Record<BinanceStream, string>>

/** The connector as checks see it. */
export const binanceStreams: ConnectorSignature = new Map([
  ['trade', { output: 'trades', schema: STREAM_SCHEMAS.trades }],
  ['depth', { output: 'depth', schema: STREAM_SCHEMAS.depth }],
  ['quote', { output: 'quotes', schema: STREAM_SCHEMAS.quotes }],
])
