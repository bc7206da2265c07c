// A step as a plain RxJS operator. It catches per record: what a step throws becomes that record's
// fate and the stream goes on; RxJS alone would close the subscription and drop every later record
// without a word.
import { Observable, type OperatorFunction } from 'rxjs'
import type { Value } from '../schemas/type.ts'
import type { FateKind } from '../topology/declaration.ts'
import type { Micros, Step, StepRecord } from './operator.ts'
import { takeTurn } from './turn.ts'

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
  return (source) =>
    new Observable((subscriber) =>
      source.subscribe({
        next: (record) => {
          try {
            for (const emitted of runStep(step, context, record, input)) subscriber.next(emitted)
          } catch (error) {
            subscriber.error(error)
          }
        },
        error: (error: unknown) => subscriber.error(error),
        complete: () => subscriber.complete(),
      }),
    )
}

/** Runs a step on one record: all that it emitted, or nothing and a fate. */
function runStep(
  step: Step,
  { now, onFate, onHold, wakeAt }: LiftContext,
  record: StepRecord,
  input: string,
): readonly LiftedRecord[] {
  const { emitted, timers, held, fate } = takeTurn(now(), record.time, (turn) =>
    step.onRecord(record, turn, input),
  )
  for (const { key, at } of timers) wakeAt(key, at)
  for (const reason of held) onHold(record, reason)
  if (fate !== undefined) onFate(record, fate.kind, fate.reason)
  return emitted.map((each) => ({ key: record.key, ...each }))
}
