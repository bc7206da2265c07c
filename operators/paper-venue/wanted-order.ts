// An order as it is asked for: read from the record that drives the step and from the config, and
// held to what the venue accepts before it is sent.
import { Decimal } from '../../schemas/decimal.ts'
import type { Value } from '../../schemas/type.ts'
import { isOnStep, roundDown, rounded, roundUp, type Side, ZERO } from './amounts.ts'
import { HIGHEST_PRICE } from './market-view.ts'
import type { Draft } from './order-book.ts'
import type { OrderReason } from './order-reasons.ts'
import type { InstrumentRules } from './venue-state.ts'

/** What the config says of every order. */
export interface OrderTerms {
  readonly type: 'market' | 'limit' | 'stop'
  readonly timeInForce: 'gtc' | 'ioc' | 'fok'
  /** Microseconds. */
  readonly inForce: number | undefined
}

export interface Asked {
  readonly value: Value
  readonly now: number
  readonly terms: OrderTerms
  /** What the price expression gives; undefined where it has no value. */
  readonly price: number | undefined
  /** Undefined: nothing is known of the instrument, and nothing is held against it. */
  readonly rules: InstrumentRules | undefined
}

/**
 * Prices are on the tick: a limit on its better side, a stop on the far side of the market, so that
 * rounding never makes an order easier to fill. An order that closes a position (intent `flatten`)
 * is at the market and stands until it is filled, whatever the config says of others.
 */
export function draftOf({ value, now, terms, price, rules }: Asked): Draft {
  const side = value.side as Side
  const isFlatten = value.intent === 'flatten'
  const type = isFlatten ? 'market' : terms.type
  const tick = rules?.tick ?? null
  const at = type === 'market' ? null : soundPrice(price)
  const isLimit = type === 'limit'
  const [stop, target] = isFlatten ? [null, null] : [value.stop, value.target].map(soundPrice)
  return {
    account: value.account as string,
    strategy: (value.strategy ?? null) as string | null,
    symbol: value.symbol as string,
    side,
    type,
    role: isFlatten ? 'flatten' : 'entry',
    parent: null,
    quantity: rounded(value.quantity as Decimal),
    price: at && (isLimit ? limitPrice(at, side, tick) : stopPrice(at, side, tick)),
    time_in_force: isFlatten ? 'gtc' : terms.timeInForce,
    expires: isFlatten || terms.inForce === undefined ? null : now + terms.inForce,
    may_open: isFlatten ? ZERO : ((value.opens ?? null) as Decimal | null),
    stop: stop ? stopPrice(stop, otherSide(side), tick) : null,
    target: target ? limitPrice(target, otherSide(side), tick) : null,
    sibling: null,
  }
}

export function otherSide(side: Side): Side {
  return side > 0 ? -1 : 1
}

function limitPrice(price: Decimal, side: Side, tick: Decimal | null): Decimal {
  return side > 0 ? roundDown(price, tick) : roundUp(price, tick)
}

function stopPrice(price: Decimal, side: Side, tick: Decimal | null): Decimal {
  return side > 0 ? roundUp(price, tick) : roundDown(price, tick)
}

/** Null where there is none, or what is there is no price. */
function soundPrice(price: unknown): Decimal | null {
  return isPrice(price) ? new Decimal(price) : null
}

function isPrice(price: unknown): price is number {
  return typeof price === 'number' && price > 0 && price < HIGHEST_PRICE
}

/** Quantity times price beyond it cannot be counted in 38 digits with 18 decimals. */
const MOST = new Decimal('1e17')

/**
 * Why the venue does not take the order. `price` is the order's own, or the market's for an order
 * without one; null where there is none, and then the notional is not held to anything.
 */
export function objectionTo(
  { value }: Asked,
  draft: Draft,
  price: Decimal | null,
): OrderReason | undefined {
  const { side, quantity } = draft
  if (side !== 1 && (side as number) !== -1) return 'bad-side'
  if (quantity.lte(0) || quantity.times(price ?? 1).gte(MOST)) return 'bad-quantity'
  if (draft.type !== 'market' && !(draft.price?.gt(0) ?? false)) return 'bad-price'
  return draft.role === 'entry' && !isProtectable(value, draft) ? 'bad-protection' : undefined
}

/** Whether each of stop and target is absent or a price, and the stop lies behind the target. */
function isProtectable({ stop, target }: Value, draft: Draft): boolean {
  const isLost = (asked: unknown, price: Decimal | null): boolean =>
    asked !== null && asked !== undefined && !(price?.gt(0) ?? false)
  if (isLost(stop, draft.stop) || isLost(target, draft.target)) return false
  if (draft.stop === null || draft.target === null) return true
  return draft.target.minus(draft.stop).times(draft.side).gt(0)
}

/** As `objectionTo`, of what the instrument allows; what only reduces may be as small as it is. */
export function objectionBy(
  rules: InstrumentRules,
  { role, quantity }: Draft,
  price: Decimal | null,
): OrderReason | undefined {
  if (!rules.listed) return 'unknown-instrument'
  if (role === 'flatten') return undefined
  if (!isOnStep(quantity, rules.lot)) return 'off-lot'
  if (rules.min_quantity?.gt(quantity) === true) return 'below-min-quantity'
  const isSmall = price !== null && rules.min_notional?.gt(quantity.times(price)) === true
  return isSmall ? 'below-min-notional' : undefined
}
