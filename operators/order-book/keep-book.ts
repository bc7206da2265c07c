// One book per key: takes snapshots and changes, and says what has become of the book.
import type { Micros, Store, Turn } from '../operator.ts'
import { topOf } from './book-record.ts'
import type { BookSide, Level } from './book-side.ts'
import { type Book, noBook } from './book-state.ts'
import { type DepthChange, follows } from './depth-change.ts'
import type { WaitingChanges } from './waiting-changes.ts'

export interface BookParts {
  readonly books: Store<Book>
  readonly bids: BookSide
  readonly asks: BookSide
  readonly waiting: WaitingChanges
  /** How many levels of a side are given out, and how many are kept. */
  readonly levels: number
  readonly depth: number
  /** Whether a change that leaves a gap is bad. */
  readonly failsOnGap: boolean
}

/** What is to be said of a book after a change: what is known of it, and the best levels. */
interface Said {
  readonly book: Readonly<Book>
  readonly bids: readonly Level[]
  readonly asks: readonly Level[]
}

/** Takes a sound change. Nothing is to be said where it has met a fate or is held. */
export function takeChange(
  parts: BookParts,
  key: string,
  change: DepthChange,
  turn: Turn,
): Said | undefined {
  return change.isSnapshot
    ? takeSnapshot(parts, key, change, turn)
    : takeDiff(parts, key, change, turn)
}

function takeDiff(
  parts: BookParts,
  key: string,
  change: DepthChange,
  turn: Turn,
): Said | undefined {
  const { books, waiting } = parts
  const reached = waiting.lastUpdate(key) ?? books.get(key)?.lastUpdate ?? null
  if (reached !== null && change.last <= reached) {
    turn.reject('duplicate', 'it does not go beyond what has come already')
    return undefined
  }
  const book = books.edit(key, noBook)
  const { isWhole, isSnapshot, lastUpdate } = book
  if (!isWhole || lastUpdate === null || !follows(change, { lastUpdate, isSnapshot })) {
    return letWait(parts, key, change, turn)
  }
  apply(parts, key, book, change)
  trim(parts, key, book)
  book.lastUpdate = change.last
  book.isSnapshot = false
  return sayTop(parts, key, book, turn)
}

function takeSnapshot(
  parts: BookParts,
  key: string,
  change: DepthChange,
  turn: Turn,
): Said | undefined {
  const { books, bids, asks, waiting } = parts
  const known = books.get(key)
  if (known?.isWhole === true && known.lastUpdate !== null && change.last <= known.lastUpdate) {
    turn.reject('duplicate', 'the book is as new, or newer')
    return undefined
  }
  const later = waiting.after(key, change.last)
  if (later === undefined) {
    turn.hold('is a snapshot too old for the changes that wait')
    return undefined
  }
  const book = books.edit(key, noBook)
  for (const each of [bids, asks, waiting]) each.clear(key)
  Object.assign(book, { isWhole: true, bids: 0, asks: 0, waiting: 0 })
  apply(parts, key, book, change)
  for (const [, each] of later) apply(parts, key, book, each)
  trim(parts, key, book)
  book.lastUpdate = later.at(-1)?.[0] ?? change.last
  book.isSnapshot = later.length === 0
  return sayTop(parts, key, book, turn)
}

/** Of a book that is not whole, or is not any more because this change leaves a gap. */
function letWait(parts: BookParts, key: string, change: DepthChange, turn: Turn): Said | undefined {
  const book = parts.books.edit(key, noBook)
  const isGap = book.isWhole
  book.isWhole = false
  book.waiting = parts.waiting.add(key, change, book.waiting, turn)
  if (isGap && parts.failsOnGap) {
    turn.reject('bad', 'it does not follow the change before it: updates are missing')
    return undefined
  }
  turn.hold('waits for a snapshot')
  return book.saidValid ? sayInvalid(parts, key, book, change.time) : undefined
}

/** A book without a top is said to be invalid once, and held from then on. */
function sayTop(parts: BookParts, key: string, book: Book, turn: Turn): Said | undefined {
  const bids = parts.bids.best(key, parts.levels)
  const asks = parts.asks.best(key, parts.levels)
  const top = topOf(bids, asks)
  if (top === undefined) {
    turn.hold('has no bids or no asks')
    return book.saidValid ? sayInvalid(parts, key, book, book.time) : undefined
  }
  book.top = top
  book.saidValid = true
  return { book, bids, asks }
}

function sayInvalid(
  { bids, asks, levels }: BookParts,
  key: string,
  book: Book,
  time: Micros,
): Said {
  book.saidValid = false
  book.time = Math.max(book.time, time)
  return { book, bids: bids.best(key, levels), asks: asks.best(key, levels) }
}

function apply(
  { bids, asks }: BookParts,
  key: string,
  book: Book,
  change: Pick<DepthChange, 'bids' | 'asks' | 'time'>,
): void {
  book.bids += bids.change(key, change.bids)
  book.asks += asks.change(key, change.asks)
  book.time = Math.max(book.time, change.time)
}

function trim({ bids, asks, depth }: BookParts, key: string, book: Book): void {
  if (book.bids > depth) bids.dropWorst(key, book.bids - depth)
  if (book.asks > depth) asks.dropWorst(key, book.asks - depth)
  book.bids = Math.min(book.bids, depth)
  book.asks = Math.min(book.asks, depth)
}
