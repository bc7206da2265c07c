// The partitions of a sink that this process writes, as the group gives them: a slot for each, so
// that any number of processes share them. What another process has, a claim there takes from here.
import type { Assignment, Membership } from '../../connectors/connector.ts'
import type { Sink } from '../../sinks/sink.ts'
import type { PlannedTopic } from '../../topology/plan.ts'
import { failureOf } from '../slot/failure.ts'
import type { Away } from './away.ts'
import { isSinkFault, mayPass, Patience } from './patience.ts'
import { type PartitionEnd, type PartitionRun, runPartition } from './run-partition.ts'
import type { Course, SinkRunOptions } from './sink-run-options.ts'
import { topicOfSink } from './sink-topic.ts'

export interface SharedOptions {
  readonly away: Away
  readonly course: Course
  readonly isDraining: () => boolean
  /** Says where each partition is to end. */
  readonly setEnds: (ends: ReadonlyMap<number, number>) => void
}

/** How often a member looks at its assignment; and where it is to end, at its end. */
const POLL_MS = 200
const POLL_ENDING_MS = 10
const SLOWER = 1.2
/** How long a partition that another process has claimed is left to it. */
const FENCED_REST_MS = 1_000
/** How long writes that are under way may take when all is to end. */
const RELEASE_MS = 5_000
/** How often the outside is asked how far others are. */
const ASK_MS = 1_000

export class SharedPartitions {
  readonly #sink: Sink
  readonly #options: SinkRunOptions
  readonly #shared: SharedOptions
  readonly #topic: PlannedTopic
  readonly #patience: Patience
  readonly #running = new Map<number, PartitionRun>()
  /** When partitions may be claimed again that others have claimed. */
  readonly #rests = new Map<number, number>()
  /** How far each is, of those that this process has written, and where it began if it is new. */
  readonly #positions = new Map<number, number>()
  #ends: ReadonlyMap<number, number> | undefined
  #askedAt = Number.NEGATIVE_INFINITY
  #failure: { readonly error: unknown } | undefined

  constructor(sink: Sink, options: SinkRunOptions, shared: SharedOptions) {
    this.#sink = sink
    this.#options = options
    this.#shared = shared
    this.#topic = topicOfSink(options.layout.plan, options.planned)
    this.#patience = new Patience(options.planned, options.clock.now)
  }

  /** Until all is written where it is to end. @throws what ends the sink. */
  async run(): Promise<void> {
    const { clock } = this.#options
    const { course } = this.#shared
    let membership: Membership | undefined
    let endingMs = POLL_ENDING_MS
    try {
      while (!course.isStopping() && this.#failure === undefined) {
        try {
          membership ??= await this.#join()
          if (await this.#round(membership)) break
          this.#patience.succeeded()
          this.#shared.away.well('opening')
        } catch (error) {
          await this.#recover(error)
        }
        await clock.pause(this.#ends === undefined ? POLL_MS : endingMs)
        // Soon at first, so that a short run ends when it is over.
        if (this.#ends !== undefined) endingMs = Math.min(POLL_MS, endingMs * SLOWER)
      }
    } finally {
      await this.#releaseAll()
      // A member that cannot leave is found dead by the group; what ended it matters more.
      await membership?.leave().catch((error: unknown) => this.#fail(error))
    }
    if (this.#failure !== undefined) throw this.#failure.error
  }

  #join(): Promise<Membership> {
    const { log, layout, planned } = this.#options
    const { topic, partitions } = this.#topic
    const group = `${layout.plan.topology}.sink.${planned.name}`
    return log.join(group, partitions, { shape: `${planned.kind} ${topic}/${partitions}` })
  }

  /** Whether all is done. */
  async #round(membership: Membership): Promise<boolean> {
    const { course, isDraining } = this.#shared
    if (this.#ends === undefined && (course.givesUp() || isDraining())) await this.#findEnds()
    this.#follow(await membership.poll())
    if (this.#ends === undefined) return false
    if (course.givesUp()) return this.#running.size === 0
    return this.#isDrained(this.#ends)
  }

  async #recover(error: unknown): Promise<void> {
    const { course, away } = this.#shared
    if (!mayPass(error)) throw error
    const pauseMs = this.#patience.failed(error)
    if (isSinkFault(error)) {
      away.failed('opening', error, { attempt: this.#patience.failures, standing: undefined })
    } else this.#options.report({ kind: 'log-problem', ...failureOf(error) })
    await course.pause(pauseMs)
  }

  async #findEnds(): Promise<void> {
    const { topic, partitions } = this.#topic
    const ids = Array.from({ length: partitions }, (_, partition) => ({ topic, partition }))
    const bounds = await this.#options.log.bounds(ids)
    const isAnyEmpty = bounds.some(({ first, stable }) => first === stable)
    const positions = isAnyEmpty ? await this.#sink.positions() : new Map<number, number>()
    this.#ends = new Map(bounds.map(({ partition, stable }) => [partition, stable]))
    this.#shared.setEnds(this.#ends)
    for (const { partition, first, stable } of bounds) {
      // Of what holds nothing the outside may know nothing; what it knows otherwise, a claim tells.
      const position = positions.get(partition) ?? stable
      if (first === stable && position === stable) this.#positions.set(partition, stable)
    }
  }

  #follow({ slots }: Assignment): void {
    const now = this.#options.clock.now()
    for (const [partition, run] of this.#running) {
      run.look()
      if (!slots.includes(partition)) run.release()
    }
    // What has failed by then is left to the next run.
    if (this.#shared.course.givesUp()) return
    for (const partition of slots) {
      const isResting = (this.#rests.get(partition) ?? now) > now
      const isDone = this.#isDone(partition)
      if (!this.#running.has(partition) && !isResting && !isDone) this.#start(partition)
    }
  }

  #start(partition: number): void {
    const { away, course } = this.#shared
    const about = { topic: this.#topic, partition, away, course }
    const run = runPartition(this.#sink, { ...this.#options, ...about })
    this.#running.set(partition, run)
    run.done.then(
      (end) => this.#ended(partition, run, end),
      (error: unknown) => {
        this.#running.delete(partition)
        this.#fail(error)
      },
    )
  }

  #ended(partition: number, { position }: PartitionRun, end: PartitionEnd): void {
    const { clock, report, planned } = this.#options
    this.#running.delete(partition)
    if (position !== undefined) this.#positions.set(partition, position)
    if (end === 'fenced') this.#rests.set(partition, clock.now() + FENCED_REST_MS)
    const reason = end === 'fenced' ? 'another process has claimed it' : 'it was released'
    report({ kind: 'sink-released', sink: planned.name, partition, reason })
  }

  #fail(error: unknown): void {
    this.#failure ??= { error }
  }

  /** Whether it has come to where it is to end. */
  #isDone(partition: number): boolean {
    const end = this.#ends?.get(partition)
    const position = this.#running.get(partition)?.position ?? this.#positions.get(partition)
    return end !== undefined && position !== undefined && position >= end
  }

  /** Whether all of the topic is outside, whoever has written it. */
  async #isDrained(ends: ReadonlyMap<number, number>): Promise<boolean> {
    const left = [...ends.keys()].filter((partition) => !this.#isDone(partition))
    if (left.length === 0) return true
    const now = this.#options.clock.now()
    if (left.some((each) => this.#running.has(each)) || now - this.#askedAt < ASK_MS) return false
    this.#askedAt = now
    const positions = await this.#sink.positions()
    return left.every((each) => (positions.get(each) ?? -1) >= (ends.get(each) ?? 0))
  }

  /** Writes that do not end are left alone: whoever claims their partitions shuts them out. */
  async #releaseAll(): Promise<void> {
    const { clock } = this.#options
    const { course } = this.#shared
    const until = clock.now() + RELEASE_MS
    const isOver = (): boolean =>
      this.#running.size === 0 || course.isStopping() || clock.now() >= until
    for (const run of this.#running.values()) run.release()
    while (!isOver()) await clock.pause(POLL_ENDING_MS)
  }
}
