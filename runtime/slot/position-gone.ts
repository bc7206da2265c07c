// Says what to do where the log no longer holds what a task is to read next. Where it would go on
// is not guessed: to leave records out, or to take them twice, is for the user to decide.
import type { Log } from '../../connectors/connector.ts'
import { EngineError } from '../../topology/engine-error.ts'
import type { SlotTask } from './slot-task.ts'

/** The fault in these words; `cause` is the log's own. */
export async function positionGone(
  log: Log,
  tasks: readonly SlotTask[],
  cause: EngineError,
): Promise<EngineError> {
  for (const { layout, sources } of tasks) {
    const bounds = await log.bounds(sources)
    for (const [index, { topic, partition, next }] of sources.entries()) {
      const { first = next, stable = next } = bounds[index] ?? {}
      if (first <= next && next <= stable) continue
      const what =
        next < first
          ? `records from ${next} on were deleted before they were read, and ${first} is the ` +
            'first that is kept'
          : `it ends at ${stable}, and ${next} is to be read next: it is another topic than before`
      return new EngineError(
        'offset-gone',
        `task ${layout.id} cannot go on in topic "${topic}", partition ${partition}: ${what}; ` +
          'rewind the topology, so that it begins anew with what is kept, or restore the topic',
        { coordinates: { task: layout.id, topic, partition, offset: next, first, stable }, cause },
      )
    }
  }
  return cause
}
