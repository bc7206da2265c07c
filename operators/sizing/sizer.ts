// How much is wanted, from the method, the account's money and the price.
import { Decimal } from '../../schemas/decimal.ts'
import type { Value } from '../../schemas/type.ts'
import { compileExpression } from '../../topology/expression/compile.ts'
import type { Expression } from '../../topology/expression/expression.ts'
import { isCountable } from '../ledger/position.ts'
import type { Turn } from '../operator.ts'
import { rounded } from '../paper-venue/amounts.ts'
import { kellyFraction, NO_TRIPS } from './kelly.ts'
import { NO_STEPS, orderQuantity, type SizeReason, stepsOf } from './order-quantity.ts'
import type { SizeConfig } from './size-config.ts'
import { heldAndOrdered, type State } from './size-state.ts'

/** A function that gives a record on with its quantity, or says why there is none. */
export function createSizer(config: SizeConfig, state: State): (turn: Turn, value: Value) => void {
  const { method, of, prior, scale = 1, aim } = config
  const { min = 0, max = Number.POSITIVE_INFINITY } = config
  const read = (expression: Expression | undefined, otherwise: (value: Value) => unknown) =>
    (expression ? compileExpression(expression) : otherwise) as (value: Value) => number
  const priceOf = read(config.price, (value) => value.close)
  const timesOf = read(config.times, () => 1)
  const amountOf = read(config.quantity ?? config.fraction, () => 1)

  /** The part of the account's money, before it is held to its bounds. */
  const fractionOf = (value: Value): number => {
    if (method !== 'kelly' || prior === undefined) return amountOf(value)
    const place = JSON.stringify(value.strategy ?? null)
    const trips = state.portfolio?.trips.get(value.account as string, place) ?? NO_TRIPS
    return Math.max(0, withoutNoise(scale * kellyFraction(trips, prior)))
  }
  /** The quantity wanted, side apart. */
  const wantedOf = (turn: Turn, value: Value, price: Decimal): Decimal | SizeReason | Error => {
    const times = timesOf(value)
    const base = method === 'fixed' ? amountOf(value) : fractionOf(value)
    if (times < 0 || base < 0) return new Error('what is wanted is below 0')
    if (method === 'fixed') return new Decimal(base).times(times)
    const money = moneyOf(state, of, value.account as string, turn.now)
    if (money === undefined) return 'no-equity'
    if (base === 0 && method === 'kelly' && aim === 'order') return 'no-edge'
    const asked = withoutNoise(base * times)
    const fraction = asked === 0 ? 0 : Math.min(max, Math.max(min, asked))
    return money.times(fraction).div(price)
  }
  const order = (turn: Turn, value: Value): Value | SizeReason | Error => {
    const { account, symbol } = value as { readonly account: string; readonly symbol: string }
    const side = value.side as number
    if (side !== 1 && side !== -1) return new Error('"side" is neither 1 nor -1')
    const price = rounded(new Decimal(priceOf(value)))
    if (!price.gt(0) || !isCountable(price)) return new Error('the price is not above 0')
    const row = state.instruments?.find(symbol, turn.now, turn.now)
    if (state.instruments && row === undefined) return 'no-instrument'
    const wanted = wantedOf(turn, value, price)
    if (typeof wanted === 'string' || wanted instanceof Error) return wanted
    const sized = orderQuantity({
      target: wanted.times(side),
      position: aim === 'position' ? heldAndOrdered(state, account, symbol) : undefined,
      price,
      steps: row ? stepsOf(row) : NO_STEPS,
    })
    if (typeof sized === 'string') return sized
    if (!isCountable(sized.quantity)) return new Error('the quantity cannot be counted')
    return { ...value, side: sized.side, quantity: sized.quantity, price_seen: price }
  }
  return (turn, value) => {
    const out = order(turn, value)
    if (out instanceof Error) turn.reject('bad', out.message)
    else if (typeof out === 'string') turn.hold(out)
    else turn.emit(out)
  }
}

/** Undefined where it is not known, or nothing can be bought with it. */
function moneyOf(
  { portfolio, accounts }: State,
  of: SizeConfig['of'],
  account: string,
  now: number,
): Decimal | undefined {
  const row = accounts?.find(account, now, now)
  const money = portfolio?.money.get(account)?.[of] ?? (row?.cash as Decimal | undefined)
  return money?.gt(0) ? money : undefined
}

const DECIMALS = 12

/** A fraction that is 0.19999999999999996 for 0.2 would cost a lot. */
function withoutNoise(fraction: number): number {
  return Number(fraction.toFixed(DECIMALS))
}
