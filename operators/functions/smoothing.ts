// One step of an average that forgets, as EMA and Wilder's averages do: it moves towards the value
// by a share of the distance. It stays between the two, whatever they are.

export function smooth(average: number, value: number, share: number): number {
  const next = average + share * (value - average)
  // The distance between two huge values of unlike sign overflows; their weighted mean does not.
  return Number.isFinite(next) ? next : average * (1 - share) + value * share
}

/**
 * The share of the `seen`-th value in an average that starts as a plain mean, as TA-Lib's do:
 * 1 / seen gives the running mean of the first `period` values, `share` holds from then on.
 */
export function shareOf(seen: number, period: number, share: number): number {
  return seen <= period ? 1 / seen : share
}
