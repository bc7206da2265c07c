// A checked block to one function of a record and a key's state: stateful calls are hoisted out of
// the expressions and updated for every record, then the entries are computed and put into one
// object together with carried fields.
import { nullable, type RecordField, type Value } from '../../schemas/type.ts'
import { emitBlock } from './emit-block.ts'
import type { Block } from './expression.ts'
import type { Fault } from './faults.ts'
import { waitsOf, type WarmUp } from './readiness.ts'

export interface CompiledBlock {
  /** Doubles of state per key. */
  readonly size: number
  /** The state of a key before its first record. */
  readonly start: () => number[]
  /**
   * Updates the state with a record and returns the fields carried, then the entries in the order
   * declared. Undefined while an entry is not ready, unless `warmUp` is `emit`: then such an entry
   * is null.
   *
   * Returns the first fault where a value is not finite, or depends on state and cannot be
   * converted. State then holds what the record brought: a stateful function sees every record
   * whose own arguments are sound and skips the others, so no fault is met twice. Throws
   * `NotConvertible`, with the state as it was before the record, where the record alone is at
   * fault.
   */
  readonly evaluate: (record: Value, state: number[]) => Value | undefined | Fault
}

export interface BlockCompilation {
  /** Fields of the input that go on. */
  readonly carry: readonly string[]
  readonly warmUp?: WarmUp | undefined
}

export function compileBlock(block: Block, options: BlockCompilation): CompiledBlock {
  const { carry, warmUp = 'hold' } = options
  const { layouts, size, evaluate } = emitBlock(block, carry, warmUp)
  return {
    size,
    evaluate,
    start: () => {
      const state = doubles(size)
      for (const { kernel, at } of layouts) kernel.start?.(state, at)
      return state
    },
  }
}

/**
 * Zeros in an array that V8 keeps as unboxed doubles from the start. Filled with the integer 0 it
 * would change its kind at the first fraction, and `evaluate` would meet arrays of several kinds.
 */
function doubles(size: number): number[] {
  const state: number[] = []
  for (let at = 0; at < size; at += 1) state.push(0.5)
  return state.fill(0)
}

/**
 * The fields that a block adds, in the order declared; those that wait are nullable with warm-up
 * `emit`.
 */
export function blockFields(
  block: Block,
  options: { readonly warmUp?: WarmUp | undefined } = {},
): readonly RecordField[] {
  const waiting = new Set<string>()
  const types = new Map<string, RecordField['type']>()
  for (const { name, expression } of block.entries) {
    const { calls, siblings } = waitsOf(expression, expression.ast, 'emit')
    const waits = [...calls].some(({ lookback }) => lookback > 0)
    if (waits || [...siblings].some((sibling) => waiting.has(sibling))) waiting.add(name)
    const mayBeNull = options.warmUp === 'emit' && waiting.has(name)
    types.set(name, mayBeNull ? nullable(expression.type) : expression.type)
  }
  return block.names.flatMap((name) => {
    const type = types.get(name)
    return type ? [{ name, type }] : []
  })
}
