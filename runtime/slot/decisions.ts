// Decides what no input says: that a run ends here, and that a silent topic or task holds nobody up
// any longer. Each decision is put into a channel and kept on the log (decisions 12 and 15).
import { END, HEARTBEAT } from '../../connectors/record-batch.ts'
import type { Ends } from '../ends.ts'
import type { Channel } from '../task/channel.ts'
import type { Source } from '../task/source.ts'
import type { Task } from '../task/task.ts'
import { insertedBatch } from './inserted-rows.ts'
import type { SlotOptions } from './options.ts'
import { type SentChannel, Silence } from './silence.ts'
import type { SlotTask } from './slot-task.ts'

const MICROS_PER_MS = 1000

export class Decisions {
  readonly #options: SlotOptions
  /** By source, when it last brought something. */
  readonly #lastArrival = new Map<string, number>()
  readonly #silence: Silence

  constructor(options: SlotOptions) {
    this.#options = options
    this.#silence = new Silence(options)
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

  /**
   * Puts rows into the channels of a task where that is due; whether any are to be committed.
   * @throws EngineError of the log.
   */
  async decide(each: SlotTask): Promise<boolean> {
    this.#decideOnWorld(each)
    await this.#decideOnTasks(each)
    return each.inserted.length > 0
  }

  #decideOnWorld(each: SlotTask): void {
    const { ends } = this.#options
    for (const source of each.sources) {
      const { world } = source
      if (world === undefined || world.waiting > 0) continue
      if (ends !== undefined) {
        const isOver = this.hasReachedEnd(source) && !hasCome(world, ends)
        if (isOver) this.#insert(each, source, END, Math.max(ends.clock, world.clock))
        continue
      }
      // Where nothing else waits, nobody is held up, and there is nothing to decide.
      const holdsUp = each.task.waitsFor === world && each.task.hasWaiting
      if (!holdsUp || !this.#isSilent(source, world.layout.idle)) continue
      const clock = skipTo(each)
      if (world.clock < clock) this.#insert(each, source, HEARTBEAT, clock)
    }
  }

  /** All that are silent at once: one after the other would each take a round. */
  async #decideOnTasks(each: SlotTask): Promise<void> {
    if (this.#options.ends !== undefined) return
    const { task, sources } = each
    const { waitsFor } = task
    if (waitsFor === undefined || waitsFor.layout.upstream < 0 || !task.hasWaiting) return
    if (waitsFor.waiting > 0) return
    const empty = sources.flatMap((source) =>
      source.channels.filter(isEmpty).map((channel) => ({ source, channel })),
    )
    const silent = await this.#silence.find(waitsFor, empty)
    if (silent.length === 0) return
    // No row stands there that could be taken: rows at the common clock must not wait for it.
    const clock = skipTo(each) + 1
    for (const sent of silent) if (sent.channel.leastClock < clock) goOnWithout(each, sent, clock)
  }

  #insert(each: SlotTask, source: Source, kind: number, clock: number): void {
    const about = { sub: each.layout.sub.id, source: source.id, upstream: -1 }
    const row = { ...about, offset: source.next, kind, clock }
    each.inserted.push(row)
    source.insert(row.offset, insertedBatch(row))
  }

  /** Whether a topic that may be idle has brought nothing for that long. */
  #isSilent(source: Source, idle: number | undefined): boolean {
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

/** Of a task: nothing waits in it, and something may still come. */
function isEmpty(channel: Channel): boolean {
  return channel.layout.upstream >= 0 && channel.waiting === 0 && channel.bound() < Infinity
}

function goOnWithout(each: SlotTask, { source, channel }: SentChannel, clock: number): void {
  const { upstream } = channel.layout
  const place = { sub: each.layout.sub.id, source: source.id, upstream, offset: channel.sequence }
  // Of several before one record the last says it all, and one a commit is enough.
  const others = each.inserted.filter(
    (row) =>
      row.source !== place.source || row.upstream !== upstream || row.offset !== place.offset,
  )
  each.inserted = [...others, { ...place, kind: HEARTBEAT, clock }]
  channel.raise(place.offset, clock)
}

/**
 * All that is silent comes to the same clock, behind which no record waits: if what was put in
 * counted as waiting, one would go beyond the other without end.
 */
function skipTo(each: SlotTask): number {
  const latest = latestClock(each.task)
  const hasMore = latest > each.skippedTo || waitingClock(each) >= each.skippedTo
  if (hasMore) each.skippedTo = latest + 1
  return each.skippedTo
}

/** The latest clock of channels in which rows of the log wait. */
function waitingClock({ sources }: SlotTask): number {
  const channels = sources.flatMap((source) => (source.hasWaiting ? source.channels : []))
  const clocks = channels.map(({ waiting, lastClock }) => (waiting > 0 ? lastClock : -Infinity))
  return Math.max(...clocks)
}

/** How far the channels have come: all that was fetched is known by then. */
function latestClock({ channels, clock }: Task): number {
  return channels.reduce((latest, channel) => Math.max(latest, channel.lastClock), clock)
}
