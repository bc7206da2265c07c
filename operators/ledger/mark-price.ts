// The price that a market record values a position at: the middle of a book, the close of a bar.
import { Decimal } from '../../schemas/decimal.ts'
import type { Value } from '../../schemas/type.ts'
import { rounded } from '../paper-venue/amounts.ts'
import { type MarketKind, readBook } from '../paper-venue/market-view.ts'

/** Undefined where nobody could trade: invalid, without a side, crossed or locked. */
export function markPrice(value: Value, kind: MarketKind): Decimal | undefined {
  if (kind === 'book') {
    const book = readBook(value)
    // As decimals: the middle of 0.05 and 0.55 is 0.3, which doubles do not find.
    return book && rounded(new Decimal(book.bid).plus(book.ask).div(2))
  }
  const { close } = value
  const isPrice = typeof close === 'number' && close > 0 && Number.isFinite(close)
  return isPrice ? rounded(new Decimal(close)) : undefined
}
