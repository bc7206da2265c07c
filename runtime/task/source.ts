// A partition that a task reads: hands the rows of what was fetched to its channels, one for each
// upstream task, and knows where to read on, now and after a restart.
import type { Fetched, StoredBatch } from '../../connectors/connector.ts'
import type { RecordBatch } from '../../connectors/record-batch.ts'
import { offsetAt } from '../../connectors/stored-offset.ts'
import type { Channel } from './channel.ts'

export class Source {
  readonly topic: string
  readonly partition: number
  readonly channels: readonly Channel[]
  /** The offset to fetch next. */
  next = 0
  /** The last stable offset when it was last fetched. */
  stable: number | undefined
  readonly #byUpstream = new Map<number, Channel>()
  /** Rows to put in before the record at their offset, in that order. */
  #inserted: { readonly offset: number; readonly batch: RecordBatch }[] = []

  constructor(topic: string, partition: number, channels: readonly Channel[]) {
    this.topic = topic
    this.partition = partition
    this.channels = channels
    for (const channel of channels) this.#byUpstream.set(channel.layout.upstream, channel)
  }

  get id(): string {
    return `${this.topic}/${this.partition}`
  }

  /** Rows that wait in its channels. */
  get waiting(): number {
    let rows = 0
    for (const channel of this.channels) rows += channel.waiting
    return rows
  }

  /** Whether rows of the log wait: one that was put in may wait where nothing more has come. */
  get hasWaiting(): boolean {
    return this.position < this.next
  }

  /** The offset from which a restart has to read: of the first row that was not taken. */
  get position(): number {
    let position = this.next
    for (const { firstWaiting } of this.channels) {
      if (firstWaiting !== undefined && firstWaiting < position) position = firstWaiting
    }
    return position
  }

  accept({ batches, next, stable }: Fetched): void {
    for (const stored of batches) this.#addRows(stored)
    this.next = next
    this.stable = stable
    this.#insertUpTo(next)
  }

  /** Puts a row of the engine's own into the one channel, before the record at `offset`. */
  insert(offset: number, batch: RecordBatch): void {
    this.#inserted.push({ offset, batch })
    this.#inserted.sort((a, b) => a.offset - b.offset)
    this.#insertUpTo(this.next)
  }

  /** The channel of what the world sends; undefined where tasks do. */
  get world(): Channel | undefined {
    return this.#byUpstream.get(-1)
  }

  #insertUpTo(next: number): void {
    for (let first = this.#inserted[0]; first && first.offset <= next; first = this.#inserted[0]) {
      this.#inserted.shift()
      const { batch, offset } = first
      this.world?.add({ batch, from: 0, baseOffset: offset, offsets: undefined }, undefined, 0, 1)
    }
  }

  #addRows(stored: StoredBatch): void {
    const { world } = this
    const { count } = stored.batch
    if (world === undefined) {
      for (const [channel, rows] of this.#sort(stored)) channel.add(stored, rows, 0, rows.length)
      return
    }
    let { from } = stored
    for (let first = this.#inserted[0]; first && from < count; first = this.#inserted[0]) {
      let end = from
      while (end < count && offsetAt(stored, end) < first.offset) end += 1
      if (end === count) break
      world.add(stored, undefined, from, end)
      this.#insertUpTo(first.offset)
      from = end
    }
    world.add(stored, undefined, from, count)
  }

  /** Rows by the task that sent them, without those that were taken before a restart. */
  #sort(stored: StoredBatch): ReadonlyMap<Channel, Int32Array> {
    const { batch, from } = stored
    const { sent } = batch
    if (sent === undefined) {
      const offset = offsetAt(stored, from)
      throw new Error(`${this.id}@${offset} does not say which task sent it`)
    }
    const found = new Map<Channel, number[]>()
    for (let row = from; row < batch.count; row += 1) {
      const channel = this.#byUpstream.get(sent.upstreams[row] ?? -1)
      if (channel === undefined) continue
      if (offsetAt(stored, row) < channel.offset) continue
      const rows = found.get(channel)
      if (rows) rows.push(row)
      else found.set(channel, [row])
    }
    return new Map([...found].map(([channel, rows]) => [channel, Int32Array.from(rows)]))
  }
}
