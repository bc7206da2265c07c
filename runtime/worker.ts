// A worker: a member of the topology's group that runs the slots assigned to it, each in a loop of
// its own, until it is stopped, the run has come to its end, or a slot fails beyond repair.
import type { Assignment, Membership } from '../connectors/connector.ts'
import { isFinished } from './finish.ts'
import { AWAY_MS, isPassing, MOST_FAILURES } from './slot/passing.ts'
import { runSlot, type SlotRun } from './slot/run-slot.ts'
import type { SlotOptions } from './slot/options.ts'

export interface WorkerOptions extends SlotOptions {
  /** Where this process answers queries, for the others of the group; undefined: nowhere. */
  readonly endpoint?: string | undefined
}

export interface Worker {
  /** Ends when the worker does; rejects with what stopped it. */
  readonly done: Promise<void>
  /** Commits what was processed, leaves the group, and ends. */
  readonly stop: () => Promise<void>
}

/** How often a member looks at its assignment, and tells the group that it lives. */
const POLL_MS = 200
/** The same in a run that ends by itself: nobody should wait for its end. */
const POLL_ENDING_MS = 10

/**
 * Starts a worker. The topics of the layout must be on the log (`prepareLog`).
 *
 * `done` rejects with StoppedByRecord where a record met a fate of `fail`, with an EngineError
 * where the log is at fault.
 */
export function startWorker(options: WorkerOptions): Worker {
  const crew = new Crew(options)
  const done = crew.run()
  return {
    done,
    stop: async () => {
      crew.isStopping = true
      await done
    },
  }
}

/**
 * A slot that another worker has taken rests so long before it is opened here again: the assignment
 * that gives it away may be on its way, and who is cut off from the group must not take it back at
 * every poll.
 */
const FENCED_REST_MS = 1_000
const SLOWER = 1.2

/** The slots that run. */
class Crew {
  isStopping = false
  readonly #options: WorkerOptions
  readonly #running = new Map<number, SlotRun>()
  /** When slots may be opened again that others have taken; good for this generation. */
  readonly #rests = new Map<number, number>()
  #generation = -1
  #failure: { readonly error: unknown } | undefined

  constructor(options: WorkerOptions) {
    this.#options = options
  }

  async run(): Promise<void> {
    const { layout, log, endpoint } = this.#options
    const { topology, shapeHash: shape } = layout.plan
    const about = { shape, ...(endpoint === undefined ? undefined : { endpoint }) }
    const membership = await log.join(topology, layout.slots, about)
    try {
      await this.#runWith(membership)
    } finally {
      await stopAll(this.#running.values())
      // A member that cannot leave is found dead by the group; what stopped it matters more.
      await membership.leave().catch((error: unknown) => this.#fail(error))
    }
    if (this.#failure !== undefined) throw this.#failure.error
  }

  async #runWith(membership: Membership): Promise<void> {
    const { ends, pace } = this.#options
    let [failures, pauseMs] = [0, ends === undefined ? POLL_MS : POLL_ENDING_MS]
    let goodAt = pace.now()
    while (!this.isStopping && this.#failure === undefined) {
      try {
        const assignment = await membership.poll()
        await this.#follow(assignment)
        if (await this.#isOver()) return
        failures = 0
        goodAt = pace.now()
      } catch (error) {
        failures += 1
        const isInTime = pace.now() - goodAt < AWAY_MS
        if (!isPassing(error) || (failures > MOST_FAILURES && !isInTime)) throw error
      }
      await pace.pause(pauseMs)
      // Soon at first, so that a short run ends when it is over; a long one is not asked so often.
      pauseMs = Math.min(POLL_MS, pauseMs * SLOWER)
    }
  }

  /** Stops slots that went to others, starts those that came, and those that others fenced. */
  async #follow({ generation, slots, endpoints = [] }: Assignment): Promise<void> {
    if (generation !== this.#generation) {
      this.#options.report({ kind: 'assigned', slots, endpoints })
      const gone = [...this.#running].filter(([id]) => !slots.includes(id))
      await stopAll(gone.map(([, slot]) => slot))
      this.#generation = generation
      this.#rests.clear()
    }
    const now = this.#options.pace.now()
    for (const id of slots) {
      if (!this.#running.has(id) && (this.#rests.get(id) ?? now) <= now) this.#start(id)
    }
  }

  #start(id: number): void {
    const slot = runSlot(id, this.#options)
    this.#running.set(id, slot)
    slot.done.then(
      () => {
        this.#running.delete(id)
        this.#rests.set(id, this.#options.pace.now() + FENCED_REST_MS)
      },
      (error: unknown) => {
        this.#running.delete(id)
        this.#fail(error)
      },
    )
  }

  #fail(error: unknown): void {
    this.#failure ??= { error }
  }

  async #isOver(): Promise<boolean> {
    const { ends, layout, log } = this.#options
    if (ends === undefined) return false
    if (![...this.#running.values()].every(({ hasFinished }) => hasFinished)) return false
    return isFinished(layout, log, ends)
  }
}

/** All of them, also where one fails: the crew is told of that when it starts one. */
async function stopAll(slots: Iterable<SlotRun>): Promise<void> {
  await Promise.allSettled([...slots].map((slot) => slot.stop()))
}
