// How far the tasks of a slot have read the topics that the world fills, as they commit it: for
// those who watch the group's lag. The commit records alone are the truth.
import type { GroupPositions, Position } from '../../connectors/connector.ts'
import type { SlotTask } from './slot-task.ts'

/** Of several tasks that read a partition, where the one behind the others stands. */
export function groupPositions(group: string, tasks: readonly SlotTask[]): GroupPositions {
  const least = new Map<string, Position>()
  for (const { sources, positions } of tasks) {
    for (const { id, topic, partition, world } of sources) {
      const offset = positions[id]
      if (world === undefined || offset === undefined) continue
      const known = least.get(id)?.offset ?? Number.POSITIVE_INFINITY
      if (offset < known) least.set(id, { topic, partition, offset })
    }
  }
  return { group, positions: [...least.values()] }
}
