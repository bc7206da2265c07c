// Dead letters of a sink: each is on the log exactly once, whoever dies on the way. One producer of
// a name for each partition writes them; whoever opens it looks first which are there.
import { BatchBuilder } from '../../connectors/batch-builder.ts'
import type { Producer } from '../../connectors/connector.ts'
import { HEARTBEAT } from '../../connectors/record-batch.ts'
import { createCodec } from '../../schemas/codec.ts'
import type { Value } from '../../schemas/type.ts'
import { EngineError } from '../../topology/engine-error.ts'
import { cutToSize, deadLetterCodec, type DeadLetterRecord } from '../dead-letter.ts'
import { deadLettersTopic } from '../topic-names.ts'
import { readLetters } from './read-letters.ts'
import type { RefusedRecord } from './refused-record.ts'
import type { PartitionOptions } from './sink-run-options.ts'

/** Looks for what others have committed before, and how often. */
const LOOK_MS = 50
const MOST_LOOKS = 1_200

export class SinkLetters {
  readonly #options: PartitionOptions
  /** Letters of earlier records are of no interest. */
  readonly #from: number
  /** Offsets of records whose letters are there; with the producer that keeps others out. */
  #opened: { readonly producer: Producer; readonly there: Set<number> } | undefined

  constructor(options: PartitionOptions, from: number) {
    this.#options = options
    this.#from = from
  }

  /**
   * When it returns, each has its letter.
   * @throws EngineError of the log, such as `fenced` where another has taken the partition.
   */
  async append(refused: readonly RefusedRecord[]): Promise<void> {
    const { producer, there } = (this.#opened ??= await this.#open())
    const missing = refused.filter(({ offset }) => !there.has(offset))
    if (missing.length === 0) return
    const letters = new BatchBuilder()
    for (const each of missing) this.#add(letters, each)
    await producer.transact({ appends: [{ ...this.#place, batch: letters.take() }], puts: [] })
    for (const { offset } of missing) there.add(offset)
  }

  async close(): Promise<void> {
    await this.#opened?.producer.close()
  }

  get #place() {
    const { layout, partition } = this.#options
    const topic = deadLettersTopic(layout.plan.topology)
    return { topic, partition: partition % layout.partitions }
  }

  async #open() {
    const { log, layout, planned, partition } = this.#options
    const name = `${layout.plan.topology}.sink.${planned.name}.${partition}`
    const producer = await log.producer(name)
    try {
      return { producer, there: await this.#findLetters(producer) }
    } catch (error) {
      await producer.close()
      throw error
    }
  }

  async #findLetters(producer: Producer): Promise<Set<number>> {
    const { log, planned, topic, partition } = this.#options
    const there = new Set<number>()
    const bounds = await this.#settledBounds(producer)
    for await (const letter of readLetters(log, bounds, planned, topic)) {
      if (letter.partition === partition && letter.offset >= this.#from) there.add(letter.offset)
    }
    return there
  }

  /**
   * The bounds of the letters when all that was there at the opening can be read. On a log of open
   * transactions an earlier letter may stand behind one that nobody has decided on, and is not
   * readable yet: a row of this producer, behind it, tells when it is.
   */
  async #settledBounds(producer: Producer) {
    const { log, course } = this.#options
    const ids = [this.#place]
    let end = 0
    if (log.tables === undefined) {
      const mark = new BatchBuilder()
      mark.add(HEARTBEAT, undefined, null, NaN, NaN)
      const appends = [{ ...this.#place, batch: mark.take() }]
      end = (await producer.transact({ appends, puts: [] }))[0] ?? 0
    }
    for (let looks = 0; looks < MOST_LOOKS && !course.isStopping(); looks += 1) {
      const [bounds] = await log.bounds(ids)
      if (bounds !== undefined && bounds.stable >= end) return bounds
      await course.pause(LOOK_MS)
    }
    const { topic, partition } = this.#place
    throw new EngineError(
      'log-unavailable',
      `a transaction on "${topic}", partition ${partition}, stays open; it is tried again`,
      { coordinates: { topic, partition, offset: end }, retryable: true },
    )
  }

  #add(letters: BatchBuilder, refused: RefusedRecord): void {
    const { planned, topic, partition } = this.#options
    const { offset, reason, key, time, available, value, bytes } = refused
    const codec = createCodec(topic.schema)
    const letter: DeadLetterRecord = {
      step: planned.name,
      fate: 'bad',
      reason,
      stream: topic.name,
      key,
      time,
      available: Number.isNaN(available) ? null : available,
      place: `${topic.topic}/${partition}@${offset}`,
      topic: topic.topic,
      partition,
      offset,
      value: value && codec.encode(value),
      original: bytes,
    }
    const content = { ...letter, ...cutToSize(letter) } as unknown as Value
    letters.addValue(planned.name, deadLetterCodec, content, time ?? NaN, letter.available ?? NaN)
  }
}
