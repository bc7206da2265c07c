// A fill as the ledger reads it, and why one cannot be counted.
import type { Decimal } from '../../schemas/decimal.ts'
import type { Value } from '../../schemas/type.ts'
import type { About } from './account.ts'
import { type Filled, isCountable } from './position.ts'

export interface ReadFill extends Filled, About {
  readonly strategy: string | null
  /** Whether it belongs to no strategy and closes what any of them holds. */
  readonly flattens: boolean
}

interface FillFields {
  readonly account: string
  readonly symbol: string
  readonly strategy?: string | null
  readonly role?: string
  readonly side: number
  readonly quantity: Decimal
  readonly price: Decimal
  readonly fee: Decimal
}

/** The fill, or the reason for which it is bad. */
export function readFill(value: Value): ReadFill | string {
  const fields = value as unknown as FillFields
  const { account, symbol, side, quantity, price, fee, strategy = null } = fields
  if (side !== 1 && side !== -1) return '"side" is neither 1 nor -1'
  if (!quantity.gt(0)) return '"quantity" is not above 0'
  if (price.lt(0)) return '"price" is below 0'
  if (!isCountable(quantity, price, fee, quantity.times(price))) return TOO_LARGE
  const flattens = fields.role === 'flatten' && strategy === null
  return { account, symbol, side, quantity, price, fee, strategy, flattens }
}

export const TOO_LARGE = 'its amounts are beyond what money can be counted in'
