// The store behind a block of expressions with stateful functions: one array of doubles per key.
import { DOUBLE, type Value } from '../schemas/type.ts'
import type { CompiledBlock } from '../topology/expression/block.ts'
import type { Block } from '../topology/expression/expression.ts'
import { inferredRecord } from '../topology/inferred-record.ts'
import type { StoreType } from '../topology/signature.ts'
import type { Store } from './operator.ts'

/** The doubles of all stateful functions of a step, for one key; laid out by the compiled block. */
export interface BlockState {
  readonly doubles: number[]
}

export function blockStore(step: string, key: readonly string[]): StoreType {
  const doubles = { name: 'doubles', type: { kind: 'list', items: DOUBLE } } as const
  return { key, entry: inferredRecord(`${step}-state`, [doubles]) }
}

/** Records of a key that a block must see before every one of its values is ready. */
export function blockLookback(block: Block): number {
  return block.entries.reduce((most, { expression }) => Math.max(most, expression.lookback), 0)
}

/** Evaluates a block over the state of a record's key. A record that throws starts no state. */
export function evaluateStored(
  { start, evaluate }: CompiledBlock,
  states: Store<BlockState>,
): (key: string, value: Value) => ReturnType<CompiledBlock['evaluate']> {
  const startState = (): BlockState => ({ doubles: start() })
  return (key, value) => {
    if (states.get(key) !== undefined) {
      return evaluate(value, states.edit(key, startState).doubles)
    }
    const first = startState()
    const result = evaluate(value, first.doubles)
    states.edit(key, () => first)
    return result
  }
}
