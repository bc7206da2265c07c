// How the tasks of a sub-topology are called wherever it is shown.

/** `task 1_0`, or `tasks 0_0 to 0_3`. */
export function taskNames(subTopology: {
  readonly id: number
  readonly partitions: number
}): string {
  const { id, partitions } = subTopology
  return partitions === 1 ? `task ${id}_0` : `tasks ${id}_0 to ${id}_${partitions - 1}`
}
