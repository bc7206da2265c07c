// What the steps of a task give out, made ready: every record gets its key and its place in the
// batches that go to the log. Of a turn all of it, or nothing.
import type { Append } from '../../connectors/connector.ts'
import type { LiftedRecord } from '../../operators/lift.ts'
import { keyReader } from '../../schemas/key.ts'
import type { Value } from '../../schemas/type.ts'
import type { Plan, PlannedStep } from '../../topology/plan.ts'
import type { Destination, TaskLayout } from '../layout.ts'
import type { ItemInHand } from './item-in-hand.ts'
import { Outgoing, type OutgoingMark } from './outgoing.ts'

interface Writer {
  readonly keyOf: (value: Value) => string
  readonly outgoing: readonly Outgoing[]
}

export class Emissions {
  readonly #item: ItemInHand
  /** By step, then output. */
  readonly #writers: readonly ReadonlyMap<string, Writer>[]
  readonly #outgoing: readonly Outgoing[]

  /** `steps` in the order of the task's. */
  constructor(plan: Plan, layout: TaskLayout, steps: readonly PlannedStep[], item: ItemInHand) {
    this.#item = item
    this.#writers = steps.map((step) => writersOf(plan, layout, step))
    this.#outgoing = this.#writers.flatMap((all) =>
      [...all.values()].flatMap(({ outgoing }) => outgoing),
    )
  }

  /**
   * Gives what a turn emitted its keys, in place, and writes it where it goes. Returns why the
   * record in hand is bad, if it is; then nothing was written.
   */
  settle(step: number, emitted: LiftedRecord[], clock: number): string | undefined {
    // Nearly always one record goes to one place, and a list would cost more than the record.
    let last: OutgoingMark | undefined
    let earlier: OutgoingMark[] | undefined
    try {
      for (let index = 0; index < emitted.length; index += 1) {
        const record = emitted[index]
        if (record === undefined) continue
        const writer = this.#writers[step]?.get(record.output)
        if (writer === undefined) throw new Error(`no output ${record.output}`)
        const { value, time } = record
        const key = writer.keyOf(value)
        if (key !== record.key) emitted[index] = { ...record, key }
        for (const outgoing of writer.outgoing) {
          const mark = outgoing.add(key, value, time, clock, this.#item)
          if (last !== undefined) (earlier ??= []).push(last)
          last = mark
        }
      }
      return undefined
    } catch (error) {
      // What failed has added nothing itself.
      for (; last !== undefined; last = earlier?.pop()) {
        last.outgoing.rollback(last.partition, last.mark)
      }
      return error instanceof Error ? error.message : String(error)
    }
  }

  /** Tells those downstream how far the task is. */
  markProgress(clock: number, hasEnded: boolean): void {
    for (const outgoing of this.#outgoing) outgoing.markProgress(clock, hasEnded)
  }

  takeAppends(): readonly Append[] {
    return this.#outgoing.flatMap((outgoing) => outgoing.takeAppends())
  }

  /** Numbers of the next records that tasks read, by destination and partition. */
  get sent(): Readonly<Record<string, readonly number[]>> {
    const read = this.#outgoing.filter(({ destination }) => destination.hasReaders)
    return Object.fromEntries(read.map((each) => [sentId(each.destination), [...each.sequences]]))
  }

  restore(sent: Readonly<Record<string, readonly number[]>>): void {
    for (const { destination, sequences } of this.#outgoing) {
      for (const [partition, sequence] of (sent[sentId(destination)] ?? []).entries()) {
        sequences[partition] = sequence
      }
    }
  }
}

/** Under which a commit record says what was sent there. */
export function sentId({ as, stream }: Destination): string {
  return `${as} ${stream}`
}

function writersOf(
  plan: Plan,
  { destinations, partition }: TaskLayout,
  step: PlannedStep,
): ReadonlyMap<string, Writer> {
  return new Map(
    [...step.outputs].map(([output, planned]) => {
      const type = step.type.outputs[output]
      if (type === undefined) throw new Error(`step ${step.id} has no output ${output}`)
      const own = destinations.filter((each) => each.step === step.id && each.output === output)
      const outgoing = own.map((each) => new Outgoing(plan, step, each, partition))
      return [output, { keyOf: keyReader(type.record, planned.key), outgoing }]
    }),
  )
}
