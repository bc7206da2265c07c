// Tells a price that jumped by mistake from a market that moved: the first stands alone, of the
// second the next prices say the same.

export interface Level {
  /** The last sound price; null before the first. */
  level: number | null
  /** The last price in a row that jumped. */
  suspect: number | null
  /** How many there are in that row, each near the one before it. */
  suspects: number
}

export interface LevelRule {
  /** How far from another a price may be, as a part of that other: 0.1 is 10 %. */
  readonly limit: number
  /** At which price of a row the new level is taken for sound. */
  readonly recover: number
}

/** What a price that jumped makes of the row of such prices, and how far it jumped. */
export interface Jump {
  readonly suspect: number
  readonly suspects: number
  readonly move: number
}

/**
 * Undefined for a price that is sound; the first of all is, for there is nothing to hold it to.
 */
export function judgePrice(
  { level, suspect, suspects }: Readonly<Level>,
  price: number,
  { limit, recover }: LevelRule,
): Jump | undefined {
  if (level === null) return undefined
  const move = distance(level, price)
  if (move <= limit) return undefined
  const agrees = suspect !== null && distance(suspect, price) <= limit
  const row = agrees ? suspects + 1 : 1
  return row >= recover ? undefined : { suspect: price, suspects: row, move }
}

/** Takes in a price as it was judged. */
export function moveLevel(level: Level, price: number, jump: Jump | undefined): void {
  if (jump === undefined) level.level = price
  level.suspect = jump?.suspect ?? null
  level.suspects = jump?.suspects ?? 0
}

/** As a part of `from`; infinite from 0 to anything else. */
function distance(from: number, to: number): number {
  return from === to ? 0 : Math.abs(to - from) / Math.abs(from)
}
