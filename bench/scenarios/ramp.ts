// ramp: T1 at rates that double until records come out later and later, then between the last two:
// the knee is the highest rate that was held. Sender and reader share the machine with the engine.
import type { BenchRequest } from '../../cli/bench/request.ts'
import { count, table } from '../../cli/counts-text.ts'
import { USUAL_COMMIT } from '../../runtime/defaults.ts'
import { answerCase, isCase, runCase } from '../measure/case-process.ts'
import { runScenario, showFigures } from '../measure/take-request.ts'
import { limitText } from '../measure/usage.ts'
import { type PacedCase, type PacedFigure, pacedProblems, runPaced } from '../paced/paced-run.ts'

const FIRST_RATE = 8_000
const MOST_RATE = 4_096_000
const SECONDS = 3
const WARM_SECONDS = 2
const PARTITIONS = 4
const AUDIT = 'each record that was sent came out once'
/** Halvings of the step between the last rate that was held and the first that was not. */
const REFINED = 3
/** Later than so many commits, half of the time: it falls behind. */
const COMMITS_BEHIND = 10

if (isCase()) await answerCase(runPaced)
else await runScenario(report)

async function report(request: BenchRequest): Promise<void> {
  const { access, seconds = SECONDS, partitions = PARTITIONS } = request
  const { commitMs = USUAL_COMMIT.everyMs, rate: first = FIRST_RATE } = request
  const figures: PacedFigure[] = []
  const holds = async (rate: number): Promise<boolean> => {
    const given = { access, rate, commitMs, seconds, warmSeconds: WARM_SECONDS, partitions }
    const figure = await runCase<PacedFigure>(import.meta.url, given satisfies PacedCase)
    figures.push(figure)
    return figure.p50 <= COMMITS_BEHIND * Math.max(commitMs, 1)
  }
  let [held, lost] = [0, first]
  while (lost <= MOST_RATE && (await holds(lost))) [held, lost] = [lost, lost * 2]
  for (let step = 0; step < REFINED && held > 0; step += 1) {
    const middle = Math.round((held + lost) / 2)
    if (await holds(middle)) held = middle
    else lost = middle
  }
  const knee = figures.find(({ rate }) => rate === held)
  const beyond = figures.find(({ rate }) => rate === lost)
  const text = [
    `ramp on ${access.address.kind}, a commit every ${commitMs} ms`,
    ...rampTable(figures),
    knee === undefined
      ? `the knee lies below ${count(first)} records a second; begin lower, with --rate`
      : `knee: ${count(held)} records a second, p99 ${knee.p99.toFixed(1)} ms`,
    ...(beyond === undefined
      ? []
      : [`beyond it, ${limitText(beyond.usage, { threads: 1, canGrow: false })}`]),
  ].join('\n')
  const problems = figures.flatMap(pacedProblems)
  showFigures(request, { figures: { knee: held, steps: figures }, text, problems, audit: AUDIT })
}

function rampTable(figures: readonly PacedFigure[]): readonly string[] {
  const rows = figures
    .toSorted((a, b) => a.rate - b.rate)
    .map(({ rate, p50, p99, max, usage }) => [
      count(rate),
      ...[p50, p99, max].map((ms) => ms.toFixed(1)),
      usage.cores.toFixed(2),
      usage.machine?.others.toFixed(2) ?? '',
    ])
  return table([['records/s', 'p50 ms', 'p99 ms', 'max ms', 'cores', 'others'], ...rows])
}
