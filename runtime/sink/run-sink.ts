// A sink while a topology runs: it opens the outside, shares the partitions of its topic with the
// other processes, and writes each in a loop of its own. It reads the log as anybody does, so the
// stream never waits for it.
import type { Source } from '../../connectors/source.ts'
import { EngineError } from '../../topology/engine-error.ts'
import { failureOf } from '../slot/failure.ts'
import { Away } from './away.ts'
import { openSink } from './open-sink.ts'
import { SharedPartitions } from './shared-partitions.ts'
import type { Course, SinkRunOptions } from './sink-run-options.ts'

/**
 * `done` rejects with what ends the run. `stop` writes what is committed, within some seconds, and
 * ends; what is left is written by the next run.
 */
export interface RunningSink extends Source {
  /** Ends when all that is committed by now is outside, whoever writes it, or as `done` does. */
  readonly drain: () => Promise<void>
}

/** How long a sink that is stopped may go on writing, and then take to close. */
const STOP_MS = 5_000
const CLOSE_MS = 2_000
/** Pauses are cut in pieces, so that nobody waits long for one to end. */
const PIECE_MS = 100

/**
 * Starts a sink. Its topic must be on the log (`prepareLog`).
 *
 * @example
 * const sink = startSink({ planned, kind, settings, layout, log, clock, report })
 * await sink.drain()
 */
export function startSink(options: SinkRunOptions): RunningSink {
  const run = new SinkRun(options)
  const done = run.run()
  return {
    done,
    drain: async () => {
      run.isDraining = true
      await done
    },
    stop: async () => {
      run.isEnding = true
      await run.endWithin(STOP_MS)
      await done
    },
  }
}

class SinkRun {
  /** It ends when all is outside that is committed by then. */
  isDraining = false
  /** The same of what this process writes, where that can be done at once. */
  isEnding = false
  readonly #options: SinkRunOptions
  readonly #away: Away
  readonly #course: Course
  readonly #abandoned = Promise.withResolvers<undefined>()
  #isAbandoned = false
  #hasEnded = false
  #ends: ReadonlyMap<number, number> | undefined

  constructor(options: SinkRunOptions) {
    const { planned, report, clock } = options
    this.#options = options
    this.#away = new Away(planned, report, clock.now)
    this.#course = {
      end: (partition) => this.#ends?.get(partition),
      givesUp: () => this.isEnding,
      isStopping: () => this.#isAbandoned,
      pause: (ms) => this.#pause(ms),
    }
  }

  /** @throws what ends the run. */
  async run(): Promise<void> {
    const { planned, report } = this.#options
    const sink = planned.name
    try {
      await Promise.race([this.#work(), this.#abandoned.promise])
      report({ kind: 'sink-ended', sink, failure: undefined, ends: 'sink' })
    } catch (error) {
      const stated = planned.away?.ends ?? 'run'
      const ends = error instanceof EngineError ? stated : 'run'
      report({ kind: 'sink-ended', sink, failure: failureOf(error), ends })
      if (ends === 'run') throw error
    } finally {
      this.#hasEnded = true
    }
  }

  /** Ends it unfinished where it takes longer. */
  async endWithin(ms: number): Promise<void> {
    await this.#waitForEnd(ms)
    this.#isAbandoned = true
    await this.#waitForEnd(CLOSE_MS)
    this.#abandoned.resolve(undefined)
  }

  async #waitForEnd(ms: number): Promise<void> {
    const { clock } = this.#options
    const until = clock.now() + ms
    while (!this.#hasEnded && clock.now() < until) await clock.pause(PIECE_MS / 4)
  }

  async #work(): Promise<void> {
    const sink = await openSink(this.#options, this.#away, this.#course)
    if (sink === undefined) return
    const shared = new SharedPartitions(sink, this.#options, {
      away: this.#away,
      course: this.#course,
      isDraining: () => this.isDraining,
      setEnds: (ends) => void (this.#ends = ends),
    })
    try {
      await shared.run()
    } finally {
      await sink.close()
    }
  }

  async #pause(ms: number): Promise<void> {
    const { clock } = this.#options
    const until = clock.now() + ms
    while (!this.isEnding && !this.#isAbandoned && clock.now() < until) {
      await clock.pause(Math.min(PIECE_MS, until - clock.now()))
    }
  }
}
