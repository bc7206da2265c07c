// The contract of a limit of the risk gate: a pure function of an order and of what the gate knows
// when it decides. What a limit cannot judge, such as a share of an equity that is not known, it
// lets pass: a limit before it asks for that.
import type { Decimal } from '../../../schemas/decimal.ts'
import type { Micros } from '../../operator.ts'
import type { Side } from '../../paper-venue/amounts.ts'
import type { Reason } from '../reasons.ts'

/** What is decided about. */
export interface Wanted {
  readonly side: Side
  /** Above 0. */
  readonly quantity: Decimal
  /** Until when it may be acted on; null for ever. */
  readonly goodUntil: Micros | null
}

/** What an account holds of an instrument, and what is approved and not filled yet. */
export interface Reach {
  /** Below 0 when short. */
  readonly position: Decimal
  /** Quantity of all open buys. */
  readonly buys: Decimal
  /** Quantity of all open sells. */
  readonly sells: Decimal
}

/** What the gate knows of the account and the instrument. */
export interface View extends Reach {
  readonly now: Micros
  readonly isHalted: boolean
  /** What the order is valued by, above 0. */
  readonly price: Decimal | null
  readonly equity: Decimal | null
  /** Gross exposure of the other instruments, each at its worst; null: one has no price. */
  readonly others: Decimal | null
  readonly drawdown: number | null
  readonly isLatched: boolean
  /** Losing round trips in a row within the breaker's window. */
  readonly losses: number
  readonly pausedUntil: Micros | null
  /** Orders approved within the window of the order rate. */
  readonly orders: number
  /** Null: it was never seen, or none is configured. */
  readonly market: { readonly age: Micros; readonly isSound: boolean } | null
}

export interface Breach {
  readonly reason: Reason
  /** What was measured, in the unit of the limit, lengths of time in seconds; null for none. */
  readonly value: number | null
  readonly limit: number | null
  /** The greatest quantity that the limit lets through. */
  readonly most: Decimal
}

/** As people read it beside the other limits. */
export function seconds(micros: Micros): number {
  return micros / 1_000_000
}

export type Limit = (order: Wanted, view: View) => Breach | undefined
