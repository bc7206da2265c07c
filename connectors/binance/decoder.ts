// From a message of Binance's websocket, or its answer to a request for the order book, to a
// record. Pure: text and receive time in, one item out; no file, no clock, no connection. Never
// throws on what it is given: what cannot be a record says why, and what is not taken its kind.
import type { Value } from '../../schemas/type.ts'
import { isObject } from '../file/read-json.ts'
import {
  type BinanceMarket,
  type BinanceStream,
  channelOf,
  isBookTicker,
  type JsonObject,
  unwrap,
} from './market-message.ts'
import { MessageFields } from './message-fields.ts'

export interface BinanceDecoderOptions {
  readonly market: BinanceMarket
  /**
   * Of snapshots that come bare: they name no symbol. Undefined: they are bad. In an envelope a
   * snapshot is of the symbol that the stream names, as in `btcusdt@depthSnapshot`.
   */
  readonly symbol?: string
}

export type Decoded =
  | {
      readonly kind: 'record'
      readonly stream: BinanceStream
      /** A value of market/Trade, market/Depth or market/Quote. */
      readonly value: Value
      /**
       * Event time in microseconds: of the trade, or of the change by the matching engine (`T`); of
       * spot's depth when the message was made (`E`); when it was received of spot's book ticker
       * and spot's snapshot, which carry no time.
       */
      readonly time: number
    }
  /** `stream` is what it would have been, where that much can be told. */
  | {
      readonly kind: 'bad'
      readonly stream: BinanceStream | undefined
      /** Names the field and what it should be, never the value. */
      readonly reason: string
    }
  /** Not market data that Millrace takes, such as `aggTrade`, `depth20@100ms` or `reply`. */
  | { readonly kind: 'other'; readonly what: string }

/** `received` in integer microseconds; it may lie before the venue's own times. */
export type BinanceDecoder = (text: string, received: number) => Decoded

/**
 * @example
 * const decode = createBinanceDecoder({ market: 'usdm', symbol: 'BTCUSDT' })
 * decode('{"e":"trade","T":1723161256322,"s":"BTCUSDT","t":1,"p":"61800.30","q":"0.006",...}', now)
 */
export function createBinanceDecoder({ market, symbol }: BinanceDecoderOptions): BinanceDecoder {
  return (text, received) => {
    let json: unknown
    try {
      json = JSON.parse(text)
    } catch {
      return bad(undefined, 'the message is not JSON')
    }
    if (!isObject(json)) return listOrBad(json)
    const { stream, payload } = unwrap(json)
    if (!isObject(payload)) return listOrBad(payload)
    const channel = stream === undefined ? undefined : channelOf(stream)
    const named = stream === undefined ? symbol : symbolOf(stream)
    return decodePayload(payload, { market, channel, symbol: named, received })
  }
}

interface About {
  readonly market: BinanceMarket
  /** Undefined where the message came without an envelope. */
  readonly channel: string | undefined
  /** Of what names none itself. */
  readonly symbol: string | undefined
  readonly received: number
}

function decodePayload(payload: JsonObject, about: About): Decoded {
  const { channel } = about
  const event = payload['e']
  switch (event) {
    case 'trade':
      return decodeTrade(payload, about)
    case 'bookTicker':
      return decodeQuote(payload, about)
    case 'depthUpdate':
      // The best levels alone, and a book with hidden orders, come as the same event.
      if (channel !== undefined && !isWholeDepth(channel)) return other(channel)
      return decodeChange(payload, about)
    case undefined:
      break
    default:
      return typeof event === 'string' ? other(event) : bad(streamOf(channel), NO_EVENT)
  }
  if (Object.hasOwn(payload, 'lastUpdateId')) {
    return channel !== undefined && /^depth\d/.test(channel)
      ? other(channel)
      : decodeSnapshot(payload, about)
  }
  if (isBookTicker(payload) || channel === 'bookTicker') return decodeQuote(payload, about)
  if (isReply(payload)) return { kind: 'other', what: 'reply' }
  return bad(streamOf(channel), 'the message is of no kind that is known')
}

/** `X` is known of futures alone: a trade that was not made in the market moves no price. */
function decodeTrade(payload: JsonObject, { market, received }: About): Decoded {
  const type = payload['X']
  if (market === 'usdm' && typeof type === 'string' && type !== 'MARKET') {
    return other(`trade:${type}`)
  }
  const fields = new MessageFields(payload)
  if (fields.has('X')) {
    if (market === 'spot') fields.refuse('X', ofOtherMarket(market))
    else if (type !== 'MARKET') fields.refuse('X', 'is not the type of a trade')
  }
  const time = fields.time('T')
  const value = {
    symbol: fields.symbol(),
    price: fields.price('p'),
    size: fields.sizeAboveZero('q'),
    // `m`: whether the buyer is the maker, so the seller took.
    side: fields.flag('m') ? -1 : 1,
    trade_id: String(fields.id('t')),
    time,
    received,
  }
  return recordOr('trades', fields, value, time)
}

function decodeQuote(payload: JsonObject, { market, received }: About): Decoded {
  const fields = new MessageFields(payload)
  if (market === 'usdm') refuseCoinMargined(fields)
  if (fields.has('e') !== (market === 'usdm')) fields.refuse('e', ofOtherMarket(market))
  const time = market === 'usdm' ? fields.time('T') : received
  const value = {
    symbol: fields.symbol(),
    bid: fields.price('b'),
    ask: fields.price('a'),
    bid_size: fields.size('B'),
    ask_size: fields.size('A'),
    time,
    received,
  }
  fields.id('u')
  return recordOr('quotes', fields, value, time)
}

function decodeChange(payload: JsonObject, { market, received }: About): Decoded {
  const fields = new MessageFields(payload)
  if (market === 'usdm') refuseCoinMargined(fields)
  else if (fields.has('pu')) fields.refuse('pu', ofOtherMarket(market))
  const time = fields.time(market === 'usdm' ? 'T' : 'E')
  const value = {
    symbol: fields.symbol(),
    time,
    received,
    first_update: fields.id('U'),
    last_update: fields.id('u'),
    previous_update: market === 'usdm' ? fields.id('pu') : null,
    snapshot: false,
    bids: fields.levels('b'),
    asks: fields.levels('a'),
  }
  if (value.first_update > value.last_update) fields.refuse('U', 'is greater than "u"')
  return recordOr('depth', fields, value, time)
}

function decodeSnapshot(payload: JsonObject, { market, symbol, received }: About): Decoded {
  if (symbol === undefined) return bad('depth', NO_SYMBOL)
  const fields = new MessageFields(payload)
  const time = market === 'usdm' ? fields.time('T') : received
  const update = fields.id('lastUpdateId')
  const value = {
    symbol,
    time,
    received,
    first_update: update,
    last_update: update,
    previous_update: null,
    snapshot: true,
    bids: fields.levels('bids'),
    asks: fields.levels('asks'),
  }
  return recordOr('depth', fields, value, time)
}

function recordOr(
  stream: BinanceStream,
  { reason }: MessageFields,
  value: Value,
  time: number,
): Decoded {
  return reason === undefined ? { kind: 'record', stream, value, time } : bad(stream, reason)
}

const NO_EVENT = 'field "e" is not the name of an event'
const NO_SYMBOL =
  'a snapshot of the book names no symbol, and which one it is of cannot be told; put it into an ' +
  'envelope {"stream": "btcusdt@depthSnapshot", "data": ...}'

function ofOtherMarket(market: BinanceMarket): string {
  const other = market === 'usdm' ? 'spot' : 'usdm'
  return `stands in messages of ${other} alone, and these are of ${market}`
}

/** Sizes there are contracts, not base currency. `ps`, the pair, stands in no other market. */
function refuseCoinMargined(fields: MessageFields): void {
  if (fields.has('ps')) fields.refuse('ps', 'is of COIN-M futures, which are not taken')
}

function isWholeDepth(channel: string): boolean {
  return channel === 'depth' || channel.startsWith('depth@')
}

/** An answer to a request: a subscription, or a mistake in one. */
function isReply(payload: JsonObject): boolean {
  const has = (name: string): boolean => Object.hasOwn(payload, name)
  return (has('id') && (has('result') || has('error') || has('status'))) || isComplaint(payload)
}

function isComplaint({ code, msg, error }: JsonObject): boolean {
  return (typeof code === 'number' && typeof msg === 'string') || isObject(error)
}

/** What a bad message would have been. */
function streamOf(channel: string | undefined): BinanceStream | undefined {
  if (channel === 'trade') return 'trades'
  if (channel === 'bookTicker') return 'quotes'
  return channel !== undefined && isWholeDepth(channel) ? 'depth' : undefined
}

/** `BTCUSDT` of `btcusdt@depth@100ms`. */
function symbolOf(stream: string): string | undefined {
  const at = stream.indexOf('@')
  return at > 0 ? stream.slice(0, at).toUpperCase() : undefined
}

/** All of a market at once, as `!ticker@arr` sends it. */
function listOrBad(json: unknown): Decoded {
  const first: unknown = Array.isArray(json) ? json[0] : undefined
  const event = isObject(first) ? first['e'] : undefined
  return typeof event === 'string'
    ? other(event)
    : bad(undefined, 'the message is not a JSON object')
}

/** Names are kept for a count, so they are short, few kinds of characters, and never a value. */
const KIND = /^[\w.@:]{1,40}$/

function other(what: string): Decoded {
  return KIND.test(what) ? { kind: 'other', what } : bad(undefined, NO_EVENT)
}

function bad(stream: BinanceStream | undefined, reason: string): Decoded {
  return { kind: 'bad', stream, reason }
}
