// Runs a slot until it is stopped or lost. What the log says may pass is tried again, within a
// bound, from the last commit; a record whose fate is `fail` is approached once more and stopped
// before, so that everything in front of it is committed.
import { EngineError } from '../../topology/engine-error.ts'
import { CopyTaken } from '../state/copy-taken.ts'
import { StoppedByRecord } from '../task/dead-letters.ts'
import { failureOf } from './failure.ts'
import type { SlotOptions } from './options.ts'
import { AWAY_MS, isPassing, MOST_FAILURES } from './passing.ts'
import { OpeningStopped } from './restore-slot.ts'
import { Slot } from './slot.ts'
import { SlotTaken } from './slot-taken.ts'

export interface SlotRun {
  /** Ends when the slot was stopped, or another worker has taken it. */
  readonly done: Promise<void>
  readonly stop: () => Promise<void>
  /** It has nothing left to do, and has committed that. */
  readonly hasFinished: boolean
}

const FIRST_PAUSE_MS = 50
const MOST_PAUSE_MS = 6_400
/** A failure that long ago no longer counts: who has nothing to commit may fail now and then. */
const FORGOTTEN_AFTER_MS = 60_000

export function runSlot(id: number, options: SlotOptions): SlotRun {
  const loop = new SlotLoop(id, options)
  const done = loop.run().catch((error: unknown) => {
    options.report({ kind: 'failed', slot: id, ...failureOf(error) })
    throw error
  })
  return {
    done,
    stop: async () => {
      loop.isStopping = true
      await done
    },
    get hasFinished() {
      return loop.hasFinished
    },
  }
}

class SlotLoop {
  isStopping = false
  hasFinished = false
  readonly #id: number
  readonly #options: SlotOptions
  /** By task: the item that meets a fate of `fail`, and why. */
  readonly #stops = new Map<string, { readonly taken: number; readonly error: StoppedByRecord }>()
  #failures = 0
  #failedAt = 0
  #failingSince = 0
  /** An opening has found the log damaged, and none has shown since that it is not. */
  #hasDoubts = false
  /** Of the last opening. */
  #epoch: number | undefined
  #isOpening = false

  constructor(id: number, options: SlotOptions) {
    this.#id = id
    this.#options = options
  }

  /** @throws StoppedByRecord once everything before the record is committed. */
  async run(): Promise<void> {
    let reason = 'stopped'
    let stopped: StoppedByRecord | undefined
    for (;;) {
      try {
        stopped = await this.#runOnce()
        break
      } catch (error) {
        if (this.#isTaken(error)) {
          reason = 'another worker has taken it'
          break
        }
        if (error instanceof OpeningStopped) break
        if (error instanceof StoppedByRecord) continue
        if (!isPassing(error) && !this.#isDoubtful(error)) throw error
        await this.#pauseAfter(error)
        if (this.isStopping) break
      }
    }
    this.#options.report({ kind: 'slot-closed', slot: this.#id, epoch: this.#epoch, reason })
    if (stopped !== undefined) throw stopped
  }

  /** Who opens a slot fences others; whoever is fenced then has lost the log itself. */
  #isTaken(error: unknown): boolean {
    if (error instanceof SlotTaken || error instanceof CopyTaken) return true
    return error instanceof EngineError && error.code === 'fenced' && !this.#isOpening
  }

  /**
   * Two openings at once, of which one reads half of what the other does, can take a log for
   * damaged: it is believed when it is found again.
   */
  #isDoubtful(error: unknown): error is EngineError {
    if (!(error instanceof EngineError) || error.code !== 'log-damaged') return false
    const isFirst = !this.#hasDoubts
    this.#hasDoubts = true
    return isFirst
  }

  /**
   * Opens the slot and runs it; whatever is thrown, the slot is closed. Returns what stopped it,
   * if that was a record that was met before.
   */
  async #runOnce(): Promise<StoppedByRecord | undefined> {
    const stopBefore = new Map([...this.#stops].map(([task, { taken }]) => [task, taken]))
    this.#isOpening = true
    const slot = await Slot.open(this.#id, this.#options, stopBefore, () => this.isStopping)
    this.#isOpening = false
    this.#epoch = slot.epoch
    try {
      while (!this.isStopping) {
        await this.#round(slot)
        const stopped = this.#stoppedTask(slot)
        if (stopped === undefined) continue
        await slot.commit()
        return stopped
      }
      await slot.commit()
      return undefined
    } finally {
      await slot.close()
    }
  }

  async #round(slot: Slot): Promise<void> {
    try {
      await slot.round()
      if (slot.hasCommitted) {
        this.#failures = 0
        this.#hasDoubts = false
      }
      this.hasFinished = slot.hasFinished
    } catch (error) {
      // Only what it is opened with again says where it stands, and is told to those who count.
      this.hasFinished = false
      if (error instanceof StoppedByRecord) this.#noteStop(slot, error)
      throw error
    }
  }

  #noteStop(slot: Slot, error: StoppedByRecord): void {
    const task = slot.tasks.find(({ layout }) => layout.id === error.task)
    if (task === undefined) throw new Error(`slot ${this.#id} has no task ${error.task}`)
    this.#stops.set(error.task, { taken: task.taken, error })
  }

  /** What stopped a task that has now come up to the item in question. */
  #stoppedTask(slot: Slot): StoppedByRecord | undefined {
    for (const { layout, taken } of slot.tasks) {
      const stop = this.#stops.get(layout.id)
      if (stop?.taken === taken) return stop.error
    }
    return undefined
  }

  async #pauseAfter(error: EngineError): Promise<void> {
    const { report, pace } = this.#options
    if (pace.now() - this.#failedAt > FORGOTTEN_AFTER_MS) this.#failures = 0
    this.#failures += 1
    this.#failedAt = pace.now()
    if (this.#failures === 1) this.#failingSince = this.#failedAt
    const isAway = error.code === 'log-unavailable'
    const isInTime = isAway && this.#failedAt - this.#failingSince < AWAY_MS
    if (this.#failures > MOST_FAILURES && !isInTime) throw error
    const failure = failureOf(error)
    report({ kind: 'retrying', slot: this.#id, ...failure, attempt: this.#failures })
    await pace.pause(Math.min(MOST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (this.#failures - 1)))
  }
}
