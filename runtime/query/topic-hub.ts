// Who watches which topics. One tail for each topic that is watched, shared by all who do; it ends
// when it was watched by nobody for a while.
import type { Log } from '../../connectors/connector.ts'
import type { PlannedTopic } from '../../topology/plan.ts'
import { type Pace, rest } from '../pace.ts'
import { type Channel } from './channels.ts'
import { type Offsets, TopicTail, type Update, type Watcher } from './topic-tail.ts'

export interface SubscribeOptions extends Watcher {
  readonly channel: Channel
  /** Where the caller stopped; undefined: it begins with a snapshot. */
  readonly from: Offsets | undefined
  /** Told the last record of each key, and where the topic is read on, before any update. */
  readonly begin: (snapshot: readonly Update[], offsets: Offsets) => void
  /** Awaited between portions of what was missed. */
  readonly hasRoom: () => Promise<void>
}

/** What retention has deleted cannot be given any more. */
export class OffsetsGone extends Error {
  override readonly name = 'OffsetsGone'
}

const IDLE_MS = 30_000
const FETCHED = 1_000

export class TopicHub {
  readonly #log: Log
  readonly #pace: Pace
  readonly #tails = new Map<string, TopicTail>()
  #isClosed = false

  constructor(log: Log, pace: Pace) {
    this.#log = log
    this.#pace = pace
  }

  /** Gives the way to end it. @throws OffsetsGone; EngineError of the log. */
  async subscribe(options: SubscribeOptions): Promise<() => void> {
    const { channel } = options
    const tail = this.#tailOf(channel.topic)
    const isOfChannel = ({ key }: Update): boolean =>
      channel.key === undefined || key === channel.key
    const watcher: Watcher = {
      take: (updates) => {
        const own = channel.key === undefined ? updates : updates.filter(isOfChannel)
        if (own.length > 0) options.take(own)
      },
      onProblem: options.onProblem,
    }
    const end = (): void => {
      tail.leave(watcher)
      this.#letGo(channel.topic, tail)
    }
    tail.users += 1
    try {
      await this.#begin(tail, watcher, options)
      return end
    } catch (error) {
      end()
      throw error
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    for (const tail of this.#tails.values()) tail.close()
    await Promise.all([...this.#tails.values()].map(({ done }) => done))
  }

  async #begin(tail: TopicTail, watcher: Watcher, options: SubscribeOptions): Promise<void> {
    const { key } = options.channel
    const { last } = await tail.snapshot()
    if (options.from !== undefined) {
      await this.#catchUp(tail, options.from, watcher, options)
      return
    }
    const snapshot = key === undefined ? [...last.values()] : [last.get(key) ?? []].flat()
    options.begin(snapshot, tail.offsets)
    tail.watch(watcher)
  }

  /** Gives what was missed, and watches from where the tail is, in one turn. */
  async #catchUp(
    tail: TopicTail,
    from: Offsets,
    watcher: Watcher,
    { channel, hasRoom }: SubscribeOptions,
  ): Promise<void> {
    const { topic } = channel.topic
    const ids = from.map((_, partition) => ({ topic, partition }))
    const bounds = await this.#log.bounds(ids)
    const gone = bounds.find(({ partition, first }) => first > (from[partition] ?? 0))
    if (gone !== undefined) {
      throw new OffsetsGone(`${topic}/${gone.partition} begins at ${gone.first} by now`)
    }
    const offsets = [...from]
    for (;;) {
      const behind = ids
        .map(({ partition }) => ({ topic, partition, offset: offsets[partition] ?? 0 }))
        .filter(({ partition, offset }) => offset < (tail.offsets[partition] ?? 0))
      if (behind.length === 0) break
      const options = { maxRecords: FETCHED, waitMs: 0 }
      for (const { partition, batches, next } of await this.#log.fetch(behind, options)) {
        // What the tail has not read yet it will give itself.
        const limit = tail.offsets[partition] ?? 0
        const updates = batches.flatMap((stored) => tail.updatesOf(partition, stored))
        watcher.take(updates.filter(({ offset }) => offset < limit))
        offsets[partition] = Math.min(next, limit)
      }
      await hasRoom()
    }
    tail.watch(watcher)
  }

  #tailOf(topic: PlannedTopic): TopicTail {
    const known = this.#tails.get(topic.topic)
    if (known !== undefined) return known
    const tail = new TopicTail({ log: this.#log, topic, pace: this.#pace })
    this.#tails.set(topic.topic, tail)
    return tail
  }

  #letGo({ topic }: PlannedTopic, tail: TopicTail): void {
    tail.users -= 1
    if (tail.users > 0 || this.#isClosed) return
    void rest(IDLE_MS).then(() => {
      if (tail.users > 0 || this.#tails.get(topic) !== tail) return
      tail.close()
      this.#tails.delete(topic)
    })
  }
}
