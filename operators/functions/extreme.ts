// The greatest of the last n values: mostly O(1) a record, O((log n)^2) where it leaves them.
// Beside each value the ring keeps the greatest of a run of values that ends with it, as a Fenwick
// tree does. Such a run lies within one round of the ring, so a record writes its own row alone.
import type { Kernel } from '../../topology/expression/function.ts'
import { read } from './slot.ts'

const NEXT = 0
const IS_FULL = 1
const GREATEST = 2
const HEADER = 3
const WIDTH = 2

/** `sign` 1 gives the greatest, -1 the least. */
export function extremeKernel(n: number, sign: 1 | -1): Kernel {
  return {
    header: HEADER,
    ring: n,
    width: WIDTH,
    update: (state, at, _results, x) => {
      const value = sign * x
      const position = read(state, at + NEXT) + 1
      const row = at + HEADER + (position - 1) * WIDTH
      const oldest = read(state, row)
      state[row] = value
      state[row + 1] = greatestOfRun(state, row, position)
      const wasFull = read(state, at + IS_FULL) === 1
      const before = read(state, at + GREATEST)
      const isFirst = !wasFull && position === 1
      if (isFirst || value >= before) state[at + GREATEST] = value
      else if (wasFull && oldest === before) state[at + GREATEST] = greatest(state, at, position, n)
      state[at + NEXT] = position === n ? 0 : position
      if (position === n) state[at + IS_FULL] = 1
      return wasFull || position === n ? sign * read(state, at + GREATEST) : NaN
    },
  }
}

/** Values in the run that ends at `position`, counted from 1: its lowest set bit. */
function runAt(position: number): number {
  return position & -position
}

function greatestOfRun(state: readonly number[], row: number, position: number): number {
  let found = read(state, row)
  for (let back = 1; back < runAt(position); back *= 2) {
    found = Math.max(found, read(state, row - back * WIDTH + 1))
  }
  return found
}

function greatest(state: readonly number[], at: number, newest: number, n: number): number {
  const rows = at + HEADER - WIDTH
  let found = -Infinity
  for (let position = newest; position > 0; position -= runAt(position)) {
    found = Math.max(found, read(state, rows + position * WIDTH + 1))
  }
  // The rest is from the round before; a run counts only if it starts behind the newest value.
  for (let position = n; position > newest;) {
    const isWhole = position - runAt(position) >= newest
    found = Math.max(found, read(state, rows + position * WIDTH + (isWhole ? 1 : 0)))
    position -= isWhole ? runAt(position) : 1
  }
  return found
}
