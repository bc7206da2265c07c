// What a run comes to that nobody disturbs: by the reference interpreter, and by one run of the
// engine on an embedded log of its own. What a killed run has left is held against both.
import { openEmbeddedLog } from '../../connectors/embedded/embedded-log.ts'
import { operators } from '../../operators/index.ts'
import type { RunResult } from '../../runtime/reference/history.ts'
import { runReference } from '../../runtime/reference/interpreter.ts'
import { runHistory } from '../../runtime/run-history.ts'
import type { Plan } from '../../topology/plan.ts'
import { firstDifference } from '../simulation/compare.ts'
import { inputsOf, type Slice } from './history.ts'

/** `folder` is for its log. @throws if the engine and the reference interpreter differ. */
export async function runUndisturbed(
  plan: Plan,
  slices: readonly Slice[],
  folder: string,
): Promise<RunResult> {
  const inputs = inputsOf(slices)
  const expected = runReference({ plan, operators, inputs })
  const log = await openEmbeddedLog(folder, { mode: 'write' })
  try {
    const found = await runHistory({ plan, operators, inputs, log })
    hold(plan, expected, found, 'the undisturbed run')
  } finally {
    await log.close()
  }
  return expected
}

/** What a run prints with --json, as far as it is looked at. */
interface Summary {
  readonly idleSkips: number
  readonly deadLetters: number
  readonly topics: Readonly<Record<string, { readonly digest: string }>>
}

/** `summary` is what the last run printed. @throws with the first difference. */
export function holdResults(
  plan: Plan,
  expected: RunResult,
  { found, summary }: { readonly found: RunResult; readonly summary: string },
): void {
  hold(plan, expected, found, 'the disturbed run')
  const { idleSkips, deadLetters, topics } = JSON.parse(summary) as Summary
  // Whether an end that a killed run has written comes before what is fed later is chance; that it
  // changes nothing is what is held above. No topic here says that it may be idle.
  if (idleSkips !== 0) throw new Error(`${idleSkips} times a silent topic was passed over`)
  if (deadLetters !== expected.deadLetters.length) {
    throw new Error(`${deadLetters} dead letters instead of ${expected.deadLetters.length}`)
  }
  for (const [name, digest] of expected.digests) {
    if (topics[name]?.digest !== digest.toString()) {
      throw new Error(`the last run printed another digest of ${name}`)
    }
  }
}

function hold(plan: Plan, expected: RunResult, found: RunResult, which: string): void {
  const difference = firstDifference(plan, expected, found)
  if (difference !== undefined) throw new Error(`${which} differs: ${difference}`)
}
