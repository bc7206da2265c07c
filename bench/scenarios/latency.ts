// latency: T1 at a steady rate, from when a tick was due to when a reader of committed records has
// its indicator, by how often is committed. Claim: with a commit every 20 ms the 99th percentile is
// below 60 ms on the memory log. Beside Kafka Streams: npm run bench:kafka -- latency.
import type { BenchRequest } from '../../cli/bench/request.ts'
import { count, table } from '../../cli/counts-text.ts'
import { answerCase, isCase, runCase } from '../measure/case-process.ts'
import { runScenario, showFigures } from '../measure/take-request.ts'
import { type PacedCase, type PacedFigure, pacedProblems, runPaced } from '../paced/paced-run.ts'

const COMMITS_MS = [5, 10, 20, 50, 100]
const RATE = 2_000
const SECONDS = 10
const WARM_SECONDS = 3
const PARTITIONS = 4
const AUDIT = 'each record that was sent came out once'

if (isCase()) await answerCase(runPaced)
else await runScenario(report)

async function report(request: BenchRequest): Promise<void> {
  const { access, rate = RATE, seconds = SECONDS, partitions = PARTITIONS } = request
  const commits = request.commitMs === undefined ? COMMITS_MS : [request.commitMs]
  const figures: PacedFigure[] = []
  for (const commitMs of commits) {
    const given: PacedCase = {
      ...{ access, rate, commitMs, seconds, partitions },
      warmSeconds: WARM_SECONDS,
    }
    figures.push(await runCase<PacedFigure>(import.meta.url, given))
  }
  const text = textOf(figures, `${access.address.kind}, ${count(rate)} records a second`)
  showFigures(request, { figures, text, problems: figures.flatMap(pacedProblems), audit: AUDIT })
}

function textOf(figures: readonly PacedFigure[], where: string): string {
  const rows = figures.map(({ commitMs, p50, p95, p99, p999, max, usage }) => [
    `${commitMs} ms`,
    ...[p50, p95, p99, p999, max].map((ms) => ms.toFixed(1)),
    usage.cores.toFixed(2),
    usage.machine?.others.toFixed(2) ?? '',
  ])
  const head = ['commit every', 'p50', 'p95', 'p99', 'p99.9', 'max', 'cores', 'others']
  const what = `latency on ${where}: milliseconds from due to read, of ${figures[0]?.sent ?? 0}`
  return [what, ...table([head, ...rows])].join('\n')
}
