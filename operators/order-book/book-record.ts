// What the book says after a change: its top, and what follows from it. The fields are those of
// market/Book behind the fields of the key.
import {
  BOOLEAN,
  DOUBLE,
  fieldOf,
  LONG,
  notNull,
  type RecordField,
  type RecordType,
  TIME,
  type Type,
  type Value,
} from '../../schemas/type.ts'
import { inferredRecord } from '../../topology/inferred-record.ts'
import type { Level } from './book-side.ts'

/** The best prices and the sizes that stand there. */
export interface Top {
  readonly bid: number
  readonly ask: number
  readonly bid_size: number
  readonly ask_size: number
}

const NUMBERS = ['bid', 'ask', 'bid_size', 'ask_size', 'mid', 'spread', 'imbalance']

export const TOP_FIELDS: readonly RecordField[] = ['bid', 'ask', 'bid_size', 'ask_size'].map(
  (name) => ({ name, type: DOUBLE }),
)

export function levelsType(step: string): Type {
  const fields = ['price', 'size'].map((name) => ({ name, type: DOUBLE }))
  return { kind: 'list', items: inferredRecord(`${step}-level`, fields) }
}

/** Whether the input says when it was received, which the book then passes on. */
export function carriesReceived(input: RecordType): boolean {
  const type = fieldOf(input, 'received')?.type
  return type !== undefined && notNull(type).kind === 'time'
}

export function bookFields(input: RecordType, levels: Type): readonly RecordField[] {
  const received = fieldOf(input, 'received')
  return [
    { name: 'time', type: TIME },
    ...(received && carriesReceived(input) ? [{ name: 'received', type: received.type }] : []),
    { name: 'last_update', type: LONG },
    ...NUMBERS.map((name) => ({ name, type: DOUBLE })),
    { name: 'bids', type: levels },
    { name: 'asks', type: levels },
    { name: 'valid', type: BOOLEAN },
  ]
}

/** The top of two sides, best level first; undefined where one of them has no levels. */
export function topOf(bids: readonly Level[], asks: readonly Level[]): Top | undefined {
  const [[bid], [ask]] = [bids, asks]
  if (bid === undefined || ask === undefined) return undefined
  return { bid: bid.price, ask: ask.price, bid_size: bid.size, ask_size: ask.size }
}

/** All of a book's record that follows from its top and its levels. */
export function bookNumbers(top: Top, bids: readonly Level[], asks: readonly Level[]): Value {
  const { bid, ask, bid_size, ask_size } = top
  const [bought, offered] = [sumOfSizes(bids), sumOfSizes(asks)]
  const total = bought + offered
  return {
    bid,
    ask,
    bid_size,
    ask_size,
    mid: (bid + ask) / 2,
    spread: ask - bid,
    imbalance: total === 0 ? 0 : (bought - offered) / total,
    bids,
    asks,
  }
}

function sumOfSizes(levels: readonly Level[]): number {
  return levels.reduce((sum, { size }) => sum + size, 0)
}
