// The value n records ago: a ring of the last n values.
import type { Kernel } from '../../topology/expression/function.ts'
import { read } from './slot.ts'

const NEXT = 0
const IS_FULL = 1
const HEADER = 2

/** Gives `result` of the value and the one `n` records before, NaN for the first n records. */
export function delayKernel(n: number, result: (x: number, before: number) => number): Kernel {
  return {
    header: HEADER,
    ring: n,
    width: 1,
    update: (state, at, _results, x) => {
      const next = read(state, at + NEXT)
      const row = at + HEADER + next
      const before = read(state, row)
      const isReady = read(state, at + IS_FULL) === 1
      state[row] = x
      state[at + NEXT] = next + 1 === n ? 0 : next + 1
      if (next + 1 === n) state[at + IS_FULL] = 1
      return isReady ? result(x, before) : NaN
    },
  }
}
