// The topic that commands are given on: the one input whose records are trading/Control.
import type { Plan, PlannedTopic } from '../../topology/plan.ts'
import { FileProblem } from '../load-topology.ts'

const CONTROL = 'trading.Control'

/** Undefined where there is none, or more than one. */
export function findControlTopic({ topics }: Plan): PlannedTopic | undefined {
  const inputs = [...topics.values()].filter(
    ({ record, isInput }) => isInput && record.name === CONTROL,
  )
  return inputs.length === 1 ? inputs[0] : undefined
}

/** @throws FileProblem where there is not exactly one. */
export function controlTopic({ topology, topics }: Plan): PlannedTopic {
  const all = [...topics.values()].filter(({ record }) => record.name === CONTROL)
  const [found, other] = all.filter(({ isInput }) => isInput)
  if (found !== undefined && other === undefined) return found
  if (found !== undefined && other !== undefined) {
    throw new FileProblem(
      `"${topology}" has several control topics, "${found.name}" and "${other.name}"; ` +
        'let all its steps read one',
    )
  }
  const [written] = all
  throw new FileProblem(
    written === undefined
      ? `"${topology}" has no control topic; declare one with \`schema: trading/Control, ` +
          'key: account, time: time, table: latest, copies: all`, and name it in risk-gate'
      : `"${topology}" writes its control topic "${written.name}" itself, so it takes no ` +
          'commands; declare one that no step writes',
  )
}
