// What one subscriber is sent of one channel, at the pace at which it takes it. Who is slow gets of
// each key the last record only, and is told how many it has missed; who takes nothing at all for a
// while is dropped, with the reason.
import { valueToJson } from '../../schemas/value-to-json.ts'
import { keyJson } from '../../schemas/key.ts'
import { fieldOf } from '../../schemas/type.ts'
import type { Channel } from '../../runtime/query/channels.ts'
import type { Offsets, Update } from '../../runtime/query/topic-tail.ts'

/** Where a subscriber's messages go. */
export interface Outlet {
  readonly send: (message: FeedMessage) => void
  /** Bytes that were sent and that the other side has not taken yet. */
  readonly backlog: () => number
}

export type FeedMessage = Snapshot | SentUpdate

interface Sent {
  readonly channel: string
  /** From where to go on after this message, `0@18,1@40`; left out while others are held back. */
  readonly resume?: string
}

interface Snapshot extends Sent {
  readonly type: 'snapshot'
  readonly entries: readonly ShownUpdate[]
}

interface SentUpdate extends Sent, ShownUpdate {
  readonly type: 'update'
  /** Earlier records of its key that were left out, because the subscriber was slow. */
  readonly skipped?: number
}

export interface ShownUpdate {
  /** `topic/partition@offset`. */
  readonly position: string
  readonly key: unknown
  readonly time: number
  readonly value: object | null
}

/** From so many bytes on records are held back, and those of one key replace each other. */
const BACKLOG_BYTES = 256 * 1024
const MOST_HELD = 10_000
const STUCK_MS = 10_000

export interface FeedOptions {
  readonly channel: Channel
  readonly outlet: Outlet
  readonly from: Offsets | undefined
  /** Milliseconds from some fixed moment. */
  readonly now: () => number
}

export class Feed {
  readonly #options: FeedOptions
  readonly #show: (update: Update) => ShownUpdate
  readonly #held = new Map<string, { update: Update; skipped: number }>()
  #stuckSince: number | undefined
  readonly #offsets: number[]

  constructor(options: FeedOptions) {
    this.#options = options
    this.#offsets = [...(options.from ?? [])]
    this.#show = showUpdate(options.channel)
  }

  /** All of it at once: what follows is small against it. */
  begin(snapshot: readonly Update[], offsets: Offsets): void {
    const { channel, outlet } = this.#options
    this.#offsets.splice(0, this.#offsets.length, ...offsets)
    const about = { channel: channel.name, resume: offsetsText(offsets) }
    outlet.send({ type: 'snapshot', ...about, entries: snapshot.map(this.#show) })
  }

  take(updates: readonly Update[]): void {
    for (const update of updates) {
      this.#offsets[update.partition] = update.offset + 1
      const held = this.#held.get(update.key)
      if (held !== undefined) {
        held.update = update
        held.skipped += 1
      } else if (this.#isFull()) {
        this.#held.set(update.key, { update, skipped: 0 })
      } else {
        this.#send(update, 0)
      }
    }
  }

  /** Sends what was held back, if it can be; says why the subscriber is to be dropped. */
  tick(): string | undefined {
    const { now } = this.#options
    for (const [key, { update, skipped }] of this.#held) {
      if (this.#isFull()) break
      this.#held.delete(key)
      this.#send(update, skipped)
      this.#stuckSince = undefined
    }
    if (this.#held.size === 0) {
      this.#stuckSince = undefined
      return undefined
    }
    if (this.#held.size > MOST_HELD) return `more than ${MOST_HELD} keys have waited to be sent`
    this.#stuckSince ??= now()
    const isStuck = now() - this.#stuckSince > STUCK_MS
    return isStuck ? `nothing was taken for ${STUCK_MS / 1_000} s` : undefined
  }

  get hasRoom(): boolean {
    return this.#held.size === 0 && !this.#isFull()
  }

  #isFull(): boolean {
    return this.#options.outlet.backlog() > BACKLOG_BYTES
  }

  #send(update: Update, skipped: number): void {
    const { channel, outlet } = this.#options
    const shown = this.#show(update)
    outlet.send({
      type: 'update',
      channel: channel.name,
      ...shown,
      ...(skipped > 0 && { skipped }),
      ...(this.#held.size === 0 && { resume: offsetsText(this.#offsets) }),
    })
  }
}

function showUpdate({ topic }: Channel): (update: Update) => ShownUpdate {
  const show = valueToJson(topic.record)
  const types = topic.key.flatMap((name) => fieldOf(topic.record, name)?.type ?? [])
  return ({ partition, offset, key, time, value }) => ({
    position: `${topic.topic}/${partition}@${offset}`,
    key: keyJson(key, types),
    time,
    value: value === null ? null : show(value),
  })
}

function offsetsText(offsets: Offsets): string {
  return offsets.map((offset, partition) => `${partition}@${offset}`).join()
}
