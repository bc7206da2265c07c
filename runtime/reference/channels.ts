// Channels as plain arrays: what was sent to each partition of each stream, and the merge that a
// task makes of them.
import type { Value } from '../../schemas/type.ts'
import type { DeadLetter } from './history.ts'

export interface ChannelRecord {
  readonly kind: 'record'
  readonly stream: string
  readonly key: string
  readonly value: Value | null
  readonly time: number
  readonly place: string
}

/** What stands in the place of a record of an input topic, and cannot be read or has no key. */
export interface UnreadableItem {
  readonly kind: 'unreadable'
  readonly letter: DeadLetter
}

export type ChannelItem =
  ChannelRecord | UnreadableItem | { readonly kind: 'heartbeat' } | { readonly kind: 'crash' }

/** An item with its place in the merge order: clock, rank, partition, upstream task, sequence. */
export interface Placed {
  readonly item: ChannelItem
  readonly clock: number
  readonly rank: number
  readonly partition: number
  readonly upstream: number
  readonly sequence: number
}

/** One ordered input of a task; its clock is the running maximum of `available`. */
export class Channel {
  readonly items: Placed[] = []
  readonly #rank: number
  readonly #partition: number
  readonly #upstream: number
  #clock = Number.NEGATIVE_INFINITY

  constructor(rank: number, partition: number, upstream: number) {
    this.#rank = rank
    this.#partition = partition
    this.#upstream = upstream
  }

  get clock(): number {
    return this.#clock
  }

  append(item: ChannelItem, available: number): void {
    this.#clock = Math.max(this.#clock, available)
    this.items.push({
      item,
      clock: this.#clock,
      rank: this.#rank,
      partition: this.#partition,
      upstream: this.#upstream,
      sequence: this.items.length,
    })
  }
}

/**
 * The merge order of design and docs/semantics.md: (clock, rank, partition, upstream task,
 * sequence).
 */
function comparePlaced(a: Placed, b: Placed): number {
  return (
    a.clock - b.clock ||
    a.rank - b.rank ||
    a.partition - b.partition ||
    a.upstream - b.upstream ||
    a.sequence - b.sequence
  )
}

export function merge(channels: readonly Channel[]): Placed[] {
  return channels.flatMap((channel) => channel.items).sort(comparePlaced)
}
