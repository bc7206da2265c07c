// What a step is made from, and how it reaches its stores: by the names and kinds under which its
// type declares them.
import type { Binding } from '../operators/operator.ts'
import type { PlannedStep } from '../topology/plan.ts'
import type { StoreKind } from '../topology/signature.ts'

type StoreAccess = Pick<Binding<unknown>, 'store' | 'map' | 'window'>

/** `storeOf` gives the store of a name as its kind's contract has it. */
export function bindingOf(
  topology: string,
  planned: PlannedStep,
  storeOf: (name: string) => unknown,
): Binding<unknown> {
  const { id, config, input, inputs, type } = planned
  const streams = new Map(inputs.map((each) => [each.stream, each.type]))
  return { topology, id, config, input, streams, type, ...storeAccess(planned, storeOf) }
}

export function storeAccess(
  { id, type }: Pick<PlannedStep, 'id' | 'type'>,
  storeOf: (name: string) => unknown,
): StoreAccess {
  const find = (name: string, kind: StoreKind): never => {
    const declared = type.stores[name]
    if (declared === undefined) throw new Error(`step ${id} declares no store ${name}`)
    const { kind: actual = 'value' } = declared
    if (actual !== kind) throw new Error(`store ${name} of step ${id} is a ${actual}, no ${kind}`)
    return storeOf(name) as never
  }
  return {
    store: (name) => find(name, 'value'),
    map: (name) => find(name, 'map'),
    window: (name) => find(name, 'window'),
  }
}
