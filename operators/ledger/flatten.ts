// A fill that flattens belongs to no strategy: it closes what strategies hold, one after the other,
// so that each ends its round trip. Strategies that hold against each other close at its price too
// when the account is flat.
import type { Decimal } from '../../schemas/decimal.ts'
import { least, reducible, type Side, ZERO } from '../paper-venue/amounts.ts'
import type { Part } from './entries.ts'
import { shareOf } from './position.ts'
import type { ReadFill } from './read-fill.ts'

type Closing = Pick<ReadFill, 'strategy' | 'side' | 'quantity'>

/**
 * The fill in pieces; what no strategy holds is left to none. Signed quantities and fees add up to
 * the fill's, and on the way the account's position does not turn.
 */
export function piecesOf(fill: ReadFill, parts: Iterable<Readonly<Part>>): readonly ReadFill[] {
  const own = [...parts]
  const net = own.reduce((sum, { quantity }) => sum.plus(quantity), ZERO)
  const isFlatThen = net.plus(fill.quantity.times(fill.side)).isZero()
  const against = isFlatThen ? own.flatMap((part) => closingOf(part, opposite(fill.side))) : []
  const along = own.flatMap((part) => closingOf(part, fill.side))
  const pieces: Closing[] = [...against]
  let left = against.reduce((sum, { quantity }) => sum.plus(quantity), fill.quantity)
  const whole = left.plus(left).minus(fill.quantity)
  for (const { quantity: most, ...whose } of along) {
    const quantity = least(most, left)
    if (quantity.isZero()) break
    pieces.push({ ...whose, quantity })
    left = left.minus(quantity)
  }
  if (left.gt(0)) pieces.push({ strategy: null, side: fill.side, quantity: left })
  return withFees(fill, pieces, whole)
}

function closingOf({ strategy, quantity }: Readonly<Part>, side: Side): readonly Closing[] {
  const held = reducible(quantity, side)
  return held.gt(0) ? [{ strategy, side, quantity: held }] : []
}

function opposite(side: Side): Side {
  return side > 0 ? -1 : 1
}

/** Shared out by quantity, of which there is `whole` in all; the last has the rest. */
function withFees(fill: ReadFill, pieces: readonly Closing[], whole: Decimal): readonly ReadFill[] {
  let { fee: left } = fill
  return pieces.map((piece, at) => {
    const isLast = at === pieces.length - 1
    const fee = isLast ? left : shareOf(fill.fee, piece.quantity, whole)
    left = left.minus(fee)
    return { ...fill, ...piece, fee }
  })
}
