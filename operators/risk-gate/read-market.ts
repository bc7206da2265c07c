// What the gate keeps of a market record: the fields that say whether it can be traded on and what
// it is worth, and those that the topology's price reads.
import type { RecordField, RecordType } from '../../schemas/type.ts'
import type { Expression } from '../../topology/expression/expression.ts'
import { fieldsSeen, type MarketKind } from '../paper-venue/market-view.ts'

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
