// What the gate takes of a market record: the fields that say whether it can be traded on and what
// it is worth, and those that the topology's price reads.
import { Decimal } from '../../schemas/decimal.ts'
import type { RecordField, RecordType, Value } from '../../schemas/type.ts'
import type { Expression } from '../../topology/expression/expression.ts'
import { rounded } from '../paper-venue/amounts.ts'
import { fieldsSeen, type MarketKind, midOf, readBook } from '../paper-venue/market-view.ts'

const NEEDED: Readonly<Record<MarketKind, readonly string[]>> = {
  book: ['bid', 'ask', 'valid'],
  bars: ['close'],
}

/** The name that stands for the market's record in the topology's price. */
const SEEN_AS = 'market'

export function marketFields(
  record: RecordType,
  kind: MarketKind,
  price: Expression | undefined,
): readonly RecordField[] {
  const seen = price === undefined ? new Set<string>() : fieldsSeen(price.ast, SEEN_AS)
  const needed = NEEDED[kind]
  return record.fields.filter(
    ({ name }) => seen === 'all' || seen.has(name) || needed.includes(name),
  )
}

/** The middle of a book, the close of a bar; undefined for one that cannot be traded on. */
export function marketPrice(record: Value, kind: MarketKind): Decimal | undefined {
  if (kind === 'book') {
    const book = readBook(record)
    return book && rounded(new Decimal(midOf(book)))
  }
  const { close } = record
  const isPrice = typeof close === 'number' && close > 0 && Number.isFinite(close)
  return isPrice ? rounded(new Decimal(close)) : undefined
}
