import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseSchema } from '../../schemas/avro.ts'
import { builtInSchemas } from '../../schemas/built-in.ts'
import { createCodec } from '../../schemas/codec.ts'
import { createBinanceDecoder } from './decoder.ts'
import {
  futuresDepth,
  futuresSnapshot,
  futuresTicker,
  futuresTrade,
  inStream,
  type Message,
  spotDepth,
  spotSnapshot,
  spotTicker,
  spotTrade,
} from './messages.test-data.ts'

const RECEIVED = 1_723_161_255_030_314
const SCHEMAS = { trades: 'market/Trade', depth: 'market/Depth', quotes: 'market/Quote' }

function decode(market: 'spot' | 'usdm', message: unknown, symbol?: string) {
  const text = typeof message === 'string' ? message : JSON.stringify(message)
  return createBinanceDecoder({ market, ...(symbol && { symbol }) })(text, RECEIVED)
}

describe('takes', () => {
  test.each<[what: string, market: 'spot' | 'usdm', message: Message, value: object]>([
    [
      'a trade of futures, which the buyer took',
      'usdm',
      futuresTrade,
      { price: 61800.3, size: 0.006, side: 1, trade_id: '5266583935', time: 1723161256322000 },
    ],
    [
      'a trade of spot, which the seller took',
      'spot',
      spotTrade,
      { price: 61837.63, size: 0.02, side: -1, trade_id: '3735683259', time: 1723161255342000 },
    ],
    [
      'a book ticker of futures, at the time of the matching engine',
      'usdm',
      futuresTicker,
      { bid: 61800.2, ask: 61800.3, bid_size: 2.507, ask_size: 2.51, time: 1723161256313000 },
    ],
    [
      'a book ticker of spot, which has no time but that of its receipt',
      'spot',
      spotTicker,
      { bid: 61837.63, ask: 61837.64, bid_size: 3.78826, ask_size: 1.54698, time: RECEIVED },
    ],
    [
      'a change of the book of futures, with the update before it',
      'usdm',
      futuresDepth,
      {
        time: 1723161256298000,
        first_update: 5123107832006,
        last_update: 5123107837557,
        previous_update: 5123107831937,
        snapshot: false,
        bids: [
          { price: 58710.2, size: 0.014 },
          { price: 61510.9, size: 0 },
        ],
        asks: [{ price: 61800.3, size: 3.33 }],
      },
    ],
    [
      'a change of the book of spot, where no update before it is named',
      'spot',
      spotDepth,
      {
        time: 1723161255208000,
        first_update: 50093239189,
        last_update: 50093239202,
        previous_update: null,
        snapshot: false,
        bids: [{ price: 61737.63, size: 0 }],
        asks: [],
      },
    ],
    [
      'a snapshot of futures',
      'usdm',
      futuresSnapshot,
      {
        time: 1723161256493000,
        first_update: 5123107852948,
        last_update: 5123107852948,
        previous_update: null,
        snapshot: true,
        bids: [
          { price: 61800.2, size: 2.909 },
          { price: 61800.1, size: 0.696 },
        ],
        asks: [{ price: 61800.3, size: 4 }],
      },
    ],
    [
      'a snapshot of spot, which has no time but that of its receipt',
      'spot',
      spotSnapshot,
      { time: RECEIVED, first_update: 50093239218, snapshot: true },
    ],
  ])('%s', (_, market, message, value) => {
    const decoded = decode(market, message, 'BTCUSDT')
    expect(decoded).toMatchObject({ kind: 'record', value })
    if (decoded.kind !== 'record') return
    expect(decoded.value).toMatchObject({ symbol: 'BTCUSDT', received: RECEIVED })
    expect(decoded.time).toBe(decoded.value['time'])
    const source = builtInSchemas.get(SCHEMAS[decoded.stream])
    if (source === undefined) throw new Error('no schema')
    const codec = createCodec(parseSchema(source).schema)
    expect(codec.decode(codec.encode(decoded.value))).toEqual(decoded.value)
  })

  test('the same in the envelope of a combined stream', () => {
    for (const [stream, message] of [
      ['btcusdt@trade', futuresTrade],
      ['btcusdt@bookTicker', futuresTicker],
      ['btcusdt@depth@0ms', futuresDepth],
    ] as const) {
      expect(decode('usdm', inStream(stream, message))).toEqual(decode('usdm', message))
    }
    const spot = inStream('!bookTicker', spotTicker)
    expect(decode('spot', spot)).toEqual(decode('spot', spotTicker))
  })

  test('a snapshot in an envelope for the symbol that its stream names', () => {
    const message = inStream('ethusdt@depthSnapshot', futuresSnapshot)
    expect(decode('usdm', message, 'BTCUSDT')).toMatchObject({ value: { symbol: 'ETHUSDT' } })
  })

  test('times in microseconds, which spot sends to who asks for them', () => {
    const message = { ...spotTrade, T: 1723161255342789 }
    expect(decode('spot', message)).toMatchObject({ time: 1723161255342789 })
  })

  test('numbers as JavaScript reads their text', () => {
    const digits = fc.stringMatching(/^\d{1,30}(\.\d{1,30})?$/)
    fc.assert(
      fc.property(digits, (text) => {
        const decoded = decode('usdm', { ...futuresTicker, B: text })
        expect(decoded).toMatchObject({ value: { bid_size: Number(text) } })
      }),
    )
  })
})

describe('counts by kind', () => {
  test.each<[kind: string, market: 'spot' | 'usdm', message: unknown]>([
    ['aggTrade', 'usdm', { e: 'aggTrade', s: 'BTCUSDT', p: '1', q: '1' }],
    ['constructor', 'usdm', { e: 'constructor' }],
    ['reply', 'usdm', { result: null, id: 1 }],
    ['reply', 'spot', { code: 2, msg: 'Invalid request: unknown variant' }],
    ['reply', 'spot', { error: { code: 2, msg: 'no' }, id: null }],
    ['24hrTicker', 'spot', inStream('!ticker@arr', [{ e: '24hrTicker', s: 'A' }])],
    // Trades of the insurance fund and of auto-deleveraging, some with price 0.
    ['trade:INSURANCE_FUND', 'usdm', { ...futuresTrade, X: 'INSURANCE_FUND' }],
    ['trade:NA', 'usdm', { ...futuresTrade, X: 'NA', p: '0', q: '0' }],
    // Each the best levels alone, or another book, in the shape of changes and snapshots.
    ['depth5@100ms', 'usdm', inStream('btcusdt@depth5@100ms', futuresDepth)],
    ['depth20', 'spot', inStream('btcusdt@depth20', spotSnapshot)],
    ['rpiDepth@500ms', 'usdm', inStream('btcusdt@rpiDepth@500ms', futuresDepth)],
  ])('%s', (what, market, message) => {
    expect(decode(market, message, 'BTCUSDT')).toEqual({ kind: 'other', what })
  })
})

const unset = (message: Message, name: string): Message =>
  Object.fromEntries(Object.entries(message).filter(([each]) => each !== name))

describe('says what is bad, never its value', () => {
  test.each<[message: unknown, stream: string | undefined, reason: RegExp]>([
    ['', undefined, /^the message is not JSON$/],
    ['{"e":"trade","E":17231612', undefined, /not JSON/],
    ['NaN', undefined, /not JSON/],
    ['null', undefined, /^the message is not a JSON object$/],
    ['"trade"', undefined, /not a JSON object/],
    [[], undefined, /not a JSON object/],
    [{}, undefined, /of no kind that is known/],
    [{ stream: 'btcusdt@trade' }, undefined, /of no kind/],
    [inStream('btcusdt@trade', null), undefined, /not a JSON object/],
    [inStream('btcusdt@trade', { foo: 1 }), 'trades', /of no kind/],
    [inStream('btcusdt@depth@0ms', { foo: 1 }), 'depth', /of no kind/],
    [inStream('btcusdt@bookTicker', { foo: 1 }), 'quotes', /^field "e" is missing$/],
    [{ e: 7 }, undefined, /^field "e" is not the name of an event$/],
    [{ e: 'what is this?' }, undefined, /"e" is not the name/],
    [{ e: 'x'.repeat(100) }, undefined, /"e" is not the name/],
    ['{"__proto__":{"e":"trade"}}', undefined, /of no kind/],
    [{ ...futuresTrade, p: 'NaN' }, 'trades', /^field "p" is not a price: digits in quotes/],
    [{ ...futuresTrade, p: '-61800.30' }, 'trades', /"p" is not a price/],
    [{ ...futuresTrade, p: '0.00' }, 'trades', /"p" is not a price.*above 0/],
    [{ ...futuresTrade, p: 61800.3 }, 'trades', /"p" is not a price/],
    [{ ...futuresTrade, p: '0x10' }, 'trades', /"p" is not a price/],
    [{ ...futuresTrade, p: '1e3' }, 'trades', /"p" is not a price/],
    [{ ...futuresTrade, p: ' 1' }, 'trades', /"p" is not a price/],
    [{ ...futuresTrade, p: '1.' }, 'trades', /"p" is not a price/],
    [{ ...futuresTrade, p: '.5' }, 'trades', /"p" is not a price/],
    [{ ...futuresTrade, p: '1.2.3' }, 'trades', /"p" is not a price/],
    [{ ...futuresTrade, p: '' }, 'trades', /"p" is not a price/],
    [{ ...futuresTrade, p: '9'.repeat(400) }, 'trades', /"p" is not a price/],
    [unset(futuresTrade, 'p'), 'trades', /^field "p" is missing$/],
    [{ ...futuresTrade, q: '0' }, 'trades', /"q" is not a size/],
    [{ ...futuresTrade, q: 'Infinity' }, 'trades', /"q" is not a size/],
    [{ ...futuresTrade, m: 'false' }, 'trades', /"m" is neither true nor false/],
    [{ ...futuresTrade, t: 1.5 }, 'trades', /"t" is not an id/],
    [{ ...futuresTrade, t: 2 ** 53 }, 'trades', /"t" is not an id/],
    [{ ...futuresTrade, t: -1 }, 'trades', /"t" is not an id/],
    [{ ...futuresTrade, s: '' }, 'trades', /"s" is not the name of a symbol/],
    [{ ...futuresTrade, s: 'BTC USDT' }, 'trades', /"s" is not the name/],
    [{ ...futuresTrade, s: '\ud800' }, 'trades', /"s" is not the name/],
    [{ ...futuresTrade, s: ['BTCUSDT'] }, 'trades', /"s" is not the name/],
    [{ ...futuresTrade, T: '1723161256322' }, 'trades', /"T" is not a time/],
    [{ ...futuresTrade, T: 1723161256 }, 'trades', /"T" is not a time/],
    [{ ...futuresTrade, T: 1e300 }, 'trades', /"T" is not a time/],
    [{ ...futuresTrade, X: 1 }, 'trades', /"X" is not the type of a trade/],
    [{ ...futuresTicker, b: '0.00' }, 'quotes', /"b" is not a price/],
    [{ ...futuresTicker, A: '-1' }, 'quotes', /"A" is not a size/],
    [unset(futuresTicker, 'u'), 'quotes', /"u" is missing/],
    [unset(futuresTicker, 'e'), 'quotes', /"e" is missing/],
    [{ ...futuresTicker, ps: 'BTCUSD' }, 'quotes', /"ps" is of COIN-M futures/],
    [unset(futuresDepth, 'pu'), 'depth', /"pu" is missing/],
    [{ ...futuresDepth, U: 5123107837558 }, 'depth', /"U" is greater than "u"/],
    [{ ...futuresDepth, ps: 'BTCUSD' }, 'depth', /"ps" is of COIN-M futures/],
    [{ ...futuresDepth, b: null }, 'depth', /"b" is not a list/],
    [{ ...futuresDepth, b: { length: 3 } }, 'depth', /"b" is not a list/],
    [{ ...futuresDepth, a: [['1', '1'], null] }, 'depth', /^field "a\[1\]\[0\]" is not a price/],
    [{ ...futuresDepth, a: [['1', '-1']] }, 'depth', /^field "a\[0\]\[1\]" is not a size/],
    [{ ...futuresDepth, a: [['1']] }, 'depth', /"a\[0\]\[1\]" is not a size/],
    [{ ...futuresSnapshot, lastUpdateId: '5' }, 'depth', /"lastUpdateId" is not an id/],
    [unset(futuresSnapshot, 'T'), 'depth', /"T" is missing/],
    [unset(futuresSnapshot, 'bids'), 'depth', /"bids" is missing/],
  ])('%j', (message, stream, reason) => {
    const decoded = decode('usdm', message, 'BTCUSDT')
    expect(decoded).toEqual({
      kind: 'bad',
      stream,
      reason: expect.stringMatching(reason) as string,
    })
  })

  test.each<[message: Message, stream: string, name: string]>([
    [futuresTrade, 'trades', 'X'],
    [futuresTicker, 'quotes', 'e'],
    [futuresDepth, 'depth', 'pu'],
  ])('a message of futures among those of spot: %j', (message, stream, name) => {
    const reason = `field "${name}" stands in messages of usdm alone, and these are of spot`
    expect(decode('spot', message)).toEqual({ kind: 'bad', stream, reason })
  })

  test('a snapshot whose symbol nobody says', () => {
    expect(decode('usdm', futuresSnapshot)).toMatchObject({
      kind: 'bad',
      stream: 'depth',
      reason: expect.stringContaining('names no symbol') as string,
    })
  })

  test('whatever else comes', () => {
    const names = fc.constantFrom(...Object.keys({ ...futuresDepth, ...futuresTrade, stream: 1 }))
    const message = fc.dictionary(names, fc.jsonValue())
    fc.assert(
      fc.property(message, fc.constantFrom('spot', 'usdm'), (each, market) => {
        expect(['bad', 'other', 'record']).toContain(decode(market, each, 'A').kind)
      }),
    )
  })
})
