import { expect, test } from 'vitest'
import { Decimal } from '../../schemas/decimal.ts'
import { kellyFraction, NO_TRIPS, withTrip } from './kelly.ts'

const COIN = { win: 0.5, payoff: 1, weight: 10 }
const EDGE = { win: 0.6, payoff: 1, weight: 10 }

function of(trips: string, prior = EDGE): number {
  const gains = trips.split(' ').filter((gain) => gain !== '')
  const all = gains.reduce((sum, gain) => withTrip(sum, new Decimal(gain)), NO_TRIPS)
  return kellyFraction(all, prior)
}

// Ten trips weigh as much as the prior's ten.
test.each([
  ['no trips: the prior alone', '', EDGE, 0.6 - 0.4],
  ['no trips and a fair coin: no edge', '', COIN, 0],
  ['a fair coin that pays three to one', '', { ...COIN, payoff: 3 }, 0.5 - 0.5 / 3],
  ['winners alone move the chance, not the payoff', '5 5 5 5 5 5 5 5 5 5', EDGE, 0.8 - 0.2],
  ['losers alone too', '-1 -1 -1 -1 -1 -1 -1 -1 -1 -1', EDGE, 0.3 - 0.7],
  ['as many of both, winning twice what is lost', '2 2 2 2 2 -1 -1 -1 -1 -1', COIN, 0.5 - 0.375],
  ['a break-even trip is a loss of nothing', '0 0 0 0 0 0 0 0 0 0', COIN, 0.25 - 0.75],
])('%s', (_, trips, prior, wanted) => {
  expect(of(trips, prior)).toBeCloseTo(wanted, 12)
})

test('a tiny loss among large wins does not make the payoff endless', () => {
  const wins = Array.from({ length: 9 }, () => '100').join(' ')
  // The chance to win is 0.75; a loss costs half of what the prior alone says.
  expect(of(`${wins} -0.001`)).toBeCloseTo(0.75 - 0.25 * 0.5, 5)
})

test('what is staked never exceeds the chance to win', () => {
  expect(of('1000000 -0.000001')).toBeLessThan(1)
})
