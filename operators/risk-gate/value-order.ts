// What the driving record wants, and what a unit of it is valued at.
import { Decimal } from '../../schemas/decimal.ts'
import type { RecordType, Value } from '../../schemas/type.ts'
import { compileExpression } from '../../topology/expression/compile.ts'
import type { Expression } from '../../topology/expression/expression.ts'
import type { Micros } from '../operator.ts'
import { rounded, type Side } from '../paper-venue/amounts.ts'
import { CARRIED, type Carried } from './gate-records.ts'
import type { Wanted } from './limits/limit.ts'

export interface OrderWanted extends Wanted {
  readonly account: string
  readonly symbol: string
  readonly strategy: string | null
  readonly carried: Carried
}

/** The order; or in words why it can be none. */
export function readOrder(value: Value, time: Micros): OrderWanted | string {
  const { account, symbol, side, strategy, valid_for: validFor } = value
  if (side !== 1 && side !== -1) return 'side is neither 1 nor -1'
  const quantity = value.quantity as Decimal
  if (!quantity.gt(0)) return 'quantity is not above 0'
  return {
    account: account as string,
    symbol: symbol as string,
    strategy: (strategy as string | null | undefined) ?? null,
    side: side satisfies Side,
    quantity,
    goodUntil: typeof validFor === 'number' ? time + validFor : null,
    carried: Object.fromEntries(CARRIED.map(({ name }) => [name, value[name] ?? null])),
  }
}

/** A field that is a price where the topology states none. */
export const USUAL_PRICES = ['price_seen', 'close']

export type Valuation = (value: Value, market: Value | undefined) => Decimal | null

/** Null where there is no price above 0: none is known, or it cannot be computed. */
export function makeValuation(price: Expression | undefined, input: RecordType): Valuation {
  if (price === undefined) {
    const name = USUAL_PRICES.find((each) => input.fields.some((field) => field.name === each))
    return (value) => (name === undefined ? null : asPrice(value[name]))
  }
  const evaluate = compileExpression(price)
  const needsMarket = price.reads.has('market')
  return (value, market) => {
    if (needsMarket && market === undefined) return null
    try {
      return asPrice(evaluate(market === undefined ? value : { ...value, market }))
    } catch {
      return null
    }
  }
}

function asPrice(price: unknown): Decimal | null {
  const isNumber = typeof price === 'number' && Number.isFinite(price)
  if (!isNumber && !(price instanceof Decimal)) return null
  const decimal = rounded(new Decimal(price))
  return decimal.gt(0) ? decimal : null
}
