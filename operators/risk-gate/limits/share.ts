// Shares of an equity, as a report shows them.
import type { Decimal } from '../../../schemas/decimal.ts'

/** Null where there is no equity to have a share of. */
export function shareOf(worth: Decimal, equity: Decimal): number | null {
  return equity.gt(0) ? worth.div(equity).toNumber() : null
}
