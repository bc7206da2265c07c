import { readFileSync } from 'node:fs'
import { brotliDecompressSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { type BookInHand, openBook } from './expect-book.ts'
import type { Value } from '../schemas/type.ts'

// The book against Binance's own best bid and ask: its book ticker carries the update id at which
// it was so, and is comparable where a change of the book ended at the same id.

type Pairs = readonly (readonly [price: string, size: string])[]

interface Message {
  readonly e?: 'depthUpdate' | 'bookTicker' | 'trade'
  readonly T: number
  readonly U: number
  readonly u: number
  readonly pu: number
  readonly b: Pairs & string
  readonly a: Pairs & string
  readonly B: string
  readonly A: string
  readonly lastUpdateId?: number
  readonly bids: Pairs
  readonly asks: Pairs
}

interface Ticker {
  /** How many lines of depth had come before it. */
  readonly after: number
  readonly top: Value
}

interface Capture {
  readonly depth: readonly Value[]
  /** By update id. */
  readonly tickers: ReadonlyMap<number, Ticker>
}

function readCapture(symbol: string): Capture {
  const file = `../apps/crypto/data/binance-usdm-${symbol.toLowerCase()}-20240808.raw.br`
  const text = brotliDecompressSync(readFileSync(new URL(file, import.meta.url))).toString('latin1')
  const depth: Value[] = []
  const tickers = new Map<number, Ticker>()
  for (const line of text.split('\n')) {
    if (line.includes('@trade"') || line === '') continue
    const json = JSON.parse(line.slice(line.indexOf(' '))) as { data?: Message } & Message
    const message = json.data ?? json
    if (message.e !== 'bookTicker') depth.push(depthOf(message, symbol))
    else tickers.set(message.u, { after: depth.length, top: topOf(message) })
  }
  return { depth, tickers }
}

function topOf({ b, B, a, A }: Message): Value {
  return { bid: Number(b), bid_size: Number(B), ask: Number(a), ask_size: Number(A) }
}

function depthOf({ T, U, u, pu, b, a, lastUpdateId, bids, asks }: Message, symbol: string): Value {
  const snapshot = lastUpdateId !== undefined
  return {
    symbol,
    time: T * 1_000,
    received: T * 1_000,
    first_update: lastUpdateId ?? U,
    last_update: lastUpdateId ?? u,
    previous_update: snapshot ? null : pu,
    snapshot,
    bids: levelsOf(snapshot ? bids : b),
    asks: levelsOf(snapshot ? asks : a),
  }
}

function levelsOf(pairs: Pairs) {
  return pairs.map(([price, size]) => ({ price: Number(price), size: Number(size) }))
}

/** What the book says after each line; undefined: nothing. */
function says(book: BookInHand, depth: readonly Value[]): readonly (Value | undefined)[] {
  return depth.map((change) => {
    const { emitted, fate } = book.take(change)
    expect(fate).toBeUndefined()
    return emitted[0]?.value
  })
}

const captures = new Map(['BTCUSDT', 'ETHUSDT'].map((symbol) => [symbol, readCapture(symbol)]))

function captureOf(symbol: string): Capture {
  const capture = captures.get(symbol)
  if (capture === undefined) throw new Error(`no capture of ${symbol}`)
  return capture
}

test.each([
  { symbol: 'BTCUSDT', changes: 6_551, comparable: 629, before: 503 },
  { symbol: 'ETHUSDT', changes: 6_586, comparable: 551, before: 471 },
])(
  "the top of $symbol's book equals the book ticker in $comparable of $comparable cases",
  ({ symbol, changes, comparable, before }) => {
    const { depth, tickers } = captureOf(symbol)
    expect(depth.length).toBe(changes + 1)
    const cases = says(openBook('levels: 10'), depth).flatMap((said, index) => {
      const ticker = tickers.get(said?.last_update as number)
      return said && ticker ? [{ said, ticker, cameBefore: ticker.after <= index }] : []
    })
    for (const { said, ticker } of cases) expect(said).toMatchObject({ ...ticker.top, valid: true })
    expect(cases.length).toBe(comparable)
    expect(cases.filter(({ cameBefore }) => cameBefore).length).toBe(before)
  },
)

/** All levels of a side after some lines of depth, written down without more ado. */
function rebuild(depth: readonly Value[], side: 'bids' | 'asks'): readonly Value[] {
  const start = depth.findIndex(({ snapshot }) => snapshot)
  const reached = depth[start]?.last_update as number
  const later = depth.filter(({ last_update: id }) => (id as number) > reached)
  const sizes = new Map<number, number>()
  for (const change of [depth[start], ...later]) {
    for (const { price, size } of change?.[side] as ReturnType<typeof levelsOf>) {
      if (size === 0) sizes.delete(price)
      else sizes.set(price, size)
    }
  }
  return [...sizes].map(([price, size]) => ({ price, size }))
}

test.each(['BTCUSDT', 'ETHUSDT'])(
  'with a change of %s lost the book is not valid until a snapshot, and right from then on',
  (symbol) => {
    const { depth } = captureOf(symbol)
    const [lost, taken, healed] = [2_000, 3_990, 4_000]
    const whole = says(openBook('levels: 10'), depth)
    const { last_update: id, time } = depth[taken] ?? {}
    const ids = { first_update: id, last_update: id, previous_update: null }
    const known = depth.slice(0, taken + 1)
    const sides = { bids: rebuild(known, 'bids'), asks: rebuild(known, 'asks') }
    const snapshot = { symbol, time, received: time, ...ids, snapshot: true, ...sides }

    const book = openBook('levels: 10')
    const before = says(book, depth.slice(0, lost))
    expect(before.filter((said) => said && said.valid !== true)).toEqual([])
    const during = says(book, depth.slice(lost + 1, healed))
    expect(during[0]).toEqual({ ...whole[lost - 1], valid: false, ...timesOf(depth[lost + 1]) })
    expect(during.slice(1).filter((said) => said !== undefined)).toEqual([])
    const [first, ...after] = says(book, [snapshot, ...depth.slice(healed)])
    expect(first).toEqual({ ...whole[healed - 1], received: snapshot.received })
    expect(after).toEqual(whole.slice(healed))
    expect(after.length).toBeGreaterThan(2_500)
  },
)

function timesOf(change: Value | undefined): Value {
  return { time: change?.time, received: change?.received }
}
