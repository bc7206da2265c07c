// A step as a plain RxJS operator. It catches per record: what a step throws becomes that record's
// fate and the stream goes on; RxJS alone would close the subscription and drop every later record
// without a word.
import { Observable, type OperatorFunction } from 'rxjs'
import type { Value } from '../schemas/type.ts'
import type { FateKind } from '../topology/declaration.ts'
import type { Micros, Step, StepRecord, Turn } from './operator.ts'

export interface LiftedRecord extends StepRecord {
  readonly value: Value
  readonly output: string
}

/** What a lifted step needs of its surroundings. All calls are synchronous. */
export interface LiftContext {
  /** The task's clock. */
  readonly now: () => Micros
  /**
   * Told of every record that does not pass. If it throws (a fate stated as `fail`), the stream
   * errors.
   */
  readonly onFate: (record: StepRecord, fate: FateKind, reason: string) => void
  readonly onHold: (record: StepRecord, reason: string) => void
  readonly wakeAt: (key: string, at: Micros) => void
}

/** A timer that is due. */
export interface DueTimer {
  readonly key: string
  readonly at: Micros
}

/**
 * Lifts a step into RxJS. What the step emits for a record leaves only when the step has returned,
 * so a record that fails gives nothing.
 *
 * @example
 * from(records).pipe(lift(step, context, 'main')).subscribe((record) => seen.push(record))
 */
export function lift(
  step: Step,
  context: LiftContext,
  input: string,
): OperatorFunction<StepRecord, LiftedRecord> {
  return liftTurns(context, (turn, record) => step.onRecord(record, turn, input))
}

/**
 * Lifts the timers of a step: what it emits when one is due. A timer that it cannot handle meets
 * the bad fate as a record without a value would.
 */
export function liftTimers(
  step: Step,
  context: LiftContext,
): OperatorFunction<DueTimer, LiftedRecord> {
  return (source) =>
    source.pipe(
      (timers) =>
        new Observable<StepRecord>((subscriber) =>
          timers.subscribe({
            next: ({ key, at }) => subscriber.next({ key, value: null, time: at }),
            error: (error: unknown) => subscriber.error(error),
            complete: () => subscriber.complete(),
          }),
        ),
      liftTurns(context, (turn, { key, time }) => {
        if (step.onTimer === undefined) throw new Error('the step set a timer and handles none')
        step.onTimer(key, time, turn)
      }),
    )
}

type Act = (turn: Turn, record: StepRecord) => void

function liftTurns(context: LiftContext, act: Act): OperatorFunction<StepRecord, LiftedRecord> {
  return (source) =>
    new Observable((subscriber) => {
      const turn = new LiftedTurn()
      return source.subscribe({
        next: (record) => {
          try {
            const emitted = turn.take(act, context, record)
            if (emitted !== undefined) for (const each of emitted) subscriber.next(each)
          } catch (error) {
            subscriber.error(error)
          }
        },
        error: (error: unknown) => subscriber.error(error),
        complete: () => subscriber.complete(),
      })
    })
}

/** The one turn of a lifted step, used again for every record: most records emit nothing. */
class LiftedTurn implements Turn {
  now = NaN
  /** It did something beside changing its stores. */
  #hasActed = false
  #key = ''
  #time = NaN
  #gathered: LiftedRecord[] = []
  #timers: DueTimer[] = []
  #held: string[] = []
  #fate: FateKind | undefined
  #reason = ''

  readonly emit: Turn['emit'] = (value, options) => {
    const time = options?.time ?? this.#time
    const record = { key: this.#key, value, time, output: options?.output ?? 'main' }
    // A list that begins with its record has room for one; one that is pushed to, for seventeen.
    if (this.#gathered.length === 0) this.#gathered = [record]
    else this.#gathered.push(record)
    this.#hasActed = true
  }

  readonly reject: Turn['reject'] = (fate, reason) => {
    this.#fate = fate
    this.#reason = reason
    this.#hasActed = true
  }

  readonly hold: Turn['hold'] = (reason) => {
    this.#held.push(reason)
    this.#hasActed = true
  }

  readonly wakeAt: Turn['wakeAt'] = (key, at) => {
    this.#timers.push({ key, at })
    this.#hasActed = true
  }

  /** Runs the step on a record. Returns what goes out, if anything does. */
  take(act: Act, context: LiftContext, record: StepRecord): readonly LiftedRecord[] | undefined {
    this.now = context.now()
    this.#key = record.key
    this.#time = record.time
    try {
      act(this, record)
    } catch (error) {
      this.#clear()
      context.onFate(record, 'bad', error instanceof Error ? error.message : String(error))
      return undefined
    }
    return this.#hasActed ? this.#conclude(context, record) : undefined
  }

  /** What the step did counts as docs/semantics.md says under Fates. */
  #conclude(context: LiftContext, record: StepRecord): readonly LiftedRecord[] | undefined {
    for (const { key, at } of this.#timers) context.wakeAt(key, at)
    const fate = this.#fate
    let emitted: readonly LiftedRecord[] | undefined
    if (fate === undefined) {
      for (const reason of this.#held) context.onHold(record, reason)
      // Whoever gets it may keep it; the next turn gathers anew.
      if (this.#gathered.length > 0) emitted = this.#gathered
    }
    this.#clear()
    if (fate !== undefined) context.onFate(record, fate, this.#reason)
    return emitted
  }

  #clear(): void {
    this.#hasActed = false
    this.#fate = undefined
    if (this.#timers.length > 0) this.#timers = []
    if (this.#held.length > 0) this.#held = []
    if (this.#gathered.length > 0) this.#gathered = []
  }
}
