// Where a sink begins in a partition: where it was, or with the first record that is kept. What is
// gone from the log before it was outside is never passed over in silence.
import type { Log } from '../../connectors/connector.ts'
import { EngineError } from '../../topology/engine-error.ts'
import type { PlannedSink, PlannedTopic } from '../../topology/plan.ts'

export interface Start {
  readonly position: number
  readonly stable: number
  /** It is new, and records before its position were deleted before it was. */
  readonly isLate: boolean
}

interface StartOptions {
  readonly log: Log
  readonly planned: PlannedSink
  readonly topic: PlannedTopic
  readonly partition: number
  /** As the outside has it. */
  readonly position: number | undefined
}

/** @throws EngineError of the log, `sink-behind`, `sink-ahead`. */
export async function findStart({ log, ...at }: StartOptions): Promise<Start> {
  const { topic, partition, position } = at
  const [bounds] = await log.bounds([{ topic: topic.topic, partition }])
  const { first = 0, stable = 0 } = bounds ?? {}
  if (position === undefined) return { position: first, stable, isLate: first > 0 }
  if (position < first) throw behind(at, position, first)
  if (position > stable) throw ahead(at, position, stable)
  return { position, stable, isLate: false }
}

type Place = Pick<StartOptions, 'planned' | 'topic' | 'partition'>

function behind({ planned, topic, partition }: Place, position: number, first: number) {
  return new EngineError(
    'sink-behind',
    `sink "${planned.name}" has topic "${topic.topic}", partition ${partition}, up to ` +
      `${position}, and the log keeps it from ${first} on: records between were deleted before ` +
      'they were outside. Give the sink another name, so that it writes what is kept from the ' +
      'beginning, and the topic a longer retention',
    { coordinates: { sink: planned.name, topic: topic.topic, partition, position, first } },
  )
}

function ahead({ planned, topic, partition }: Place, position: number, stable: number) {
  return new EngineError(
    'sink-ahead',
    `sink "${planned.name}" has topic "${topic.topic}", partition ${partition}, up to ` +
      `${position}, and the topic ends at ${stable}: it is another topic than before, of another ` +
      'log, or emptied. Name the log that it ran on; or empty what the sink writes to, and give ' +
      'it another name, so that it begins anew',
    { coordinates: { sink: planned.name, topic: topic.topic, partition, position, stable } },
  )
}
