// Settles fates: a record that does not pass is skipped, kept as a dead letter beside the task's
// outputs, or stops the run. The task has counted it.
import type { Append } from '../../connectors/connector.ts'
import { BatchBuilder } from '../../connectors/batch-builder.ts'
import { hasValue, kindOf, UNREADABLE, valueAt } from '../../connectors/record-batch.ts'
import type { StepRecord } from '../../operators/operator.ts'
import { typeToAvro } from '../../schemas/avro.ts'
import { type Codec, createCodec } from '../../schemas/codec.ts'
import type { Value } from '../../schemas/type.ts'
import type { Fate, FateKind } from '../../topology/declaration.ts'
import type { Plan, PlannedStep } from '../../topology/plan.ts'
import { cutToSize, type DeadLetterRecord, deadLetterCodec } from '../dead-letter.ts'
import type { TaskLayout } from '../layout.ts'
import { deadLettersTopic } from '../topic-names.ts'
import type { Channel } from './channel.ts'
import type { ItemInHand } from './item-in-hand.ts'

/** A record met a fate that the topology states as `fail`. */
export class StoppedByRecord extends Error {
  override readonly name = 'StoppedByRecord'
  readonly letter: DeadLetterRecord
  /** The task that it stopped, `0_3`. */
  readonly task: string

  constructor(letter: DeadLetterRecord, task: string) {
    super(`step "${letter.step}" cannot take the record at ${letter.place}: ${letter.reason}`)
    this.letter = letter
    this.task = task
  }
}

export interface Refused {
  readonly stream: string
  readonly fate: FateKind
  readonly reason: string
  readonly record: StepRecord
  /** The task's clock. */
  readonly available: number
}

export class DeadLetters {
  readonly #plan: Plan
  readonly #layout: TaskLayout
  readonly #item: ItemInHand
  readonly #letters = new BatchBuilder()
  readonly #codecs = new Map<string, Codec>()

  constructor(plan: Plan, layout: TaskLayout, item: ItemInHand) {
    this.#plan = plan
    this.#layout = layout
    this.#item = item
  }

  /** @throws StoppedByRecord if the step's fate for it is `fail`. */
  settle(step: PlannedStep, { stream, fate, reason, record, available }: Refused): void {
    const stated = step.fates[fate]
    if (stated === 'skip') return
    const { key, value, time } = record
    const bytes = value === null ? null : this.#encode(step, stream, value)
    const about = { step: step.id, fate, reason, stream, key, time, available }
    this.#keep({ ...about, ...this.#coordinates(), value: bytes, original: null }, stated)
  }

  /** @throws StoppedByRecord if the topology's fate for bad records is `fail`. */
  settleUnreadable(channel: Channel, reason: string): void {
    const { stream } = channel.layout
    const batch = channel.headBatch?.batch
    const row = channel.headRow
    const isRaw = batch !== undefined && kindOf(batch, row) === UNREADABLE
    const bytes = batch !== undefined && hasValue(batch, row) ? valueAt(batch, row) : null
    const available = batch?.available[row] ?? NaN
    const letter = {
      step: stream,
      fate: 'bad',
      reason,
      stream,
      key: null,
      time: null,
      available: Number.isNaN(available) ? null : available,
      ...this.#coordinates(),
      // Avro that does not fit the schema is kept as it is, like a line that is no record.
      value: null,
      original: bytes ?? (isRaw ? Buffer.alloc(0) : null),
    }
    this.#keep(letter, this.#plan.fates.bad)
  }

  takeAppends(): readonly Append[] {
    if (this.#letters.count === 0) return []
    const topic = deadLettersTopic(this.#plan.topology)
    return [{ topic, partition: this.#layout.partition, batch: this.#letters.take() }]
  }

  #keep(letter: DeadLetterRecord, stated: Fate): void {
    if (stated === 'skip') return
    if (stated === 'fail') throw new StoppedByRecord(letter, this.#layout.id)
    const { step, time, available } = letter
    const value = { ...letter, ...cutToSize(letter) } as unknown as Value
    this.#letters.addValue(step, deadLetterCodec, value, time ?? NaN, available ?? NaN)
  }

  #coordinates() {
    const { origin, place } = this.#item
    const { topic = null, partition = null, offset = null } = origin ?? {}
    return { place, topic, partition, offset }
  }

  /** The value as the step was given it; null if even that cannot be written. */
  #encode(step: PlannedStep, stream: string, value: Value): Uint8Array | null {
    const id = `${step.id} ${stream}`
    let codec = this.#codecs.get(id)
    if (codec === undefined) {
      const record = step.inputs.find((input) => input.stream === stream)?.type.record
      if (record === undefined) return null
      codec = createCodec(typeToAvro(record))
      this.#codecs.set(id, codec)
    }
    return codec.problem(value) === undefined ? codec.encode(value) : null
  }
}
