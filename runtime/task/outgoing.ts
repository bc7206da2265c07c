// One stream or topic that a task writes: a batch for each partition, numbered for the tasks that
// read it.
import type { Append } from '../../connectors/connector.ts'
import { BatchBuilder, type BatchMark } from '../../connectors/batch-builder.ts'
import { END, HEARTBEAT } from '../../connectors/record-batch.ts'
import { createProjection } from '../../schemas/accept.ts'
import { typeToAvro } from '../../schemas/avro.ts'
import { type Codec, createCodec } from '../../schemas/codec.ts'
import { keyBytes, keyReader, partitionOf } from '../../schemas/key.ts'
import type { Value } from '../../schemas/type.ts'
import type { Plan, PlannedStep } from '../../topology/plan.ts'
import type { Destination } from '../layout.ts'
import { assertFits, fits } from '../record-size.ts'
import type { ItemInHand } from './item-in-hand.ts'

/** What a rollback returns to. */
export interface OutgoingMark {
  readonly outgoing: Outgoing
  readonly partition: number
  readonly mark: BatchMark
}

/** Keys whose partitions are remembered; hashing a key costs more than looking it up. */
const MOST_REMEMBERED = 10_000

export class Outgoing {
  readonly destination: Destination
  /** The number of the next record, by partition. */
  readonly sequences: number[]
  readonly #task: number
  readonly #codec: Codec
  readonly #project: ((value: Value) => Value) | undefined
  /** The key on the topic, where it is not that of the stream. */
  readonly #keyOf: ((value: Value) => string) | undefined
  /** By partition, made when it first gets something: most tasks write to few of many. */
  readonly #builders: (BatchBuilder | undefined)[]
  readonly #partitions = new Map<string, number>()

  /** `task` is the partition of the task that writes. */
  constructor(plan: Plan, step: PlannedStep, destination: Destination, task: number) {
    const type = step.type.outputs[destination.output]
    if (type === undefined) throw new Error(`step ${step.id} has no output ${destination.output}`)
    this.destination = destination
    this.#task = task
    this.sequences = new Array<number>(destination.partitions).fill(0)
    const topic = destination.as === 'topic' ? plan.topics.get(destination.stream) : undefined
    this.#codec = topic ? createCodec(topic.schema) : createCodec(typeToAvro(type.record))
    this.#project = topic && createProjection(topic.record, type.record)
    this.#keyOf = topic && keyReader(topic.record, topic.key)
    this.#builders = new Array<undefined>(destination.partitions).fill(undefined)
  }

  /**
   * Adds a record; the mark takes it out again.
   * @throws if the topic cannot hold it.
   */
  add(key: string, value: Value, time: number, available: number, item: ItemInHand): OutgoingMark {
    try {
      const written = this.#project?.(value) ?? value
      const ownKey = this.#keyOf?.(written) ?? key
      const partition = this.destination.pinned ?? this.#partitionOf(ownKey)
      const builder = this.#builder(partition)
      const mark = builder.mark()
      builder.addValue(ownKey, this.#codec, written, time, available)
      const bytes = builder.length - mark.length
      if (!fits(bytes)) {
        builder.rollback(mark)
        assertFits(bytes)
      }
      item.stamp(builder)
      if (this.destination.hasReaders) {
        const sequence = this.sequences[partition] ?? 0
        builder.sentBy(this.#task, sequence)
        this.sequences[partition] = sequence + 1
      }
      return { outgoing: this, partition, mark }
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      const { as, stream } = this.destination
      throw new Error(`${as === 'topic' ? 'topic' : 'stream'} "${stream}": ${why}`, {
        cause: error,
      })
    }
  }

  /** Takes the record out that was added after the mark. */
  rollback(partition: number, mark: BatchMark): void {
    this.#builder(partition).rollback(mark)
    if (!this.destination.hasReaders) return
    this.sequences[partition] = (this.sequences[partition] ?? 0) - 1
  }

  /** Tells those who read it how far the task is: nothing before `clock` follows. */
  markProgress(clock: number, hasEnded: boolean): void {
    if (!this.destination.hasReaders) return
    const { pinned, partitions } = this.destination
    for (let partition = 0; partition < partitions; partition += 1) {
      if (pinned !== undefined && partition !== pinned) continue
      const builder = this.#builder(partition)
      builder.add(hasEnded ? END : HEARTBEAT, undefined, null, NaN, clock)
      builder.sentBy(this.#task, this.sequences[partition] ?? 0)
    }
  }

  /** What was added since the last call. */
  takeAppends(): readonly Append[] {
    return this.#builders.flatMap((builder, partition) =>
      builder === undefined || builder.count === 0
        ? []
        : [{ topic: this.destination.topic, partition, batch: builder.take() }],
    )
  }

  #builder(partition: number): BatchBuilder {
    return (this.#builders[partition] ??= new BatchBuilder({
      sent: this.destination.hasReaders,
      origins: true,
      sources: true,
    }))
  }

  #partitionOf(key: string): number {
    const { partitions } = this.destination
    if (partitions === 1) return 0
    const known = this.#partitions.get(key)
    if (known !== undefined) return known
    const partition = partitionOf(keyBytes(key), partitions)
    if (this.#partitions.size >= MOST_REMEMBERED) this.#partitions.clear()
    this.#partitions.set(key, partition)
    return partition
  }
}
