// Feedback inside a task: what is sent back along a cycle waits here until the cascade in hand has
// ended; a cycle that gives itself ever more stops the run.
import { cyclesOf } from '../topology/cycles.ts'
import type { PlannedStep } from '../topology/plan.ts'
import { type SmallestFirst, smallestFirst } from '../topology/smallest-first.ts'
import { splitStream } from '../topology/streams.ts'

/**
 * Deliveries to steps that one record or timer may lead to in a task with feedback, those of the
 * queue counted; one more, and the cycle does not settle.
 */
export const MOST_DELIVERIES = 1_000_000

interface Waiting<T> {
  readonly time: number
  readonly sequence: number
  readonly item: T
}

/** Gives the least by (event time, sequence of emission) first. */
export class FeedbackQueue<T> {
  readonly #waiting: SmallestFirst<Waiting<T>> = smallestFirst(
    (a, b) => a.time < b.time || (a.time === b.time && a.sequence < b.sequence),
  )
  #sequence = 0

  add(time: number, item: T): void {
    this.#waiting.add({ time, sequence: this.#sequence, item })
    this.#sequence += 1
  }

  take(): T | undefined {
    return this.#waiting.take()?.item
  }
}

/** Steps that feed back go on for ever about one record: the topology's author has to end it. */
export class CycleUnsettled extends Error {
  override readonly name = 'CycleUnsettled'
  /** The steps of the task's cycles. */
  readonly steps: readonly string[]

  /** `steps` are the task's; `place` is where the input record stands, or which timer fired. */
  constructor(steps: readonly PlannedStep[], place: string) {
    const cycle = stepsOfCycles(steps)
    super(
      `steps ${cycle.map((id) => `"${id}"`).join(', ')} feed back without end: the record at ` +
        `${place} led to more than ${MOST_DELIVERIES.toLocaleString('en')} deliveries`,
    )
    this.steps = cycle
  }
}

function stepsOfCycles(steps: readonly PlannedStep[]): readonly string[] {
  const upstream = new Map(
    steps.map(({ id, inputs }) => {
      const local = inputs.filter(({ via }) => via === 'local')
      return [id, local.map(({ stream }) => splitStream(stream).owner)]
    }),
  )
  return cyclesOf(upstream.keys(), (id) => upstream.get(id) ?? []).flat()
}
