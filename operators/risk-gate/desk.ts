// What an account's holdings do to its latch and its breaker, and what lets both go. Each function
// changes the desk that it is given and returns what is to be told.
import type { Decimal } from '../../schemas/decimal.ts'
import type { Micros } from '../operator.ts'
import type { Desk } from './entries.ts'
import type { GateConfig } from './gate-config.ts'
import type { Reason } from './reasons.ts'

export interface Tripped {
  readonly reason: Reason
  readonly value: number | null
  readonly limit: number
}

export function newDesk(): Desk {
  return {
    decided: 0,
    equity: null,
    drawdown: null,
    peak: null,
    is_latched: false,
    losses: [],
    paused_until: null,
  }
}

/** What is taken of a trading/Holding. */
export interface HoldingSeen {
  readonly equity: Decimal
  readonly drawdown: number
  /** Gain of a round trip that ended; null when none did. */
  readonly closed: Decimal | null
  readonly time: Micros
}

/** Takes a holding in. */
export function takeHolding(desk: Desk, seen: HoldingSeen, config: GateConfig): readonly Tripped[] {
  const tripped: Tripped[] = []
  desk.equity = seen.equity
  if (desk.peak?.lt(seen.equity)) desk.peak = seen.equity
  desk.drawdown = desk.peak === null ? seen.drawdown : drawdownFrom(desk.peak, seen.equity)
  const { max_drawdown: most, breaker } = config
  if (most !== undefined) {
    const isReached = desk.drawdown >= most.limit
    if (isReached && !desk.is_latched) {
      tripped.push({ reason: 'max-drawdown', value: desk.drawdown, limit: most.limit })
    }
    desk.is_latched = isReached || (desk.is_latched && most.latch === 'manual')
  }
  if (breaker !== undefined && seen.closed !== null) {
    if (seen.closed.gte(0)) desk.losses = []
    else desk.losses = [...desk.losses, seen.time].slice(-breaker.losses)
    const [first = seen.time] = desk.losses
    if (desk.losses.length === breaker.losses && seen.time - first <= breaker.within) {
      tripped.push({ reason: 'breaker', value: breaker.losses, limit: breaker.losses })
      desk.paused_until = seen.time + breaker.pause
      // The next pause takes as many losses again.
      desk.losses = []
    }
  }
  return tripped
}

/**
 * Lets go of latch and breaker. From here on drawdown is measured from the highest equity since: a
 * reset far below the portfolio's peak lets trade again, and the latch holds once more when the
 * limit is lost anew.
 */
export function reset(desk: Desk): void {
  desk.is_latched = false
  desk.paused_until = null
  desk.losses = []
  if (desk.equity === null) return
  desk.peak = desk.equity
  desk.drawdown = drawdownFrom(desk.peak, desk.equity)
}

/** Losing round trips in a row that ended within `within` of now. */
export function recentLosses(losses: readonly Micros[], now: Micros, within: number): number {
  return losses.filter((time) => now - time <= within).length
}

/** Without anything to lose, all is lost. */
function drawdownFrom(peak: Decimal, equity: Decimal): number {
  return peak.gt(0) ? peak.minus(equity).div(peak).toNumber() : 1
}
