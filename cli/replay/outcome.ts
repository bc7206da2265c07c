// What a replay came to, whichever engine ran it: counts at hand, records and dead letters read in
// portions while they are written.
import type { Digest } from '../../schemas/digest.ts'
import type {
  DeadLetter,
  OutputRecord,
  RunResult,
  StepCounts,
} from '../../runtime/reference/history.ts'
import type { Plan } from '../../topology/plan.ts'

export interface Outcome {
  readonly steps: ReadonlyMap<string, StepCounts>
  /** Records read, by input topic; those outside the range are among them. */
  readonly inputs: ReadonlyMap<string, number>
  readonly outside: ReadonlyMap<string, number>
  /** By local name, in the order of the steps. */
  readonly written: ReadonlyMap<string, WrittenRecords>
  readonly deadLetters: () => AsyncIterable<readonly DeadLetter[]>
}

export interface WrittenRecords {
  readonly digest: Digest
  readonly records: () => AsyncIterable<readonly OutputRecord[]>
}

/** Of the reference interpreter, which holds all of it in memory. */
export function outcomeOf(result: RunResult): Outcome {
  const { steps, inputs, outside, digests, outputs, deadLetters } = result
  const written = [...digests].map(([name, digest]): [string, WrittenRecords] => [
    name,
    { digest, records: () => inOnePortion(outputs.get(name) ?? []) },
  ])
  const letters = () => inOnePortion(deadLetters)
  return { steps, inputs, outside, written: new Map(written), deadLetters: letters }
}

/** Topics that steps write, in the order of the steps. */
export function writtenNames({ steps }: Plan): readonly string[] {
  return steps.flatMap(({ outputs }) => [...outputs.values()].flatMap(({ topic }) => topic ?? []))
}

// eslint-disable-next-line @typescript-eslint/require-await -- what is read from a log is awaited
async function* inOnePortion<T>(all: readonly T[]): AsyncGenerator<readonly T[], void, undefined> {
  yield all
}
