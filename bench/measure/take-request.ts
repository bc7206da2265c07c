// The process of a scenario: takes the request of `millrace bench`, prints what was measured, and
// says in a line what went wrong.
import type { BenchRequest } from '../../cli/bench/request.ts'
import { FileProblem } from '../../cli/load-topology.ts'
import { InputProblem } from '../../connectors/file/input-problem.ts'
import { StoppedByRecord } from '../../runtime/task/dead-letters.ts'
import { EngineError } from '../../topology/engine-error.ts'

/** Exit codes as those of every command. */
export async function runScenario(act: (request: BenchRequest) => Promise<void>): Promise<void> {
  if (process.send === undefined) throw new Error('run it by: millrace bench SCENARIO')
  const request = await new Promise<BenchRequest>((resolve) => {
    process.once('message', (message) => resolve(message as BenchRequest))
  })
  process.disconnect()
  try {
    await act(request)
  } catch (error) {
    if (error instanceof EngineError) {
      process.stderr.write(`error[${error.code}]: ${error.message}\n`)
      process.exitCode = 2
    } else if (MISTAKES.some((mistake) => error instanceof mistake)) {
      process.stderr.write(`error: ${(error as Error).message}\n`)
      process.exitCode = 1
    } else throw error
  }
}

const MISTAKES = [FileProblem, InputProblem, StoppedByRecord]

export interface Shown {
  readonly figures: unknown
  /** The figures as a person reads them. */
  readonly text: string
  /** What the audit found; it fails the bench. */
  readonly problems: readonly string[]
  /** What the audit holds, if nothing was found. */
  readonly audit: string
}

export function showFigures(
  { isJson }: Pick<BenchRequest, 'isJson'>,
  { figures, text, problems, audit }: Shown,
): void {
  const isRight = problems.length === 0
  const shown = isJson
    ? JSON.stringify({ figures, audit: { holds: isRight, problems } }, null, 2)
    : [text, ...(isRight ? [`audit: ${audit}`] : [])].join('\n')
  process.stdout.write(`${shown}\n`)
  for (const problem of problems) process.stderr.write(`the audit does not hold: ${problem}\n`)
  if (!isRight) process.exitCode = 1
}
