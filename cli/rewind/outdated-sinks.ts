// The sinks that a rewind leaves behind: they stand somewhere in topics that it empties. An emptied
// topic that has grown beyond that place again cannot be told from the old one, so what is written
// anew before it would be missing outside, in silence.
import { presentTime, processPace } from '../../runtime/pace.ts'
import type { Layout } from '../../runtime/layout.ts'
import { connect } from '../../runtime/sink/open-sink.ts'
import { topicOfSink } from '../../runtime/sink/sink-topic.ts'
import type { PlannedSink } from '../../topology/plan.ts'
import { quoted } from '../../topology/printable.ts'
import type { Environment } from '../environment.ts'
import type { Io } from '../io.ts'
import { type ReadySink, readySinks } from '../run/ready-sinks.ts'

export interface OutdatedSinks {
  /** What each that has written says: `sink "a" has written "bars"`. */
  readonly written: readonly string[]
  /** Those whose connections the environment does not name: nobody can ask where they are. */
  readonly unknown: readonly PlannedSink[]
}

interface Emptied {
  readonly layout: Layout
  readonly environment: Environment
  readonly isNamed: boolean
  /** Topics, as the log knows them. */
  readonly topics: readonly string[]
}

/**
 * Undefined after mistakes in the environment have been shown.
 * @throws EngineError with a code of `SinkFault`, where one cannot be asked.
 */
export async function outdatedSinks(
  { layout, environment, isNamed, topics }: Emptied,
  io: Io,
): Promise<OutdatedSinks | undefined> {
  const { plan } = layout
  const sinks = plan.sinks.filter((each) => topics.includes(topicOfSink(plan, each).topic))
  const unknown = sinks.filter(({ connection }) => !environment.connections.has(connection))
  const known = sinks.filter((each) => !unknown.includes(each))
  const ready = readySinks({ plan: { ...plan, sinks: known }, environment, isNamed }, io)
  if (ready === undefined) return undefined
  const written: string[] = []
  for (const each of ready) {
    if (!(await hasWritten(each, layout))) continue
    const { topic } = topicOfSink(plan, each.planned)
    written.push(`sink ${quoted(each.planned.name)} has written ${quoted(topic)}`)
  }
  return { written, unknown }
}

async function hasWritten(ready: ReadySink, layout: Layout): Promise<boolean> {
  const clock = { ...processPace, present: presentTime }
  const sink = await connect({ ...ready, layout, clock })
  try {
    return [...(await sink.positions()).values()].some((position) => position > 0)
  } finally {
    await sink.close()
  }
}
