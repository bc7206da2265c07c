// An account as the sums over what it holds: what a fill and a mark make of them, and what they say
// about cash, equity and drawdown.
import type { Decimal } from '../../schemas/decimal.ts'
import type { Value } from '../../schemas/type.ts'
import type { Micros } from '../operator.ts'
import { ZERO } from '../paper-venue/amounts.ts'
import type { Account, Held, Part } from './entries.ts'
import { afterFill, type Change, entryPrice, type Filled, isCountable, money } from './position.ts'

/** What is held after a fill. The market's mark stays while a position is held. */
export function heldAfterFill(before: Held, fill: Filled): Held {
  const { position } = afterFill(before, fill)
  const marked = before.quantity.isZero() ? null : before.marked
  return valued({ ...position, marked }, marked === null ? fill.price : before.mark)
}

/** What is held at another mark. */
export function heldAtMark(before: Held, mark: Decimal, time: Micros): Held {
  return valued({ ...before, marked: time }, mark)
}

function valued(held: Omit<Held, 'mark' | 'notional'>, mark: Decimal): Held {
  return { ...held, mark, notional: money(held.quantity, mark) }
}

export function partAfterFill(before: Part, fill: Filled): Part & Pick<Change, 'closed'> {
  const { position, closed } = afterFill(before, fill)
  const wins = before.wins + (closed?.gt(0) ? 1 : 0)
  const losses = before.losses + (closed?.lt(0) ? 1 : 0)
  return { ...position, strategy: before.strategy, wins, losses, closed }
}

/** The account when one of its positions has changed; `spent` is what left the cash. */
export function withHeld(before: Account, [old, held]: readonly [Held, Held], spent: Decimal) {
  const moved = (field: 'realized' | 'fees' | 'cost'): Decimal =>
    before[field].plus(held[field]).minus(old[field])
  const after: Account = {
    ...before,
    flow: before.flow.minus(spent),
    realized: moved('realized'),
    fees: moved('fees'),
    cost: moved('cost'),
    worth: before.worth.plus(held.notional).minus(old.notional),
    exposure: before.exposure.plus(held.notional.abs()).minus(old.notional.abs()),
  }
  const gain = gainOf(after)
  return gain.gt(before.peak) ? { ...after, peak: gain } : after
}

function gainOf({ flow, worth }: Account): Decimal {
  return flow.plus(worth)
}

/** Whether all of it, and all that is told of it, can be written as money. */
export function canBeTold(account: Account, ...positions: readonly (Held | Part)[]): boolean {
  const { start, flow, realized, fees, cost, worth, exposure, peak } = account
  return (
    isCountable(start ?? ZERO, flow, realized, fees, cost, worth, exposure, peak) &&
    positions.every(
      (each) =>
        isCountable(each.quantity, each.cost, each.realized, each.fees, each.trip) &&
        isCountable('mark' in each ? each.mark : ZERO, 'notional' in each ? each.notional : ZERO),
    )
  )
}

/** Of an account whose row has not come the cash counts from 0, and the currency is empty. */
function totalsOf(account: Account) {
  const { realized, fees, exposure, worth, cost, flow } = account
  const start = account.start ?? ZERO
  const equity = start.plus(gainOf(account))
  const peak = start.plus(account.peak)
  return {
    currency: account.currency ?? '',
    cash: start.plus(flow),
    equity,
    realized,
    unrealized: worth.minus(cost),
    fees,
    exposure,
    peak,
    drawdown: drawdownOf(equity, peak),
  }
}

/** Of a peak that is not above 0 there is no share: it is all lost, or nothing is. */
function drawdownOf(equity: Decimal, peak: Decimal): number {
  const lost = peak.minus(equity)
  if (peak.gt(0)) return lost.div(peak).toNumber()
  return lost.gt(0) ? 1 : 0
}

/** What is told of an account besides the account itself. */
export interface About {
  readonly account: string
  readonly symbol: string
}

/** A trading/Equity. */
export function equityOf(name: string, account: Account): Value {
  return { account: name, ...totalsOf(account) }
}

/** A trading/Position. */
export function positionOf({ account, symbol }: About, held: Held): Value {
  const { mark, notional, realized, fees, cost } = held
  const unrealized = notional.minus(cost)
  const entry = { quantity: held.quantity, entry_price: entryPrice(held) }
  return { account, symbol, ...entry, mark, notional, realized, unrealized, fees }
}

/** A trading/StrategyPosition. */
export function strategyOf(about: About, part: Part, mark: Decimal, closed: Decimal | null): Value {
  const { strategy, quantity, realized, fees, wins, losses } = part
  const unrealized = money(quantity, mark).minus(part.cost)
  const held = { quantity, entry_price: entryPrice(part), realized, unrealized, fees }
  return { ...about, strategy, ...held, closed, wins, losses }
}

interface Changed {
  readonly symbol: string
  readonly strategy: string | null
  readonly held: Held
  readonly closed: Decimal | null
}

/** A trading/Holding: without a change, of the account alone. */
export function holdingOf(name: string, account: Account, changed?: Changed): Value {
  const held = changed?.held
  return {
    account: name,
    symbol: changed?.symbol ?? null,
    strategy: changed?.strategy ?? null,
    quantity: held?.quantity ?? ZERO,
    entry_price: held ? entryPrice(held) : null,
    mark: held?.mark ?? null,
    notional: held?.notional ?? ZERO,
    closed: changed?.closed ?? null,
    ...totalsOf(account),
  }
}
