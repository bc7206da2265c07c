// What steps of a task send back along a cycle: delivered when the cascade in hand has ended, the
// least (event time, sequence) first.
import type { StepRecord } from '../../operators/operator.ts'

interface FedBack<C> {
  readonly consumer: C
  readonly record: StepRecord
}

export class FeedbackQueue<C> {
  /** In order of sequence; a cascade rarely leaves more than a few. */
  readonly #waiting: FedBack<C>[] = []

  add(consumer: C, record: StepRecord): void {
    this.#waiting.push({ consumer, record })
  }

  takeFirst(): FedBack<C> | undefined {
    const [head] = this.#waiting
    if (head === undefined) return undefined
    let at = 0
    let least = head.record.time
    for (const [index, { record }] of this.#waiting.entries()) {
      if (record.time >= least) continue
      least = record.time
      at = index
    }
    return this.#waiting.splice(at, 1)[0]
  }
}
