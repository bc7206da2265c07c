// Wires the steps of a task as RxJS operators, once: an entrance for every input of a step and one
// for its timers, lifted, with what comes out collected turn by turn.
import { Observable, type OperatorFunction, type Subscriber, type Subscription } from 'rxjs'
import {
  type DueTimer,
  lift,
  type LiftContext,
  type LiftedRecord,
  liftTimers,
} from '../../operators/lift.ts'
import type { Step, StepRecord } from '../../operators/operator.ts'
import type { FateKind } from '../../topology/declaration.ts'
import type { PlannedInput, PlannedStep } from '../../topology/plan.ts'
import type { TaskStore } from '../state/task-store.ts'

export interface TaskStep {
  readonly planned: PlannedStep
  readonly step: Step
  readonly stores: ReadonlyMap<string, TaskStore>
}

/** What a step did in the turn in hand. The task empties it after every turn. */
export interface TurnResult {
  emitted: LiftedRecord[]
  held: string[]
  fate: FateKind | undefined
  reason: string
}

export interface TaskSurroundings {
  readonly now: () => number
  readonly wakeAt: (step: number, key: string, at: number) => void
}

/** An input of a wired step. */
export interface Consumer {
  readonly step: number
  readonly input: PlannedInput
  /** Whether a record without a value may come: the stream is looked up. */
  readonly takesNull: boolean
  readonly entrance: Entrance<StepRecord>
}

/** Where records go in; once the subscription has closed they go nowhere. */
export interface Entrance<T> {
  readonly next: (each: T) => void
}

export class Wiring {
  /** What the step that was pushed last did. */
  readonly turn: TurnResult = { emitted: [], held: [], fate: undefined, reason: '' }
  /** Turns that steps have begun; equal to what was pushed, or a subscription has closed. */
  turns = 0
  readonly #consumers = new Map<string, Consumer[]>()
  readonly #timers: Entrance<DueTimer>[] = []
  readonly #subscriptions: Subscription[] = []
  #fault: unknown

  /** `steps` in topological order. */
  constructor(steps: readonly TaskStep[], surroundings: TaskSurroundings) {
    for (const [index, { planned, step }] of steps.entries()) {
      const counted = this.#counted(step)
      const context = this.#contextOf(index, surroundings)
      // What is looked up comes before what drives, should one record be both.
      for (const input of [...planned.inputs].sort(lookupsFirst)) {
        const entrance = this.#enter(lift(counted, context, input.name))
        const takesNull = input.role === 'looked-up'
        this.#add(`${input.via} ${input.stream}`, { step: index, input, takesNull, entrance })
      }
      this.#timers.push(this.#enter(liftTimers(counted, context)))
    }
  }

  /** Who takes a stream, in the order in which they do. */
  consumers(via: PlannedInput['via'], stream: string): readonly Consumer[] {
    return this.#consumers.get(`${via} ${stream}`) ?? []
  }

  fire(step: number, timer: DueTimer): void {
    this.#timers[step]?.next(timer)
  }

  /** @throws if a subscription closed, which RxJS alone would keep to itself. */
  assertOpen(): void {
    if (this.#subscriptions.some(({ closed }) => closed)) {
      throw new Error('a subscription of the task has closed', { cause: this.#fault })
    }
  }

  close(): void {
    for (const subscription of this.#subscriptions) subscription.unsubscribe()
  }

  #add(source: string, consumer: Consumer): void {
    const known = this.#consumers.get(source)
    if (known) known.push(consumer)
    else this.#consumers.set(source, [consumer])
  }

  /**
   * Subscribes to what a lifted step gives out. Its one subscriber is the entrance: a Subject keeps
   * a list of them and goes through it for every record.
   */
  #enter<T>(lifted: OperatorFunction<T, LiftedRecord>): Entrance<T> {
    const { emitted } = this.turn
    const entrances: Subscriber<T>[] = []
    const source = new Observable<T>((subscriber) => void entrances.push(subscriber))
    this.#subscriptions.push(
      source.pipe(lifted).subscribe({
        next: (record) => void emitted.push(record),
        error: (error: unknown) => (this.#fault = error),
      }),
    )
    const [entrance] = entrances
    if (entrance === undefined) throw new Error('a lifted step does not subscribe')
    return entrance
  }

  /** The step, with its turns counted. */
  #counted(step: Step): Step {
    const { onTimer } = step
    return {
      onRecord: (record, turn, input) => {
        this.turns += 1
        step.onRecord(record, turn, input)
      },
      ...(onTimer && {
        onTimer: (key: string, at: number, turn: Parameters<typeof onTimer>[2]) => {
          this.turns += 1
          onTimer(key, at, turn)
        },
      }),
    }
  }

  #contextOf(index: number, { now, wakeAt }: TaskSurroundings): LiftContext {
    const { turn } = this
    return {
      now,
      onFate: (_record, fate, reason) => {
        turn.fate = fate
        turn.reason = reason
      },
      onHold: (_record, reason) => void turn.held.push(reason),
      wakeAt: (key, at) => wakeAt(index, key, at),
    }
  }
}

function lookupsFirst(a: PlannedInput, b: PlannedInput): number {
  return Number(a.role === 'drives') - Number(b.role === 'drives')
}
