// One partition of a sink: claimed, read, written, batch by batch, the next one read while one is
// written. Whatever fails and may pass is tried again from the position that a new claim gives.
import type { Sink, SinkBatch, SinkPartition } from '../../sinks/sink.ts'
import type { Fate } from '../../topology/declaration.ts'
import { EngineError } from '../../topology/engine-error.ts'
import type { SinkStanding } from '../report.ts'
import { failureOf } from '../slot/failure.ts'
import { isSinkFault, mayPass, Patience } from './patience.ts'
import { BatchReader, type ReadBatch, readsAhead } from './read-batches.ts'
import { refusedRecord, type RefusedRecord, unreadRecord } from './refused-record.ts'
import { SinkLetters } from './sink-letters.ts'
import type { PartitionOptions } from './sink-run-options.ts'
import { readSinkRow } from './sink-topic.ts'
import { findStart } from './start-position.ts'

/** Why it writes no more. */
export type PartitionEnd = 'ended' | 'fenced'

export interface PartitionRun {
  /** Rejects with what ends the sink. */
  readonly done: Promise<PartitionEnd>
  /** The offset of the first record that is not outside, as far as it is known. */
  readonly position: number | undefined
  /** Gives up waiting for an outside that does not answer. */
  readonly look: () => void
  /** Ends it after the batch that is being written. */
  readonly release: () => void
}

export function runPartition(sink: Sink, options: PartitionOptions): PartitionRun {
  const loop = new PartitionLoop(sink, options)
  const done = loop.run()
  return {
    done,
    get position() {
      return loop.position
    },
    look: () => loop.look(),
    release: () => void (loop.isReleased = true),
  }
}

/** A call that has not been answered for so long is taken for one that never will be. */
const ANSWER_MS = 60_000

/** A write, or a claim, that is under way. */
interface Call {
  readonly since: number
  readonly giveUp: (error: EngineError) => void
}

class PartitionLoop {
  isReleased = false
  position: number | undefined
  readonly #sink: Sink
  readonly #options: PartitionOptions
  readonly #patience: Patience
  #call: Call | undefined
  #stable = 0

  constructor(sink: Sink, options: PartitionOptions) {
    this.#sink = sink
    this.#options = options
    this.#patience = new Patience(options.planned, options.clock.now)
  }

  /** @throws EngineError where the failure will not pass, or a record meets a fate of `fail`. */
  async run(): Promise<PartitionEnd> {
    const { away, course, partition } = this.#options
    try {
      for (;;) {
        try {
          await this.#hold()
          return 'ended'
        } catch (error) {
          if (error instanceof EngineError && error.code === 'sink-fenced') return 'fenced'
          if (!mayPass(error)) throw error
          const pauseMs = this.#patience.failed(error)
          await this.#tellFailure(error)
          if (this.#isOver() || course.givesUp()) return 'ended'
          await course.pause(pauseMs)
          if (this.#isOver() || course.givesUp()) return 'ended'
        }
      }
    } finally {
      away.well(partition)
    }
  }

  look(): void {
    const { clock, planned, partition } = this.#options
    if (this.#call === undefined || clock.now() - this.#call.since < ANSWER_MS) return
    this.#call.giveUp(
      new EngineError(
        'sink-unavailable',
        `sink "${planned.name}" has had no answer from connection "${planned.connection}" for ` +
          `${ANSWER_MS / 1000} s; see whether it is up; it is tried again`,
        { coordinates: { sink: planned.name, partition }, retryable: true },
      ),
    )
  }

  #isOver(): boolean {
    return this.isReleased || this.#options.course.isStopping()
  }

  get #standing(): SinkStanding {
    const { planned, partition } = this.#options
    const { position = 0 } = this
    return { sink: planned.name, partition, position, stable: Math.max(position, this.#stable) }
  }

  /** Claims the partition and writes, until it is released or has come to its end. */
  async #hold(): Promise<void> {
    const { log, report, planned, topic, partition } = this.#options
    const held = await this.#answered(this.#sink.claim(partition))
    const at = { log, planned, topic, partition, position: held.position }
    const { position, stable, isLate } = await findStart(at)
    this.position = position
    this.#stable = stable
    report({ kind: 'sink-claimed', ...this.#standing, isLate })
    if (position === stable) this.#noteSuccess()
    await this.#follow(held, position)
  }

  async #follow(held: SinkPartition, from: number): Promise<void> {
    const letters = new SinkLetters(this.#options, from)
    let isDropped = false
    const reader = this.#openReader(from, () => isDropped)
    const isAhead = readsAhead(this.#sink.batches)
    let ahead = readAhead(reader)
    try {
      for (let batch = await ahead; batch !== undefined; batch = await ahead) {
        this.#stable = batch.stable
        if (isAhead) ahead = readAhead(reader)
        await this.#write(held, letters, batch)
        if (!isAhead) ahead = readAhead(reader)
      }
    } finally {
      // What is read now is read again, from where the outside stands.
      isDropped = true
      await Promise.allSettled([ahead])
      await letters.close()
    }
  }

  #openReader(from: number, isDropped: () => boolean): BatchReader {
    const { log, topic, partition, course, clock } = this.#options
    return new BatchReader({
      log,
      topic: topic.topic,
      partition,
      from,
      readRow: readSinkRow(topic),
      wish: this.#sink.batches,
      clock,
      end: () => course.end(partition),
      isStopping: () => isDropped() || this.#isOver(),
    })
  }

  /** Refused records meet their fates before the position passes them. */
  async #write(held: SinkPartition, letters: SinkLetters, read: ReadBatch): Promise<void> {
    const { planned, partition, clock, report } = this.#options
    const { from, next, records } = read
    let batch: SinkBatch = { partition, from, next, records }
    let fresh: readonly RefusedRecord[] = read.unread.map(unreadRecord)
    const refused = [...fresh]
    const began = clock.now()
    for (;;) {
      if (planned.bad === 'dead-letter' && fresh.length > 0) await letters.append(fresh)
      batch = withoutRefused(batch, fresh, planned.bad)
      if (batch.next === batch.from) break
      const refusals = await this.#answered(held.write(batch))
      if (refusals.length === 0) break
      fresh = refusals.map(refusedRecord)
      refused.push(...fresh)
    }
    this.position = batch.next
    this.#noteSuccess()
    const ms = clock.now() - began
    report({ kind: 'sink-written', ...this.#standing, records: batch.records.length, ms })
    this.#tellRefused(refused, batch.next)
  }

  /** @throws EngineError `sink-stopped-by-record` where their fate is `fail`. */
  #tellRefused(refused: readonly RefusedRecord[], next: number): void {
    const { planned, topic, partition, report } = this.#options
    const place = { sink: planned.name, topic: topic.topic, partition }
    const met = planned.bad === 'fail' ? refused.filter(({ offset }) => offset === next) : refused
    for (const [reason, own] of Map.groupBy(met, (each) => each.reason)) {
      const offset = Math.min(...own.map((each) => each.offset))
      const about = { ...place, offset, records: own.length, reason }
      report({ kind: 'sink-refused', fate: planned.bad, ...about })
      if (planned.bad === 'fail') throw stoppedByRecord(about)
    }
  }

  #noteSuccess(): void {
    this.#patience.succeeded()
    this.#options.away.well(this.#options.partition)
  }

  async #tellFailure(error: EngineError): Promise<void> {
    const { log, topic, partition, report, away } = this.#options
    if (!isSinkFault(error)) {
      report({ kind: 'log-problem', ...failureOf(error) })
      return
    }
    // How far it is behind is to be seen while it is away. A log that is away, too, is met below.
    const [bounds] = await log.bounds([{ topic: topic.topic, partition }]).catch(nothingOfLog)
    if (bounds !== undefined) this.#stable = bounds.stable
    const standing = this.position === undefined ? undefined : this.#standing
    away.failed(partition, error, { attempt: this.#patience.failures, standing })
  }

  /** The answer, unless it does not come: see `look`. */
  async #answered<T>(answer: Promise<T>): Promise<T> {
    const { promise, reject } = Promise.withResolvers<never>()
    this.#call = { since: this.#options.clock.now(), giveUp: reject }
    try {
      return await Promise.race([answer, promise])
    } finally {
      this.#call = undefined
    }
  }
}

/** A failure is met by whoever awaits the batch. */
function readAhead(reader: BatchReader): Promise<ReadBatch | undefined> {
  const batch = reader.next()
  void Promise.allSettled([batch])
  return batch
}

function nothingOfLog(error: unknown): readonly never[] {
  if (error instanceof EngineError) return []
  throw error
}

/** The batch without them; where their fate is `fail`, what stands before the first of them. */
function withoutRefused(
  batch: SinkBatch,
  refused: readonly RefusedRecord[],
  fate: Fate,
): SinkBatch {
  if (refused.length === 0) return batch
  const offsets = new Set(refused.map(({ offset }) => offset))
  const next = fate === 'fail' ? Math.min(...offsets) : batch.next
  const records = batch.records.filter(({ offset }) => offset < next && !offsets.has(offset))
  return { ...batch, next, records }
}

interface StoppedAt {
  readonly sink: string
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly reason: string
}

function stoppedByRecord({ reason, ...coordinates }: StoppedAt): EngineError {
  const { sink, topic, partition, offset } = coordinates
  return new EngineError(
    'sink-stopped-by-record',
    `sink "${sink}" cannot take the record at ${topic}/${partition}@${offset}: ${reason}; mend ` +
      'that and run it again, or state another fate: { bad: skip } or { bad: dead-letter }',
    { coordinates },
  )
}
