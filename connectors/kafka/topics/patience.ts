// How the administration of topics takes a cluster that is away for a moment: it looks at the
// metadata anew and asks again, until its patience is over.
import type { Coordinates } from '../../../topology/engine-error.ts'
import type { Cluster } from '../client.ts'
import { pause, steadyMs } from '../clock.ts'
import { engineError, faultOf, KafkaFault, ownFault } from '../kafka-fault.ts'

export interface Task {
  /** `creating "ticks"`, for messages. */
  readonly doing: string
  readonly coordinates: Coordinates
}

const FIRST_PAUSE_MS = 10
const MOST_PAUSE_MS = 500

export class Patience {
  readonly #cluster: Cluster
  readonly #withinMs: number

  constructor(cluster: Cluster, withinMs: number) {
    this.#cluster = cluster
    this.#withinMs = withinMs
  }

  /**
   * What the attempt gives once it succeeds. It is made again while a retry may help.
   * @throws EngineError what the attempt failed with, at once or in the end.
   */
  async try<T>({ doing, coordinates }: Task, attempt: () => Promise<T>): Promise<T> {
    const until = steadyMs() + this.#withinMs
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(MOST_PAUSE_MS, pauseMs * 2)) {
      try {
        return await attempt()
      } catch (error) {
        const failed = engineError(error, coordinates, doing)
        const mayPass = error instanceof KafkaFault ? error.isRetryable : failed.retryable
        if (!mayPass || steadyMs() + pauseMs > until) throw failed
      }
      await pause(pauseMs)
      // What it cannot tell now, the next attempt meets too.
      await this.#cluster.refresh().catch(faultOf)
    }
  }

  /** Waits until it is so. */
  async until(task: Task, what: string, isSo: () => Promise<boolean>): Promise<void> {
    await this.try(task, async () => {
      if (!(await isSo())) throw ownFault('TIMEOUT', `${what} not yet`)
    })
  }
}
