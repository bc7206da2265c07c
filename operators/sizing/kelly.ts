// Kelly's fraction: which share of the money to stake on a bet of which wins and losses are known.
import { Decimal } from '../../schemas/decimal.ts'

/** Round trips that have ended, with what was won and lost in all. */
export interface Trips {
  wins: number
  losses: number
  won: Decimal
  /** Above 0. */
  lost: Decimal
}

/** What is believed before anything is known, as if `weight` round trips had shown it. */
export interface Prior {
  /** Share of winners, 0 to 1. */
  readonly win: number
  /** Average win over average loss. */
  readonly payoff: number
  readonly weight: number
}

const NONE = new Decimal(0)

export const NO_TRIPS: Trips = { wins: 0, losses: 0, won: NONE, lost: NONE }

/** A round trip that gains nothing counts as a loss of nothing. */
export function withTrip({ wins, losses, won, lost }: Trips, gain: Decimal): Trips {
  return gain.gt(0)
    ? { wins: wins + 1, losses, won: won.plus(gain), lost }
    : { wins, losses: losses + 1, won, lost: lost.minus(gain) }
}

/**
 * f* = p - (1 - p) / b, of J. L. Kelly, "A New Interpretation of Information Rate", Bell System
 * Technical Journal 35 (1956), in the form of E. O. Thorp, "The Kelly Criterion in Blackjack,
 * Sports Betting and the Stock Market" (1997), section 2: p is the chance to win, b the average win
 * over the average loss. Below 0 there is no edge.
 *
 * Both are mixed with the prior by number of round trips. Of the payoff its inverse is mixed, the
 * loss per win, because f* is linear in it: one tiny loss among large wins then says little. It is
 * the prior's alone until both a win and a loss are known.
 */
export function kellyFraction({ wins, losses, won, lost }: Trips, prior: Prior): number {
  const count = wins + losses
  const all = count + prior.weight
  const win = (wins + prior.win * prior.weight) / all
  if (wins === 0 || lost.isZero()) return win - (1 - win) / prior.payoff
  const lossPerWin = lost.div(losses).div(won.div(wins)).toNumber()
  return win - (1 - win) * ((count * lossPerWin + prior.weight / prior.payoff) / all)
}
