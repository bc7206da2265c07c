// The smallest worker that is exactly once: adds up each partition of a topic, and commits sums,
// state and position in one transaction. With a fault planted on request: the scheduler is as good
// as the faults that it finds.
import { BatchBuilder } from '../../connectors/batch-builder.ts'
import type { Log, Membership, Producer } from '../../connectors/connector.ts'
import { EngineError } from '../../topology/engine-error.ts'
import { RECORD, type RecordBatch, valueAt } from '../../connectors/record-batch.ts'
import type { Seat, SimulatedWorker } from './scheduler.ts'

export const PARTITIONS = 3
export const [INPUT, SUMS, COMMITS] = ['input', 'sums', 'commits']

export type ToyFault =
  | 'the position is in a transaction of its own'
  | 'an unknown outcome is taken for an abort'
  | 'an abort is taken for a commit'
  | 'the position is read before the producer is opened'
  | 'a producer is named after its worker'
  | 'state outlives an abort'
  | 'the end is taken from what was read'

/** A slot: one partition, its state as of the last commit that it knows of. */
interface Slot {
  readonly partition: number
  producer: Producer
  offset: number
  sum: number
}

export interface ToyOptions {
  readonly fault: ToyFault | undefined
  /** Per partition; undefined: it goes on until it is stopped. */
  readonly ends: readonly number[] | undefined
}

const FETCHED = 4

export function startToy(seat: Seat, options: ToyOptions): SimulatedWorker {
  const toy = new Toy(seat, options)
  const done = toy.run()
  return {
    done,
    stop: () => {
      toy.isStopping = true
      return done
    },
  }
}

class Toy {
  isStopping = false
  readonly #seat: Seat
  readonly #options: ToyOptions
  readonly #slots = new Map<number, Slot>()
  /** Sums that a planted fault keeps. */
  readonly #kept = new Map<number, { readonly offset?: number; readonly sum: number }>()

  constructor(seat: Seat, options: ToyOptions) {
    this.#seat = seat
    this.#options = options
  }

  async run(): Promise<void> {
    const { log, pace } = this.#seat
    const group = await this.#insist(() => log.join('toy', PARTITIONS))
    while (!this.isStopping && !(await this.#isAtEnd())) {
      await this.#own(group)
      let moved = false
      for (const slot of this.#slots.values()) {
        if (await this.#try(slot.partition, () => this.#work(slot))) moved = true
      }
      if (!moved) await pace.pause(10)
    }
    await this.#insist(() => group.leave())
  }

  async #own(group: Membership): Promise<void> {
    const { slots } = await this.#insist(() => group.poll())
    for (const partition of this.#slots.keys()) {
      if (!slots.includes(partition)) this.#slots.delete(partition)
    }
    for (const partition of slots) {
      if (!this.#slots.has(partition)) await this.#try(partition, () => this.#open(partition))
    }
  }

  async #open(partition: number): Promise<boolean> {
    const { log, owner } = this.#seat
    const { fault } = this.#options
    const isNamedBadly = fault === 'a producer is named after its worker'
    const name = isNamedBadly ? `${owner}-${partition}` : `slot-${partition}`
    const early = await readCommit(log, partition)
    const producer = await log.producer(name)
    const isEarly = fault === 'the position is read before the producer is opened'
    const committed = isEarly ? early : await readCommit(log, partition)
    this.#slots.set(partition, { partition, producer, ...committed, ...this.#kept.get(partition) })
    this.#kept.delete(partition)
    return true
  }

  /** Whether there was anything to do. */
  async #work(slot: Slot): Promise<boolean> {
    const { log } = this.#seat
    const { partition, offset } = slot
    const wanted = [{ topic: INPUT, partition, offset }]
    const [fetched] = await log.fetch(wanted, { maxRecords: FETCHED, waitMs: 0 })
    if (fetched === undefined || fetched.next === offset) return false
    const sums: number[] = []
    let { sum } = slot
    for (const { batch, from } of fetched.batches) {
      for (let row = from; row < batch.count; row += 1) sums.push((sum += numberAt(batch, row)))
    }
    await this.#commit(slot, sums, { offset: fetched.next, sum })
    return true
  }

  async #commit(
    slot: Slot,
    sums: readonly number[],
    after: { readonly offset: number; readonly sum: number },
  ): Promise<void> {
    const { fault } = this.#options
    const { partition } = slot
    const output = { topic: SUMS, partition, batch: batchOf(sums) }
    const commit = { topic: COMMITS, partition, batch: batchOf([after.offset, after.sum]) }
    try {
      if (fault === 'the position is in a transaction of its own') {
        await slot.producer.transact({ appends: [output], puts: [] })
        await slot.producer.transact({ appends: [commit], puts: [] })
      } else {
        await slot.producer.transact({ appends: [output, commit], puts: [] })
      }
    } catch (error) {
      const code = error instanceof EngineError ? error.code : ''
      if (fault === 'an abort is taken for a commit' && code === 'aborted') {
        Object.assign(slot, after)
        return
      }
      if (fault === 'an unknown outcome is taken for an abort' && code === 'outcome-unknown') {
        this.#kept.set(partition, { offset: slot.offset, sum: slot.sum })
      }
      if (fault === 'state outlives an abort') this.#kept.set(partition, { sum: after.sum })
      throw error
    }
    Object.assign(slot, after)
  }

  async #isAtEnd(): Promise<boolean> {
    const { ends, fault } = this.#options
    if (ends === undefined) return false
    for (const [partition, end] of ends.entries()) {
      const slot = this.#slots.get(partition)
      const isRead = fault === 'the end is taken from what was read' && slot === undefined
      if (isRead && this.#slots.size > 0) continue
      const { offset } = await this.#insist(() => readCommit(this.#seat.log, partition))
      if (offset < end) return false
    }
    return true
  }

  /** A slot that the log lets down is opened anew, when it is next polled for. */
  async #try(partition: number, act: () => Promise<boolean>): Promise<boolean> {
    try {
      return await act()
    } catch (error) {
      if (!(error instanceof EngineError)) throw error
      this.#slots.delete(partition)
      return true
    }
  }

  async #insist<T>(act: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await act()
      } catch (error) {
        if (!(error instanceof EngineError) || !error.retryable) throw error
        await this.#seat.pace.pause(5)
      }
    }
  }
}

async function readCommit(
  log: Log,
  partition: number,
): Promise<{ readonly offset: number; readonly sum: number }> {
  const numbers = await readNumbers(log, COMMITS, partition)
  return { offset: numbers.at(-2) ?? 0, sum: numbers.at(-1) ?? 0 }
}

/** All committed numbers of a partition, in order. */
export async function readNumbers(
  log: Log,
  topic: string,
  partition: number,
): Promise<readonly number[]> {
  const numbers: number[] = []
  const [bounds] = await log.bounds([{ topic, partition }])
  let offset = bounds?.first ?? 0
  while (offset < (bounds?.stable ?? 0)) {
    const positions = [{ topic, partition, offset }]
    const [fetched] = await log.fetch(positions, { maxRecords: 1_000, waitMs: 0 })
    if (fetched === undefined || fetched.next === offset) break
    for (const { batch, from } of fetched.batches) {
      for (let row = from; row < batch.count; row += 1) numbers.push(numberAt(batch, row))
    }
    offset = fetched.next
  }
  return numbers
}

export function batchOf(numbers: readonly number[]): RecordBatch {
  const builder = new BatchBuilder()
  for (const number of numbers) builder.add(RECORD, undefined, Buffer.from(String(number)), 0, 0)
  return builder.take()
}

function numberAt(batch: RecordBatch, row: number): number {
  return Number(valueAt(batch, row)?.toString('utf8'))
}
