// How many slices of the history stand on a log. Each was one transaction over all inputs, so a
// partition that holds more or less than the others say is a transaction that was torn.
import type { Append, Log, PartitionId } from '../../connectors/connector.ts'
import type { Plan } from '../../topology/plan.ts'

/** @throws if what stands on the log is no whole number of slices. */
export async function countSlices(
  log: Log,
  plan: Plan,
  slices: readonly (readonly Append[])[],
): Promise<number> {
  const left = new Map<string, number>()
  for (const bounds of await log.bounds(inputPartitions(plan))) {
    left.set(nameOf(bounds), bounds.stable)
  }
  let count = 0
  for (const slice of slices) {
    if ([...left.values()].every((rows) => rows === 0)) return count
    for (const { topic, partition, batch } of slice) {
      const name = nameOf({ topic, partition })
      const rows = (left.get(name) ?? 0) - batch.count
      if (rows < 0) throw new Error(`${name} lacks ${-rows} rows of slice ${count}`)
      left.set(name, rows)
    }
    count += 1
  }
  for (const [name, rows] of left) {
    if (rows > 0) throw new Error(`${name} has ${rows} rows more than were fed`)
  }
  return count
}

function inputPartitions(plan: Plan): readonly PartitionId[] {
  return [...plan.topics.values()]
    .filter(({ isInput }) => isInput)
    .flatMap(({ topic, partitions }) =>
      Array.from({ length: partitions }, (_, partition) => ({ topic, partition })),
    )
}

function nameOf({ topic, partition }: PartitionId): string {
  return `${topic}/${partition}`
}
