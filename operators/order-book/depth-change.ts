// A record of a depth stream as the book takes it, and whether it follows what came before.
import type { Value } from '../../schemas/type.ts'
import type { Micros } from '../operator.ts'
import type { Level } from './book-side.ts'

export interface DepthChange {
  readonly isSnapshot: boolean
  /** First and last update id that it covers. */
  readonly first: number
  readonly last: number
  /** Last update id of the change before, where the venue says it. */
  readonly previous: number | null
  readonly time: Micros
  readonly bids: readonly Level[]
  readonly asks: readonly Level[]
}

/** Of the fields that `depthProblem` has found sound. */
export function readDepth(value: Value, time: Micros): DepthChange {
  return {
    isSnapshot: value.snapshot as boolean,
    first: value.first_update as number,
    last: value.last_update as number,
    previous: value.previous_update as number | null,
    time,
    bids: value.bids as readonly Level[],
    asks: value.asks as readonly Level[],
  }
}

/** Sums and means of a few numbers that are smaller are finite. */
const TOO_LARGE = 1e150

/** Why a change cannot be part of any book; undefined if it can. */
export function changeProblem(change: DepthChange): string | undefined {
  const { first, last, previous, bids, asks } = change
  if (first > last) return 'its first update id is after its last'
  if (previous !== null && previous >= last) return 'its previous update id is not before its last'
  for (const levels of [bids, asks]) {
    for (const { price, size } of levels) {
      if (!(size >= 0 && size < TOO_LARGE)) return 'a size is negative or no usable number'
      if (!(Math.abs(price) < TOO_LARGE)) return 'a price is no usable number'
    }
  }
  return undefined
}

/** How far a book has come. */
export interface Reached {
  readonly lastUpdate: number
  /** It is as a snapshot gave it, so the next change may reach back behind it. */
  readonly isSnapshot: boolean
}

/**
 * Whether nothing is missing between what has been reached and a change that goes beyond it.
 *
 * Binance says it in "How to manage a local order book correctly", with U, u and pu for the first,
 * last and previous update id, in two ways. USD-M futures (developers.binance.com, USDS-margined
 * futures, websocket market streams): the first change after a snapshot has U <= lastUpdateId <= u,
 * and each one after it has pu equal to the u before it; ids between pu and U belong to other
 * symbols, so a snapshot may also lie there. Spot (github.com/binance/binance-spot-api-docs,
 * web-socket-streams.md): a change with U > the book's update id + 1 leaves a gap.
 */
export function follows(
  { first, previous }: Pick<DepthChange, 'first' | 'previous'>,
  { lastUpdate, isSnapshot }: Reached,
): boolean {
  if (previous === null) return first <= lastUpdate + 1
  return isSnapshot ? previous <= lastUpdate : previous === lastUpdate
}
