// Decides what no input says: that a run ends here, and that a silent topic holds nobody up any
// longer. Each decision is a row that is put into a channel and kept on the log (decision 12).
import { END, HEARTBEAT } from '../../connectors/record-batch.ts'
import type { PlannedTopic } from '../../topology/plan.ts'
import type { Ends } from '../ends.ts'
import type { Channel } from '../task/channel.ts'
import type { Source } from '../task/source.ts'
import type { Task } from '../task/task.ts'
import { insertedBatch } from './inserted-rows.ts'
import type { SlotOptions } from './options.ts'
import type { SlotTask } from './slot-task.ts'

const MICROS_PER_MS = 1000

export class Decisions {
  readonly #options: SlotOptions
  /** By source, when it last brought something. */
  readonly #lastArrival = new Map<string, number>()

  constructor(options: SlotOptions) {
    this.#options = options
  }

  /** Something came from the source. */
  noteArrival(source: Source): void {
    this.#lastArrival.set(source.id, this.#options.pace.now())
  }

  /** Whether the source is where a run that ends by itself is to end; true in any other run. */
  hasComeToEnd(source: Source): boolean {
    const { ends } = this.#options
    const { world } = source
    if (ends === undefined || world === undefined) return true
    return this.hasReachedEnd(source) && hasCome(world, ends)
  }

  /** Whether a run that ends by itself has read what the world had put there when it began. */
  hasReachedEnd(source: Source): boolean {
    const { ends } = this.#options
    if (ends === undefined || source.world === undefined) return false
    return source.next >= (ends.offsets.get(source.id) ?? 0)
  }

  /** Puts rows into the channels of a task where that is due; whether there were any. */
  decide(each: SlotTask): boolean {
    const before = each.inserted.length
    const { ends, layout } = this.#options
    for (const source of each.sources) {
      const { world } = source
      if (world === undefined || world.waiting > 0) continue
      if (ends !== undefined) {
        const isOver = this.hasReachedEnd(source) && !hasCome(world, ends)
        if (isOver) this.#insert(each, source, END, Math.max(ends.clock, world.clock))
        continue
      }
      const topic = layout.plan.topics.get(world.layout.stream)
      // Where nothing else waits, nobody is held up, and there is nothing to decide.
      const holdsUp = each.task.waitsFor === world && each.task.hasWaiting
      if (holdsUp && this.#isSilent(source, topic)) this.#goOnWithout(each, source, world)
    }
    return each.inserted.length > before
  }

  /** All silent topics come to the same clock: one beyond the other's would never end. */
  #goOnWithout(each: SlotTask, source: Source, { clock }: Channel): void {
    const latest = latestClock(each.task)
    if (latest > each.skippedTo) each.skippedTo = latest + 1
    if (clock < each.skippedTo) this.#insert(each, source, HEARTBEAT, each.skippedTo)
  }

  #insert(each: SlotTask, source: Source, kind: number, clock: number): void {
    const { sub } = each.layout
    const row = { sub: sub.id, source: source.id, offset: source.next, kind, clock }
    each.inserted.push(row)
    source.insert(row.offset, insertedBatch(row))
  }

  /** Whether a topic that may be idle has brought nothing for that long. */
  #isSilent(source: Source, topic: PlannedTopic | undefined): boolean {
    const idle = topic?.idle
    if (idle === undefined) return false
    const now = this.#options.pace.now()
    const last = this.#lastArrival.get(source.id)
    if (last === undefined) this.#lastArrival.set(source.id, now)
    return last !== undefined && (now - last) * MICROS_PER_MS >= idle
  }
}

/** Whether a channel has ended at the clock that every input reaches at the end. */
function hasCome({ hasEnded, clock }: Channel, ends: Ends): boolean {
  return hasEnded && clock >= ends.clock
}

/** How far the channels have come: all that was fetched is known by then. */
function latestClock({ channels, clock }: Task): number {
  return channels.reduce((latest, channel) => Math.max(latest, channel.lastClock), clock)
}
