// Parameters that many functions have, and how kernels read their constants.
import type { Constant, Parameter } from '../../topology/expression/function.ts'

/** The longest window: its state is as many doubles per key, 8 MB. */
const LONGEST = 100_000

export function series(name: string, summary: string): Parameter {
  return { name, summary, takes: 'series', kinds: ['number'] }
}

export const x: Parameter = series('x', 'The value.')

/** A count of records; `least` is the fewest that give the formula a meaning. */
export function period(summary: string, { name = 'n', least = 1 } = {}): Parameter {
  return {
    name,
    summary,
    takes: 'constant',
    kinds: ['number'],
    integer: true,
    min: least,
    max: LONGEST,
  }
}

/** The constant at `index`, which the check has made sure is a number. */
export function numberAt(constants: readonly Constant[], index: number): number {
  const constant = constants[index]
  if (typeof constant === 'number') return constant
  throw new TypeError(`constant ${index} is ${String(constant)}, not a number`)
}
