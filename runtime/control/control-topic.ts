// The topic that commands are given on: the one input whose records are trading/Control.
import type { Plan, PlannedTopic } from '../../topology/plan.ts'

const CONTROL = 'trading.Control'

/** The topic, or why no command can be given. */
export type FoundControl =
  | { readonly topic: PlannedTopic; readonly problem?: undefined }
  | { readonly topic?: undefined; readonly problem: string }

export function findControlTopic({ topology, topics }: Plan): FoundControl {
  const all = [...topics.values()].filter(({ record }) => record.name === CONTROL)
  const [found, other] = all.filter(({ isInput }) => isInput)
  if (found !== undefined && other === undefined) return { topic: found }
  if (found !== undefined && other !== undefined) {
    const problem =
      `"${topology}" has several control topics, "${found.name}" and "${other.name}"; ` +
      'let all its steps read one'
    return { problem }
  }
  const [written] = all
  const problem =
    written === undefined
      ? `"${topology}" has no control topic; declare one with \`schema: trading/Control, ` +
        'key: account, time: time, table: latest, copies: all`, and name it in risk-gate'
      : `"${topology}" writes its control topic "${written.name}" itself, so it takes no ` +
        'commands; declare one that no step writes'
  return { problem }
}
