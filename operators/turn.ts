// One turn of a step: what it did with one record or timer, collected until it has returned.
// Whoever runs steps (the RxJS lift, a task) decides with the outcome: all of it counts, or none.
import type { Value } from '../schemas/type.ts'
import type { FateKind } from '../topology/declaration.ts'
import type { Micros, Turn } from './operator.ts'

export interface Emitted {
  readonly value: Value
  readonly time: Micros
  readonly output: string
}

export interface Outcome {
  /** What it sent on; empty if the record met a fate. */
  readonly emitted: readonly Emitted[]
  readonly timers: readonly { readonly key: string; readonly at: Micros }[]
  /** Reasons for which it held the record back. */
  readonly held: readonly string[]
  readonly fate: { readonly kind: FateKind; readonly reason: string } | undefined
  /** It threw: its stores are to be as they were, and none of its timers counts. */
  readonly failed: boolean
}

/** Runs `act` as one turn at `now`. `time` is that of the record in hand. Never throws. */
export function takeTurn(now: Micros, time: Micros, act: (turn: Turn) => void): Outcome {
  const emitted: Emitted[] = []
  const timers: { readonly key: string; readonly at: Micros }[] = []
  const held: string[] = []
  let fate: Outcome['fate']
  const turn: Turn = {
    now,
    emit: (value, options) =>
      void emitted.push({ value, time: options?.time ?? time, output: options?.output ?? 'main' }),
    reject: (kind, reason) => void (fate = { kind, reason }),
    hold: (reason) => void held.push(reason),
    wakeAt: (key, at) => void timers.push({ key, at }),
  }
  try {
    act(turn)
  } catch (error) {
    return failure(error)
  }
  if (fate === undefined) return { emitted, timers, held, fate, failed: false }
  return { emitted: [], timers, held: [], fate, failed: false }
}

/** The outcome of a turn that could not be completed. */
function failure(error: unknown): Outcome {
  const reason = error instanceof Error ? error.message : String(error)
  return { emitted: [], timers: [], held: [], fate: { kind: 'bad', reason }, failed: true }
}
