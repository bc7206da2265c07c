// Deletes of the topics between tasks what nobody will read again: what all that read it have
// committed to have read. Never more: a task that has not committed yet may still need all of it.
import type { Position } from '../../connectors/connector.ts'
import { readCommits } from '../finish.ts'
import type { SlotOptions } from './options.ts'
import type { SlotTask } from './slot-task.ts'

/** Commits between two rounds. */
const DELETE_EVERY = 64
/** Rounds after which broadcasts are looked at too: the commit records of all tasks are read. */
const ROUNDS_TO_BROADCAST = 4

/** To be called after a commit of a slot, with its tasks and the number of its commits. */
export async function deleteRead(
  options: SlotOptions,
  tasks: readonly SlotTask[],
  commits: number,
): Promise<void> {
  const { log, deleteEvery = DELETE_EVERY } = options
  if (commits % deleteEvery !== 0) return
  const isBroadcastDue = commits % (deleteEvery * ROUNDS_TO_BROADCAST) === 0
  const read = [...readHere(tasks), ...(isBroadcastDue ? await readByAll(options, tasks) : [])]
  const positions = read.filter(({ offset }) => offset > 0)
  if (positions.length > 0) await log.deleteBefore(positions)
}

/**
 * What is keyed anew is read by tasks of its partition alone, and they are of one slot. What is
 * committed counts: a source may have moved on over aborted records since.
 */
function readHere(tasks: readonly SlotTask[]): Iterable<Position> {
  const least = new Map<string, Position>()
  for (const { layout, sources, positions } of tasks) {
    const between = sources.filter((source) => source.channels[0]?.layout.via === 'repartition')
    for (const { id, topic, partition } of between) {
      if (partition !== layout.partition) continue
      const known = least.get(id)?.offset ?? Number.POSITIVE_INFINITY
      least.set(id, { topic, partition, offset: Math.min(known, positions[id] ?? 0) })
    }
  }
  return least.values()
}

/** What every task has read of the broadcasts that tasks of this slot write. */
async function readByAll(
  { layout, log }: SlotOptions,
  tasks: readonly SlotTask[],
): Promise<readonly Position[]> {
  const written = tasks.flatMap(({ layout: { destinations } }) =>
    destinations.flatMap(({ as, topic, pinned }) =>
      as === 'stream' && pinned !== undefined ? [{ topic, partition: pinned }] : [],
    ),
  )
  if (written.length === 0) return []
  const commits = await readCommits(layout, log)
  return written.map(({ topic, partition }) => {
    const readers = layout.tasks.filter(({ channels }) =>
      channels.some((each) => each.topic === topic && each.partition === partition),
    )
    // A task without a commit record was never started, and begins with the first record.
    const offsets = readers.map(
      ({ id }) => commits.get(id)?.positions[`${topic}/${partition}`] ?? 0,
    )
    return { topic, partition, offset: readers.length === 0 ? 0 : Math.min(...offsets) }
  })
}
