// What `explain --against LOG` says in words: which steps go on with their state, and what keeps
// the topology from running there.
import type { LogComparison, StepVerdict } from '../../runtime/compare-with-log.ts'

const MEANING: Readonly<Record<StepVerdict, string>> = {
  kept: 'goes on with its state',
  rebuilt: 'begins without state: its config or its state has another meaning than there',
  new: 'is new there, and begins without state',
  stateless: 'has no state',
}

export function comparisonText(comparison: LogComparison): string {
  const { log, committed, tasks, steps, gone, incompatible } = comparison
  const width = Math.max(0, ...[...steps.map(({ step }) => step), ...gone].map((id) => id.length))
  const verdict = Math.max(...Object.keys(MEANING).map((each) => each.length))
  const line = (step: string, word: string, meaning: string): string =>
    `  ${step.padEnd(width)}  ${word.padEnd(verdict)}  ${meaning}`
  const lines = [
    '',
    `against ${log}: ${committed} of ${tasks} tasks have committed there`,
    ...steps.map((each) => line(each.step, each.verdict, MEANING[each.verdict])),
    ...gone.map((step) => line(step, 'gone', 'ran there; its state goes with the next commit')),
    ...incompatible.map((problem) => `  incompatible: ${problem}`),
  ]
  return `${lines.join('\n')}\n`
}
