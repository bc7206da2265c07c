// What a function of the expression language is: pure ones live in ./functions, stateful ones (a
// kernel over the records of one key) are given by the catalogue, because indicators are operators'
// work.
import type { Type } from '../../schemas/type.ts'

/**
 * One parameter. `series` is evaluated per record; `constant` must be a literal or parameter,
 * known at check time.
 */
export interface Parameter {
  readonly name: string
  readonly summary: string
  readonly takes: 'series' | 'constant'
  /** Types accepted, by kind; `number` means int, long, float or double. */
  readonly kinds: readonly (Type['kind'] | 'number')[]
  readonly optional?: boolean
  /** Of a constant: what it must satisfy. */
  readonly integer?: boolean
  readonly min?: number
  readonly max?: number
  readonly words?: readonly string[]
}

/**
 * A constant argument as a kernel receives it: number (durations in microseconds) or word;
 * undefined if left out.
 */
export type Constant = number | string | undefined

/**
 * The incremental arithmetic of a stateful function. Its state is a stretch of doubles, `header +
 * ring * width` long, inside one array that all functions of a step share per key: plain data,
 * saved and restored bit for bit.
 *
 * Layout: `header` slots that any update may change; then `ring` rows of `width` doubles. A kernel
 * with a ring keeps the row that it will write next in header slot 0, and writes only that row. So
 * an update can be undone by putting back the header and one row (a step that fails on a record
 * leaves its state as it was).
 */
export interface Kernel {
  readonly header: number
  readonly ring: number
  readonly width: number
  /**
   * Puts the initial state at `state[at]...`; the slots hold 0 before. Left out: zeros are the
   * initial state.
   */
  readonly start?: (state: number[], at: number) => void
  /**
   * Takes the next finite values and returns the function's value, NaN until it is ready (after
   * `lookback` records). A boolean is 0 or 1. A function with several results puts result i at
   * `results[i]` and returns the first.
   */
  readonly update: (
    state: number[],
    at: number,
    results: number[],
    x: number,
    y: number,
    z: number,
  ) => number
}

export interface StatefulFunction {
  readonly name: string
  /** One sentence. */
  readonly summary: string
  /** At most three series, first; then constants. */
  readonly parameters: readonly Parameter[]
  /**
   * The type of its value; a record (of doubles) for several results, in the order of the kernel's
   * results.
   */
  readonly result: (series: readonly Type[]) => Type
  /** Records of its key that it must have seen before the first one it gives a value for. */
  readonly lookback: (constants: readonly Constant[]) => number
  /** A sentence for `constants` that cannot go together (such as fast >= slow), or undefined. */
  readonly refuse?: (constants: readonly Constant[]) => string | undefined
  readonly kernel: (constants: readonly Constant[]) => Kernel
  /** Where the formula comes from. */
  readonly source: string
  /** An expression that uses it. */
  readonly example: string
}

export interface PureFunction {
  readonly name: string
  readonly summary: string
  readonly parameters: readonly Parameter[]
  /** Whether the last parameter may be repeated. */
  readonly variadic?: boolean
  /**
   * Its series must be of like types, as those of `min`; a number literal beside decimals is a
   * decimal.
   */
  readonly alike?: boolean
  /** A sentence for arguments of accepted kinds that still do not fit, or undefined. */
  readonly refuse?: (arguments_: readonly Type[]) => string | undefined
  /** The type of its value; `constants` are its constant arguments in their order. */
  readonly result: (arguments_: readonly Type[], constants: readonly Constant[]) => Type
  /** JavaScript for the call, given JavaScript for its arguments: `Math.abs(${a})`. */
  readonly emit: (arguments_: readonly string[], types: readonly Type[]) => string
  /** What the emitted JavaScript names besides its arguments and JavaScript's own globals. */
  readonly uses?: Readonly<Record<string, unknown>>
  readonly example: string
}
