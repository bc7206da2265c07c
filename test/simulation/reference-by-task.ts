// What every task gives out by the reference interpreter, task by task: its result puts them all
// together. And where the reference stops, if a record meets a fate of `fail`.
import type { Operator } from '../../operators/operator.ts'
import { runReference } from '../../runtime/reference/interpreter.ts'
import type { RunResult } from '../../runtime/reference/history.ts'
import { RecordFailed } from '../../runtime/reference/ledger.ts'
import type { Fate } from '../../topology/declaration.ts'
import type { Plan } from '../../topology/plan.ts'
import { streamId } from '../../topology/streams.ts'
import type { Histories } from './generate-history.ts'
import { simulatedOperators } from './operators.ts'

/** `task stream`, such as `0_3 fast`. */
export type RowsByTask = ReadonlyMap<string, readonly object[]>

/** The plan whose tasks go on where those of this one stop. */
export function withoutFail(plan: Plan): Plan {
  const passing = <T extends Readonly<Record<string, Fate>>>(fates: T): T => {
    const entries = Object.entries(fates).map(([kind, fate]) => [
      kind,
      fate === 'fail' ? 'skip' : fate,
    ])
    return Object.fromEntries(entries) as T
  }
  const steps = plan.steps.map((step) => ({ ...step, fates: passing(step.fates) }))
  return { ...plan, fates: passing(plan.fates), steps }
}

/** @throws RecordFailed as the reference interpreter does. */
export function runByTask(
  plan: Plan,
  inputs: Histories,
): { readonly result: RunResult; readonly rows: RowsByTask } {
  const rows = new Map<string, object[]>()
  const watch = watchTasks(plan)
  const result = runReference({
    plan,
    operators: watch.operators,
    inputs,
    capture: '*',
    trace: (event) => {
      if (event.kind !== 'emitted') return
      const { step, output, time, value } = event
      const name = `${watch.current()} ${streamId(step, output)}`
      const own = rows.get(name)
      if (own) own.push({ time, value })
      else rows.set(name, [{ time, value }])
    },
  })
  return { result, rows }
}

/** The record that fails, and in which task; undefined: none does. */
export function findFailure(
  plan: Plan,
  inputs: Histories,
): { readonly task: string; readonly failed: RecordFailed } | undefined {
  const { operators, stopped } = watchTasks(plan)
  try {
    runReference({ plan, operators, inputs, capture: '*' })
    return undefined
  } catch (error) {
    if (!(error instanceof RecordFailed)) throw error
    const task = stopped()
    if (task === undefined) throw new Error('the reference stops before its first task')
    return { task, failed: error }
  }
}

/** Tasks run one after the other, in the order of the plan; each begins by making its steps. */
function watchTasks(plan: Plan) {
  const tasks = plan.subTopologies.flatMap(({ id, partitions }) =>
    Array.from({ length: partitions }, (_, partition) => `${id}_${partition}`),
  )
  const firsts = new Set(plan.subTopologies.map(({ steps }) => steps[0]))
  let begun = 0
  const watch = (operator: Operator): Operator => ({
    ...operator,
    step: (binding) => {
      if (firsts.has(binding.id)) begun += 1
      return operator.step(binding)
    },
  })
  return {
    operators: new Map([...simulatedOperators].map(([name, each]) => [name, watch(each)])),
    /** The task in hand. */
    current: () => tasks[begun - 1],
    /** The task in hand of a reference that stopped: it has run twice, up to the same task. */
    stopped: () => tasks[begun / 2 - 1],
  }
}
