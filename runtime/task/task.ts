// A task: the steps of one sub-topology on one partition. It merges its channels, pushes each
// record through its steps depth-first, and gathers what they give out until the slot commits it.
// docs/semantics.md says what each line has to do; runtime/reference says it again without haste.
import type { LiftedRecord } from '../../operators/lift.ts'
import type { StepRecord } from '../../operators/operator.ts'
import type { FateKind } from '../../topology/declaration.ts'
import { streamId } from '../../topology/streams.ts'
import { CycleUnsettled, FeedbackQueue, MOST_DELIVERIES } from '../feedback.ts'
import type { TaskLayout } from '../layout.ts'
import type { Channel } from './channel.ts'
import { Counts, type InputCount, type StepCount } from './counts.ts'
import type { Emissions } from './emissions.ts'
import type { DeadLetters } from './dead-letters.ts'
import type { ItemInHand } from './item-in-hand.ts'
import { Merge } from './merge.ts'
import { type Timer, Timers } from './timers.ts'
import { type Consumer, type TaskStep, Wiring } from './wiring.ts'

export interface TaskParts {
  readonly layout: TaskLayout
  readonly steps: readonly TaskStep[]
  readonly channels: readonly Channel[]
  readonly emissions: Emissions
  readonly deadLetters: DeadLetters
  readonly item: ItemInHand
}

/** Who takes an output of a step: at once, or when the cascade in hand has ended. */
interface Followers {
  readonly atOnce: readonly Consumer[]
  readonly fedBack: readonly Consumer[]
}

interface FedBack {
  readonly consumers: readonly Consumer[]
  readonly record: StepRecord
}

export class Task {
  readonly layout: TaskLayout
  readonly steps: readonly TaskStep[]
  readonly channels: readonly Channel[]
  readonly emissions: Emissions
  readonly deadLetters: DeadLetters
  readonly counts = new Counts()
  readonly timers: Timers
  clock = Number.NEGATIVE_INFINITY
  /** Items and timers taken so far. */
  taken = 0
  /** It stops when it has taken so many: the next one met a fate of `fail`. */
  stopBefore = Number.POSITIVE_INFINITY
  readonly #item: ItemInHand
  readonly #merge: Merge
  readonly #wiring: Wiring
  readonly #feedback = new FeedbackQueue<FedBack>()
  readonly #hasFeedback: boolean
  /** What waits to be delivered, depth-first: the last comes first. */
  readonly #consumers: Consumer[] = []
  readonly #records: StepRecord[] = []
  /** The timer in hand, if it is one. */
  #fired: Timer | undefined
  /** Turns that were pushed into the wiring. */
  #pushed = 0
  /** Consumers of every channel's stream, and of every output of every step. */
  readonly #channelConsumers: readonly (readonly Consumer[])[]
  readonly #followers: readonly ReadonlyMap<string, Followers>[]
  /** Counts by step, and by channel those of its topic: looked up once, not for every record. */
  readonly #stepCounts: readonly StepCount[]
  readonly #inputCounts: readonly (InputCount | undefined)[]

  constructor({ layout, steps, channels, emissions, deadLetters, item }: TaskParts) {
    this.layout = layout
    this.steps = steps
    this.channels = channels
    this.emissions = emissions
    this.deadLetters = deadLetters
    this.#item = item
    this.timers = new Timers(steps.length)
    this.#merge = new Merge(channels)
    this.#wiring = new Wiring(steps, {
      now: () => this.clock,
      wakeAt: (step, key, at) => this.#wake(step, key, at),
    })
    this.#stepCounts = steps.map(({ planned }) => this.counts.step(planned.id))
    this.#inputCounts = channels.map(({ layout: { settles, stream } }) =>
      settles ? this.counts.input(stream) : undefined,
    )
    this.#channelConsumers = channels.map(({ layout: { via, stream } }) =>
      this.#wiring.consumers(via, stream),
    )
    this.#followers = steps.map(
      ({ planned: { id, outputs } }) =>
        new Map([...outputs.keys()].map((output) => [output, this.#followersOf(id, output)])),
    )
    this.#hasFeedback = steps.some(({ planned }) => planned.inputs.some((each) => each.feedback))
  }

  /** The channel that it waits for, after `process` stopped early. */
  get waitsFor(): Channel | undefined {
    return this.#merge.waitsFor
  }

  /** Whether a channel holds rows that were not taken. */
  get hasWaiting(): boolean {
    return this.channels.some(({ waiting }) => waiting > 0)
  }

  /** Nothing waits, and nothing is expected. */
  get hasFinished(): boolean {
    return !this.hasWaiting && this.channels.every(({ hasEnded }) => hasEnded)
  }

  /** To be called when its channels got rows, or one was decided upon. */
  refresh(): void {
    this.#merge.refresh()
  }

  /** Takes items until there were `most`, timers counted; returns how many there were. */
  process(most: number): number {
    const before = this.taken
    // Left over where it had stopped between an item and a timer that was due with it.
    if (this.timers.earliest < this.clock) this.#advance(this.clock)
    while (this.taken - before < most && this.taken < this.stopBefore) {
      const channel = this.#merge.next()
      if (channel === undefined) break
      this.#take(channel)
    }
    return this.taken - before
  }

  /** @throws if records were pushed that no step saw: RxJS would have dropped them in silence. */
  assertProcessed(): void {
    this.#wiring.assertOpen()
    if (this.#wiring.turns !== this.#pushed) {
      const { id } = this.layout
      throw new Error(`task ${id} pushed ${this.#pushed} and processed ${this.#wiring.turns}`)
    }
  }

  close(): void {
    this.#wiring.close()
  }

  #take(channel: Channel): void {
    const { headClock, headRecord, headProblem } = channel
    if (this.timers.earliest < headClock) {
      this.#advance(headClock)
      if (this.taken >= this.stopBefore) return
    } else if (headClock > this.clock) {
      this.clock = headClock
    }
    this.#item.takeFrom(channel)
    const counts = this.#inputCounts[channel.index]
    if (headProblem !== undefined) {
      if (counts !== undefined) this.#settleUnreadable(channel, headProblem, counts)
    } else if (headRecord !== undefined) {
      if (counts !== undefined) counts.records += 1
      this.#begin(this.#channelConsumers[channel.index] ?? [], headRecord)
    }
    channel.advance()
    this.taken += 1
    // A timer that was set for an instant already passed is due at once.
    if (this.timers.earliest < headClock) this.#advance(headClock)
  }

  /**
   * Moves the clock. On its way it passes timers: at the first instant after a timer's own nothing
   * of that instant can still come, so there the timer fires.
   */
  #advance(clock: number): void {
    while (this.timers.earliest < clock) {
      if (this.taken >= this.stopBefore) return
      const timer = this.timers.takeBefore(clock)
      if (timer === undefined) break
      if (timer.at + 1 > this.clock) this.clock = timer.at + 1
      const { planned } = this.#step(timer.step)
      this.#item.takeTimerOf(planned.id)
      this.#pushed += 1
      this.#fired = timer
      this.#wiring.fire(timer.step, timer)
      this.#fired = undefined
      this.#settle(timer.step, planned.id, { key: timer.key, value: null, time: timer.at })
      this.#drain()
      this.taken += 1
    }
    if (clock > this.clock) this.clock = clock
  }

  /** @throws for a timer that sets itself for an instant that is over: it would fire for ever. */
  #wake(step: number, key: string, at: number): void {
    const fired = this.#fired
    if (fired !== undefined && fired.step === step && fired.key === key && at <= fired.at) {
      const { planned } = this.#step(step)
      throw new Error(`the timer of "${planned.id}" sets itself for an instant that is over`)
    }
    this.timers.set(step, key, at)
  }

  /** A record goes to all that read its channel, and on from there. */
  #begin(consumers: readonly Consumer[], record: StepRecord): void {
    const [only] = consumers
    // Nearly every record has one consumer and gives nothing: it need not pass over the stack.
    if (consumers.length === 1 && only !== undefined && !this.#hasFeedback) {
      this.#deliver(only, record)
      if (this.#consumers.length > 0) this.#drain()
      return
    }
    this.#push(consumers, record)
    this.#drain()
  }

  /** Depth-first with a stack of its own: a long chain of steps needs no deep recursion. */
  #drain(): void {
    let deliveries = 0
    for (;;) {
      const consumer = this.#consumers.pop()
      const record = this.#records.pop()
      if (consumer === undefined || record === undefined) {
        const fedBack = this.#hasFeedback ? this.#feedback.take() : undefined
        if (fedBack === undefined) return
        this.#push(fedBack.consumers, fedBack.record)
        continue
      }
      deliveries += 1
      if (this.#hasFeedback && deliveries > MOST_DELIVERIES) this.#failToSettle()
      this.#deliver(consumer, record)
    }
  }

  /** The first of them on top of the stack. */
  #push(consumers: readonly Consumer[], record: StepRecord): void {
    for (let index = consumers.length - 1; index >= 0; index -= 1) {
      const consumer = consumers[index]
      if (consumer === undefined) continue
      this.#consumers.push(consumer)
      this.#records.push(record)
    }
  }

  #deliver(consumer: Consumer, record: StepRecord): void {
    this.#countsOf(consumer.step).records += 1
    if (record.value === null && !consumer.takesNull) {
      const reason = 'the record has no value, and only a table that is looked up takes that'
      this.#fate(consumer.step, consumer.input.stream, 'bad', reason, record)
      return
    }
    this.#pushed += 1
    consumer.entrance.next(record)
    const { fate, emitted, held } = this.#wiring.turn
    if (fate !== undefined || emitted.length > 0 || held.length > 0) {
      this.#settle(consumer.step, consumer.input.stream, record)
    }
  }

  /** What the turn gave out is taken as a whole, or not at all; then it is delivered. */
  #settle(index: number, stream: string, record: StepRecord): void {
    const { turn } = this.#wiring
    const { emitted, held } = turn
    if (turn.fate === undefined && emitted.length > 0) {
      const problem = this.emissions.settle(index, emitted, this.clock)
      if (problem !== undefined) {
        turn.fate = 'bad'
        turn.reason = problem
      }
    }
    if (turn.fate !== undefined) {
      const { fate, reason } = turn
      turn.fate = undefined
      emitted.length = 0
      held.length = 0
      this.#fate(index, stream, fate, reason, record)
      return
    }
    if (held.length > 0) {
      const counts = this.#countsOf(index).held
      for (const reason of held) counts[reason] = (counts[reason] ?? 0) + 1
      held.length = 0
    }
    if (emitted.length > 0) {
      this.#follow(index, emitted)
      emitted.length = 0
    }
  }

  /** Puts what was given out before everything that waits, the first on top. */
  #follow(index: number, emitted: readonly LiftedRecord[]): void {
    this.#countsOf(index).emitted += emitted.length
    const followers = this.#followers[index]
    if (this.#hasFeedback) {
      for (const record of emitted) {
        const consumers = followers?.get(record.output)?.fedBack ?? []
        if (consumers.length > 0) this.#feedback.add(record.time, { consumers, record })
      }
    }
    for (let at = emitted.length - 1; at >= 0; at -= 1) {
      const record = emitted[at]
      if (record !== undefined) this.#push(followers?.get(record.output)?.atOnce ?? [], record)
    }
  }

  #followersOf(step: string, output: string): Followers {
    const all = this.#wiring.consumers('local', streamId(step, output))
    return {
      atOnce: all.filter(({ input }) => !input.feedback),
      fedBack: all.filter(({ input }) => input.feedback),
    }
  }

  #fate(index: number, stream: string, fate: FateKind, reason: string, record: StepRecord): void {
    const { planned } = this.#step(index)
    this.#countsOf(index)[fate] += 1
    this.deadLetters.settle(planned, { stream, fate, reason, record, available: this.clock })
  }

  #settleUnreadable(channel: Channel, reason: string, counts: InputCount): void {
    counts.records += 1
    counts.bad += 1
    this.deadLetters.settleUnreadable(channel, reason)
  }

  #failToSettle(): never {
    throw new CycleUnsettled(
      this.steps.map(({ planned }) => planned),
      this.#item.place,
    )
  }

  #countsOf(index: number): StepCount {
    const counts = this.#stepCounts[index]
    if (counts === undefined) throw new Error(`task has no step ${index}`)
    return counts
  }

  #step(index: number): TaskStep {
    const step = this.steps[index]
    if (step === undefined) throw new Error(`task has no step ${index}`)
    return step
  }
}
