// The newest dead letters, page by page towards the oldest. A page reads no more than so many rows,
// however few of them are wanted.
import type { Bounds, Log } from '../../connectors/connector.ts'
import type { DeadLetterRecord } from '../dead-letter.ts'
import { letterBounds, lettersWithin, type StoredLetter } from './stored-letters.ts'

export interface LettersAsked {
  /** By partition, where the page after this one began; undefined: from the newest on. */
  readonly before: readonly number[] | undefined
  readonly limit: number
  readonly isWanted: (letter: DeadLetterRecord) => boolean
}

export interface LetterPage {
  /** The newest last, as tasks came to know them; of one partition in the order of the log. */
  readonly letters: readonly StoredLetter[]
  /** `before` of the next page; undefined: there are no older ones. */
  readonly older: readonly number[] | undefined
}

/** Of all partitions together, and at one time. */
const MOST_READ = 20_000
const READ_AT_ONCE = 1_000

export async function newestLetters(
  log: Log,
  topology: string,
  asked: LettersAsked,
): Promise<LetterPage> {
  const all = await letterBounds(log, topology)
  const parts = await Promise.all(
    all.map((bounds, at) => {
      const end = Math.min(asked.before?.[at] ?? bounds.stable, bounds.stable)
      return readBack(log, { ...bounds, stable: end }, asked, MOST_READ / all.length)
    }),
  )
  const letters = parts
    .flatMap(({ found }) => found)
    .toSorted((a, b) => a.clock - b.clock)
    .slice(-asked.limit)
  const taken = new Set(letters)
  const older = parts.map(({ found, end, from }) => {
    if (found.every((each) => taken.has(each))) return from
    return found.find((each) => taken.has(each))?.offset ?? end
  })
  const isAll = older.every((offset, at) => offset <= (all[at]?.first ?? 0))
  return { letters: letters.map(({ stored }) => stored), older: isAll ? undefined : older }
}

interface Found {
  readonly stored: StoredLetter
  readonly offset: number
  /** The greatest instant of the partition so far, so that sorting keeps its order. */
  readonly clock: number
}

interface Part {
  readonly found: readonly Found[]
  /** What was looked through: from here up to the end. */
  readonly from: number
  readonly end: number
}

async function readBack(
  log: Log,
  bounds: Bounds,
  { limit, isWanted }: LettersAsked,
  most: number,
): Promise<Part> {
  const { first, stable: end } = bounds
  const portions: StoredLetter[][] = []
  let count = 0
  let from = end
  while (from > first && count < limit && end - from < most) {
    const start = Math.max(first, from - READ_AT_ONCE)
    const portion: StoredLetter[] = []
    for await (const each of lettersWithin(log, { ...bounds, first: start, stable: from })) {
      if (isWanted(each.letter)) portion.push(each)
    }
    portions.push(portion)
    count += portion.length
    from = start
  }
  let clock = Number.NEGATIVE_INFINITY
  const found = portions
    .toReversed()
    .flat()
    .map((stored): Found => {
      clock = Math.max(clock, stored.letter.available ?? clock)
      return { stored, offset: Number(stored.number.split(':')[1]), clock }
    })
  return { found, from, end }
}
