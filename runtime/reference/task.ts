// One task of the reference interpreter: merges its channels, one loop over what comes, depth-first
// through its steps. docs/semantics.md says what each line has to do; this is that page as a
// program, with no thought of speed.
import type { Step, StepRecord, Turn } from '../../operators/operator.ts'
import { type Outcome, takeTurn } from '../../operators/turn.ts'
import type { Value } from '../../schemas/type.ts'
import type { FateKind } from '../../topology/declaration.ts'
import type { PlannedInput, PlannedOutput, PlannedStep } from '../../topology/plan.ts'
import { streamId } from '../../topology/streams.ts'
import type { ChannelItem, ChannelRecord, Placed, UnreadableItem } from './channels.ts'
import { CycleUnsettled, FeedbackQueue, MOST_DELIVERIES } from '../feedback.ts'
import type { ReferenceStore } from './stores.ts'
import { Timers } from './timers.ts'

/** A step as a task holds it. */
export interface TaskStep {
  readonly planned: PlannedStep
  readonly step: Step
  /** By the names under which its type declares them. */
  readonly stores: ReadonlyMap<string, ReferenceStore>
}

export interface TaskParts {
  /** In topological order. */
  readonly steps: readonly TaskStep[]
  /** All that its channels bring, in merge order. */
  readonly items: readonly Placed[]
  /** How the streams of its channels come. */
  readonly via: ReadonlyMap<string, PlannedInput['via']>
}

/** What a task holds when it has ended. */
export interface TaskEnd {
  readonly clock: number
  readonly steps: readonly TaskStep[]
  readonly timers: readonly { readonly step: string; readonly key: string; readonly at: number }[]
}

/** What leaves a step: its record, and which input record it came from. */
export interface Emission extends StepRecord {
  readonly value: Value
  readonly available: number
  readonly place: string
}

/** Where a task's results go. */
export interface TaskOutlet {
  /** An emission with its key, and in the form of its topic. Throws if it does not fit. */
  readonly key: (step: PlannedStep, output: string, emission: Omit<Emission, 'key'>) => Keyed
  /** Every emission of every step, in order. */
  readonly emitted: (step: PlannedStep, keyed: Keyed) => void
  readonly fated: (
    step: PlannedStep,
    fate: FateKind,
    reason: string,
    record: Omit<ChannelRecord, 'kind'> & { readonly available: number },
  ) => void
  readonly held: (step: PlannedStep, reason: string) => void
  /** A record comes next: first the timers that it lets fire, then it is taken. */
  readonly reached: (record: ChannelRecord) => void
  readonly taken: (record: ChannelRecord) => void
  /** An item that cannot be read has been taken, and is to be settled. */
  readonly unreadable: (item: UnreadableItem) => void
  readonly received: (step: PlannedStep) => void
  readonly crashed: () => void
}

/** An emission as it leaves a step. */
export interface Keyed {
  readonly output: string
  readonly planned: PlannedOutput
  readonly emission: Emission
  /** The record as the topic holds it, and its Avro body; undefined where it goes to none. */
  readonly written: { readonly emission: Emission; readonly body: Uint8Array } | undefined
}

interface Delivery {
  readonly to: number
  readonly input: string
  readonly record: Omit<ChannelRecord, 'kind'>
}

export class ReferenceTask {
  readonly #steps: readonly TaskStep[]
  readonly #items: readonly Placed[]
  readonly #via: TaskParts['via']
  readonly #outlet: TaskOutlet
  readonly #timers = new Timers()
  readonly #feedback = new FeedbackQueue<readonly Delivery[]>()
  /**
   * Consumers by stream, in topological order: local ones by `local id`, others by `via id`, those
   * that it is fed back to by `feedback id`.
   */
  readonly #consumers = new Map<string, { readonly to: number; readonly input: string }[]>()
  readonly #hasFeedback: boolean
  /** Items and timers that it has done with. */
  taken = 0
  #clock = Number.NEGATIVE_INFINITY

  constructor({ steps, items, via }: TaskParts, outlet: TaskOutlet) {
    this.#steps = steps
    this.#items = items
    this.#via = via
    this.#outlet = outlet
    for (const [to, { planned }] of steps.entries()) {
      // What is looked up comes before what drives, should one record be both.
      for (const input of [...planned.inputs].sort(lookupsFirst)) {
        const source = `${input.feedback ? 'feedback' : input.via} ${input.stream}`
        const consumers = this.#consumers.get(source) ?? []
        this.#consumers.set(source, [...consumers, { to, input: input.name }])
      }
    }
    this.#hasFeedback = steps.some(({ planned }) => planned.inputs.some((each) => each.feedback))
  }

  get clock(): number {
    return this.#clock
  }

  /** Handles all that comes, in merge order, or the first `most` items and timers. */
  run(most = Number.POSITIVE_INFINITY): void {
    for (const { item, clock } of this.#items) {
      if (item.kind === 'record') this.#outlet.reached(item)
      this.#advance(clock, most)
      if (this.taken >= most) return
      if (item.kind === 'record') this.#outlet.taken(item)
      this.#take(item)
      this.taken += 1
      // A timer that was set for an instant already passed is due at once.
      this.#advance(clock, most)
      if (this.taken >= most) return
    }
  }

  /** What it holds. */
  end(): TaskEnd {
    const timers = this.#timers.left().map(({ step, key, at }) => {
      return { step: this.#step(step).planned.id, key, at }
    })
    return { clock: this.#clock, steps: this.#steps, timers }
  }

  #take(item: ChannelItem): void {
    if (item.kind === 'crash') {
      for (const { stores } of this.#steps) for (const store of stores.values()) store.crash()
      this.#outlet.crashed()
    } else if (item.kind === 'unreadable') {
      this.#outlet.unreadable(item)
    } else if (item.kind === 'record') {
      this.#cascade(this.#deliveries(`${this.#via.get(item.stream)} ${item.stream}`, item))
    }
  }

  /**
   * Moves the clock to `clock`. On its way it passes timers: at the first instant after a timer's
   * own nothing of that instant can still come, so there the timer fires.
   */
  #advance(clock: number, most: number): void {
    for (;;) {
      if (this.taken >= most) return
      const timer = this.#timers.takeBefore(clock)
      if (timer === undefined) break
      this.#clock = Math.max(this.#clock, timer.at + 1)
      this.#fire(timer.step, timer.key, timer.at)
      this.taken += 1
    }
    this.#clock = Math.max(this.#clock, clock)
  }

  #fire(index: number, key: string, at: number): void {
    const { planned, step } = this.#step(index)
    const origin = {
      stream: planned.id,
      key,
      value: null,
      time: at,
      place: `timer of ${planned.id}`,
    }
    const onTimer = step.onTimer
    if (onTimer === undefined) throw new Error(`${planned.id} set a timer and handles none`)
    this.#cascade(this.#turn(index, origin, (turn) => onTimer(key, at, turn)))
  }

  #deliveries(source: string, record: Omit<ChannelRecord, 'kind'>): Delivery[] {
    return (this.#consumers.get(source) ?? []).map(({ to, input }) => ({ to, input, record }))
  }

  /**
   * All that comes of a record or timer: what it leads to, depth-first, then what was fed back, one
   * entry of the queue after the other with all that it leads to, until nothing is left of it.
   */
  #cascade(first: readonly Delivery[]): void {
    let made = 0
    for (let next: readonly Delivery[] | undefined = first; next; next = this.#feedback.take()) {
      // A stack of its own, so that a long chain of steps needs no deep recursion.
      const stack = next.toReversed()
      for (let delivery = stack.pop(); delivery !== undefined; delivery = stack.pop()) {
        made += 1
        if (this.#hasFeedback && made > MOST_DELIVERIES) this.#failToSettle(delivery)
        for (const each of this.#deliver(delivery).toReversed()) stack.push(each)
      }
    }
  }

  /** What is fed back waits; the deliveries of the rest are returned. */
  #follow(stream: string, record: Omit<ChannelRecord, 'kind'>): Delivery[] {
    const fedBack = this.#deliveries(`feedback ${stream}`, record)
    if (fedBack.length > 0) this.#feedback.add(record.time, fedBack)
    return this.#deliveries(`local ${stream}`, record)
  }

  #failToSettle({ record }: Delivery): never {
    throw new CycleUnsettled(
      this.#steps.map(({ planned }) => planned),
      record.place,
    )
  }

  #deliver({ to, input, record }: Delivery): Delivery[] {
    const { planned, step } = this.#step(to)
    this.#outlet.received(planned)
    return this.#turn(to, record, (turn) => {
      if (record.value === null && !isLookedUp(planned, input)) {
        turn.reject('bad', 'the record has no value, and only a table that is looked up takes that')
      } else {
        step.onRecord(record, turn, input)
      }
    })
  }

  /**
   * Runs a step on one record or timer. If it throws, nothing of what it did counts. If it rejects,
   * or gives out what its topic cannot hold, what it stored and its timers stay, what it emitted
   * and held does not.
   */
  #turn(index: number, record: Omit<ChannelRecord, 'kind'>, act: (turn: Turn) => void): Delivery[] {
    const { planned, stores } = this.#step(index)
    const { outcome, keyed } = this.#tryTurn(planned, record, act)
    const { timers, held, fate, failed } = outcome
    for (const store of stores.values()) {
      if (failed) store.undo()
      else store.keep()
    }
    for (const { key, at } of timers) this.#timers.set(index, key, at)
    for (const reason of held) this.#outlet.held(planned, reason)
    if (fate !== undefined) {
      const { kind, reason } = fate
      this.#outlet.fated(planned, kind, reason, { ...record, available: this.#clock })
    }
    return keyed.flatMap((each) => {
      this.#outlet.emitted(planned, each)
      const stream = streamId(planned.id, each.output)
      return this.#follow(stream, { ...each.emission, stream })
    })
  }

  #tryTurn(
    planned: PlannedStep,
    record: Omit<ChannelRecord, 'kind'>,
    act: (turn: Turn) => void,
  ): { readonly outcome: Outcome; readonly keyed: readonly Keyed[] } {
    const outcome = takeTurn(this.#clock, record.time, act)
    try {
      const keyed = outcome.emitted.map(({ value, time, output }) => {
        const emission = { value, time, available: this.#clock, place: record.place }
        return this.#outlet.key(planned, output, emission)
      })
      return { outcome, keyed }
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      return { outcome: { ...outcome, held: [], fate: { kind: 'bad', reason } }, keyed: [] }
    }
  }

  #step(index: number): TaskStep {
    const step = this.#steps[index]
    if (step === undefined) throw new Error(`task has no step ${index}`)
    return step
  }
}

function isLookedUp(planned: PlannedStep, input: string): boolean {
  return planned.inputs.some(({ name, role }) => name === input && role === 'looked-up')
}

function lookupsFirst(a: PlannedInput, b: PlannedInput): number {
  return Number(a.role === 'drives') - Number(b.role === 'drives')
}
