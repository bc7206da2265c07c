// Heartbeats for inputs that no source fills while others are live, such as accounts and commands.
// They may be silent for days, and would hold everybody up.
import type { Log } from '../../connectors/connector.ts'
import { createFeeder } from '../../connectors/feed/feeder.ts'
import { type Source, type SourceClock, startSource } from '../../connectors/source.ts'
import type { PlannedTopic } from '../../topology/plan.ts'

/** A record of a live topic waits about so long for a silent one. */
const EVERY_MS = 100

export interface HeartbeatOptions {
  readonly topology: string
  readonly topics: readonly PlannedTopic[]
  readonly log: Log
  readonly clock: SourceClock
}

/** Nobody else may append to the topics meanwhile: what is promised is that nothing comes. */
export function startHeartbeats(options: HeartbeatOptions): Source {
  return startSource((isStopping) => beat(options, isStopping))
}

async function beat(
  { topology, topics, log, clock }: HeartbeatOptions,
  isStopping: () => boolean,
): Promise<void> {
  const producer = await log.producer(`${topology}.heartbeats`)
  const feeders = topics.map((topic) =>
    createFeeder({ producer, topic, partitions: topic.partitions }),
  )
  try {
    while (!isStopping()) {
      const available = clock.present()
      for (const feeder of feeders) {
        await feeder.add([{ kind: 'heartbeat', available }])
        await feeder.flush()
      }
      await clock.pause(EVERY_MS)
    }
  } finally {
    await producer.close()
  }
}
