// Whether the order of a run follows from its inputs alone, or rests on decisions that were taken
// while it ran and stand in the order log (docs/semantics.md, "Heartbeats and idleness").
import type { Log } from '../../connectors/connector.ts'
import { END } from '../../connectors/record-batch.ts'
import type { Layout } from '../layout.ts'
import { readInserted } from '../slot/inserted-rows.ts'

export interface RunOrder {
  /** Times that a task went on without a silent input. */
  readonly idleSkips: number
  /** Times that a run took an input as ended. */
  readonly ends: number
  /** Of these, those after which the input brought more. */
  readonly overtakenEnds: number
}

export async function readOrder(layout: Layout, log: Log): Promise<RunOrder> {
  const { plan, partitions } = layout
  const stable = new Map<string, number>()
  const read = [...plan.topics.values()].flatMap(({ topic, partitions: count, isInput }) =>
    isInput ? Array.from({ length: count }, (_, partition) => ({ topic, partition })) : [],
  )
  for (const { topic, partition, stable: end } of await log.bounds(read)) {
    stable.set(`${topic}/${partition}`, end)
  }
  let [idleSkips, ends, overtakenEnds] = [0, 0, 0]
  for (let partition = 0; partition < partitions; partition += 1) {
    for (const { kind, source, offset } of await readInserted(log, plan.topology, partition)) {
      if (kind !== END) idleSkips += 1
      else if (offset < (stable.get(source) ?? 0)) overtakenEnds += 1
      if (kind === END) ends += 1
    }
  }
  return { idleSkips, ends, overtakenEnds }
}
