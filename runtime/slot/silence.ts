// Whether a task that another waits for is silent because the world is: for long nothing came of
// it, and it has taken all that is on the log for it, as have those before it. A task that is
// merely behind, being restored or stopped, is waited for.
import { type Commits, haveTakenAll, readCommits } from '../finish.ts'
import type { ChannelLayout, Layout, TaskLayout } from '../layout.ts'
import type { Channel } from '../task/channel.ts'
import type { Source } from '../task/source.ts'
import type { SlotOptions } from './options.ts'

const MICROS_PER_MS = 1000

/** A channel of another task, and the source that it is read from. */
export interface SentChannel {
  readonly source: Source
  readonly channel: Channel
}

export class Silence {
  readonly #options: SlotOptions
  /** What was taken of a channel when it was first found empty, and since when that is all. */
  readonly #seen = new Map<Channel, { readonly offset: number; readonly since: number }>()
  /** What the log said last; it is asked again after the channel's idle time. */
  readonly #looks = new Map<Channel, { readonly at: number; readonly isSilent: boolean }>()

  constructor(options: SlotOptions) {
    this.#options = options
  }

  /**
   * Those of a task's empty channels that may be gone on without; none, while the one that the task
   * waits for is not among them.
   * @throws EngineError of the log.
   */
  async find(waited: Channel, empty: readonly SentChannel[]): Promise<readonly SentChannel[]> {
    const { layout, log, pace } = this.#options
    const now = pace.now()
    const due = empty.filter(({ channel }) => this.#isLong(channel, now))
    if (!due.some(({ channel }) => channel === waited)) return []
    const asked = due.filter(({ channel }) => {
      const last = this.#looks.get(channel)
      return last === undefined || isOver(channel, last.at, now)
    })
    if (asked.length > 0) {
      const commits = await readCommits(layout, log)
      for (const each of asked) {
        const isSilent = await this.#look(each, commits)
        this.#looks.set(each.channel, { at: now, isSilent })
      }
    }
    const silent = due.filter(({ channel }) => this.#looks.get(channel)?.isSilent === true)
    return silent.some(({ channel }) => channel === waited) ? silent : []
  }

  /** Whether nothing came for the channel's idle time, counted from when it is first asked. */
  #isLong(channel: Channel, now: number): boolean {
    const { offset } = channel
    const seen = this.#seen.get(channel)
    if (seen?.offset === offset) return isOver(channel, seen.since, now)
    this.#seen.set(channel, { offset, since: now })
    return false
  }

  /** Whether nothing that is on the log can still come along the channel. */
  async #look({ source, channel }: SentChannel, commits: Commits): Promise<boolean> {
    const { layout, log } = this.#options
    const { topic, partition, next: offset } = source
    const { layout: from, offset: takenTo } = channel
    const own = { position: { topic, partition, offset }, upstream: from.upstream, takenTo }
    return haveTakenAll(log, commits, sendersOf(layout, from), [own])
  }
}

/** Whether the channel's idle time has passed since then, in milliseconds. */
function isOver({ layout: { idle = Infinity } }: Channel, since: number, now: number): boolean {
  return (now - since) * MICROS_PER_MS >= idle
}

/** The task that sends along a channel, and all that send to it in turn. */
function sendersOf({ tasks }: Layout, channel: ChannelLayout): readonly TaskLayout[] {
  const found = new Set<TaskLayout>()
  const add = ({ topic, upstream }: ChannelLayout): void => {
    const sender = tasks.find(
      ({ partition, destinations }) =>
        partition === upstream && destinations.some((each) => each.topic === topic),
    )
    if (sender === undefined || found.has(sender)) return
    found.add(sender)
    for (const each of sender.channels) add(each)
  }
  add(channel)
  return [...found]
}
