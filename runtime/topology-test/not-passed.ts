// What did not pass in a test, and why: where a record is missing, this often says where it stayed.
import type { FateKind } from '../../topology/declaration.ts'
import type { DeadLetter, RunResult } from '../reference/history.ts'

export interface NotPassed {
  /** Or the input topic that it could not be read from. */
  readonly step: string
  readonly what: 'held' | FateKind
  readonly records: number
  /** Undefined where a fate of `skip` keeps none. */
  readonly reason: string | undefined
}

/** In the order of `names`; of each what it holds, and then its fates, by reason. */
export function notPassed(
  { steps, deadLetters }: Pick<RunResult, 'steps' | 'deadLetters'>,
  names: readonly string[],
): readonly NotPassed[] {
  return names.flatMap((step) => {
    const counts = steps.get(step)
    if (counts === undefined) return []
    const fates = Object.entries(counts.fates).toSorted() as [FateKind, number][]
    return [
      ...byReason(step, 'held', counts.held),
      ...fates.flatMap(([what, records]) => {
        const letters = deadLetters.filter((each) => each.step === step && each.fate === what)
        const rest = records - letters.length
        const silent = { step, what, records: rest, reason: undefined }
        return [...byReason(step, what, reasonsOf(letters)), ...(rest > 0 ? [silent] : [])]
      }),
    ]
  })
}

function reasonsOf(letters: readonly DeadLetter[]): ReadonlyMap<string, number> {
  const reasons = new Map<string, number>()
  for (const { reason } of letters) reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
  return reasons
}

function byReason(
  step: string,
  what: NotPassed['what'],
  counts: ReadonlyMap<string, number>,
): readonly NotPassed[] {
  const sorted = [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1))
  return sorted.map(([reason, records]) => ({ step, what, records, reason }))
}
