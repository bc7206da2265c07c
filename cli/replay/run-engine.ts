// Replays on the engine: feeds an embedded log, runs workers over it to its end, and reads from it
// what they have committed.
import type { Log, TopicSpec } from '../../connectors/connector.ts'
import { USUAL_COMMIT } from '../../runtime/defaults.ts'
import { readCommits } from '../../runtime/finish.ts'
import { type Layout, makeLayout } from '../../runtime/layout.ts'
import { processPace } from '../../runtime/pace.ts'
import type { Range } from '../../runtime/reference/inputs.ts'
import { countResults } from '../../runtime/results/count-results.ts'
import { readDeadLetters } from '../../runtime/results/dead-letters.ts'
import { writtenTopics } from '../../runtime/results/written-topics.ts'
import type { Plan } from '../../topology/plan.ts'
import type { Io } from '../io.ts'
import { startCrew } from '../run/crew.ts'
import { eventLine, type Progress, terminalProgress } from '../run/progress.ts'
import { type Fed, feedInputs } from './feed-inputs.ts'
import type { Inputs } from './input-words.ts'
import { readingProgress, type TopicHistory } from './inputs.ts'
import type { Outcome, WrittenRecords } from './outcome.ts'
import { writtenNames } from './outcome.ts'
import type { RunLogs } from '../run/run-logs.ts'

export interface EngineReplay {
  readonly plan: Plan
  /** The topology again, for worker threads. */
  readonly file: string
  readonly set: Readonly<Record<string, string>>
  readonly inputs: Inputs
  readonly range: Range
  readonly logs: RunLogs
  readonly io: Io
}

/** The outcome is read from the log, which stays open for that. */
export async function runEngine(
  replay: EngineReplay,
): Promise<{ readonly histories: ReadonlyMap<string, TopicHistory>; readonly outcome: Outcome }> {
  const { plan, file, set, inputs, range, logs, io } = replay
  const { log, on } = logs
  const layout = makeLayout(plan)
  // History is as old as it is: what a topic keeps is a matter of live logs.
  await log.createTopics(layout.topics.map(withoutRetention))
  const reading = readingProgress(io)
  const fed = await feedInputs({
    plan,
    log,
    inputs,
    range,
    progress: reading.add,
    say: (line) => {
      reading.close()
      io.err(`${line}\n`)
    },
  })
  reading.close()
  const progress = io.isTerminal ? terminalProgress(io, processPace, 'ran') : faultsOnly(io)
  const { report } = progress
  const { ends } = fed
  try {
    const crew = await startCrew({ layout, file, set, on, commit: USUAL_COMMIT, ends, report })
    await crew.done
  } finally {
    progress.close()
  }
  return { histories: fed.histories, outcome: await readOutcome(layout, log, fed) }
}

function withoutRetention({ name, partitions, keeps, about }: TopicSpec): TopicSpec {
  return { name, partitions, keeps, ...(about && { about }) }
}

function faultsOnly(io: Io): Progress {
  const report: Progress['report'] = (event) => {
    const line = eventLine(event)
    if (line !== undefined) io.err(`${line}\n`)
  }
  return { report, close: () => undefined }
}

async function readOutcome(layout: Layout, log: Log, { outside }: Fed): Promise<Outcome> {
  const { plan } = layout
  const commits = await readCommits(layout, log)
  const { steps, inputs } = countResults(plan, commits.values())
  const found = new Map<string, WrittenRecords>()
  for await (const { stream, digest, records } of writtenTopics(layout, log)) {
    found.set(stream, { digest, records })
  }
  const written = writtenNames(plan).map((name): [string, WrittenRecords] => {
    const topic = found.get(name)
    if (topic === undefined) throw new Error(`topic "${name}" was not written`)
    return [name, topic]
  })
  return {
    steps,
    inputs: new Map([...inputs].map(([name, read]) => [name, read + (outside.get(name) ?? 0)])),
    outside,
    written: new Map(written),
    deadLetters: () => readDeadLetters(layout, log),
  }
}
