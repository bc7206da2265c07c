// The previous values of two series, to see where one rises above the other.
import type { Kernel } from '../../topology/expression/function.ts'
import { read } from './slot.ts'

const SEEN = 0
const RISING = 1
const OTHER = 2

/** 1 where `rising` was not above `other` and now is, 0 elsewhere, NaN for the first record. */
function takeIn(state: number[], at: number, rising: number, other: number): number {
  const isReady = read(state, at + SEEN) === 1
  const wasAbove = read(state, at + RISING) > read(state, at + OTHER)
  state[at + SEEN] = 1
  state[at + RISING] = rising
  state[at + OTHER] = other
  if (!isReady) return NaN
  return !wasAbove && rising > other ? 1 : 0
}

export function crossingKernel(rising: 'a' | 'b'): Kernel {
  return {
    header: 3,
    ring: 0,
    width: 0,
    update:
      rising === 'a'
        ? (state, at, _results, a, b) => takeIn(state, at, a, b)
        : (state, at, _results, a, b) => takeIn(state, at, b, a),
  }
}
