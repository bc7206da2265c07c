// A market as the venue sees it: a book with two sides, or bars. What it takes of a market record,
// and whether it can be traded on.
import { Decimal } from '../../schemas/decimal.ts'
import {
  fieldOf,
  isNumber,
  notNull,
  type RecordField,
  type RecordType,
  type Value,
} from '../../schemas/type.ts'
import type { Ast } from '../../topology/expression/ast.ts'
import type { Side } from './amounts.ts'

export type MarketKind = 'book' | 'bars'

export interface Level {
  readonly price: number
  /** Infinity where the market does not say. */
  readonly size: number
}

export interface Book {
  readonly bid: number
  readonly ask: number
  /** Best first. */
  readonly bids: readonly Level[]
  readonly asks: readonly Level[]
}

export interface Bar {
  /** Microseconds since 1970, exclusive. */
  readonly end: number
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
}

const BOOK_FIELDS = ['bid', 'ask', 'bid_size', 'ask_size', 'valid', 'bids', 'asks']
/** A bar itself is gone when an order comes; its close is a price to count by. */
const BAR_FIELDS = ['close']
const BAR_PRICES = ['open', 'high', 'low', 'close']

/** Undefined where it has neither `bid` and `ask` nor `open`, `high`, `low`, `close` and `end`. */
export function marketKind(record: RecordType): MarketKind | undefined {
  const has = (name: string): boolean => {
    const type = fieldOf(record, name)?.type
    return type !== undefined && isNumber(notNull(type))
  }
  if (has('bid') && has('ask')) return 'book'
  const end = fieldOf(record, 'end')?.type
  return BAR_PRICES.every(has) && end?.kind === 'time' ? 'bars' : undefined
}

/** The fields of a market that are remembered until the next record of the symbol. */
export function keptFields(
  record: RecordType,
  kind: MarketKind,
  seen: ReadonlySet<string> | 'all',
): readonly RecordField[] {
  const own = new Set(kind === 'book' ? BOOK_FIELDS : BAR_FIELDS)
  return record.fields.filter(({ name }) => seen === 'all' || own.has(name) || seen.has(name))
}

/** Which fields of the record called `name` an expression reads. */
export function fieldsSeen(ast: Ast, name: string): ReadonlySet<string> | 'all' {
  if (ast.kind === 'name') return ast.name === name ? 'all' : new Set()
  if (ast.kind === 'member' && ast.object.kind === 'name' && ast.object.name === name) {
    return new Set([ast.name])
  }
  const fields = new Set<string>()
  for (const part of partsOf(ast)) {
    const seen = fieldsSeen(part, name)
    if (seen === 'all') return 'all'
    for (const field of seen) fields.add(field)
  }
  return fields
}

function partsOf(ast: Ast): readonly Ast[] {
  switch (ast.kind) {
    case 'list':
      return ast.items
    case 'member':
      return [ast.object]
    case 'index':
      return [ast.object, ast.index]
    case 'unary':
      return [ast.operand]
    case 'binary':
      return [ast.left, ast.right]
    case 'call':
      return ast.arguments
    default:
      return []
  }
}

/** Undefined for a book that nobody may trade on: invalid, without a side, crossed or locked. */
export function readBook(value: Value): Book | undefined {
  const { bid, ask, valid, bid_size: bidSize, ask_size: askSize, bids, asks } = value
  if (valid !== undefined && valid !== true) return undefined
  if (!isPrice(bid) || !isPrice(ask) || ask <= bid) return undefined
  return { bid, ask, bids: levelsOf(bids, bid, bidSize), asks: levelsOf(asks, ask, askSize) }
}

/** Undefined for a bar in which nothing was traded, or whose prices contradict each other. */
export function readBar(value: Value): Bar | undefined {
  const { open, high, low, close, end, count, valid } = value
  if ((valid !== undefined && valid !== true) || count === 0) return undefined
  if (!isPrice(open) || !isPrice(high) || !isPrice(low) || !isPrice(close)) return undefined
  if (low > Math.min(open, close) || high < Math.max(open, close)) return undefined
  return { end: end as number, open, high, low, close }
}

export function midOf({ bid, ask }: Book): number {
  return (bid + ask) / 2
}

/** What an order without a price of its own is counted by; null where the market has none. */
export function referencePrice(market: Value | null, side: Side, kind: MarketKind): Decimal | null {
  const price = kind === 'bars' ? market?.close : side > 0 ? market?.ask : market?.bid
  return isPrice(price) ? new Decimal(price) : null
}

/** The levels that an order of this side takes from. */
export function facing({ bids, asks }: Book, side: Side): readonly Level[] {
  return side > 0 ? asks : bids
}

/** Beyond it money cannot be counted in 18 decimals. */
export const HIGHEST_PRICE = 1e15

function isPrice(price: unknown): price is number {
  return typeof price === 'number' && price > 0 && price < HIGHEST_PRICE
}

function levelsOf(levels: unknown, price: number, size: unknown): readonly Level[] {
  if (Array.isArray(levels)) return levels as readonly Level[]
  return [{ price, size: typeof size === 'number' ? size : Number.POSITIVE_INFINITY }]
}
