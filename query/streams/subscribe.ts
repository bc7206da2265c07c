// A subscription of a channel, whatever carries it: the snapshot or what was missed, then updates,
// until it ends, or is ended because its subscriber takes too little.
import { type Channel, findChannel } from '../../runtime/query/channels.ts'
import { OffsetsGone, type TopicHub } from '../../runtime/query/topic-hub.ts'
import type { Offsets } from '../../runtime/query/topic-tail.ts'
import type { Plan } from '../../topology/plan.ts'
import { Problem } from '../problem.ts'
import { Feed, type Outlet } from './feed.ts'
import type { Ticker } from './ticker.ts'

export interface StreamsApi {
  readonly hub: TopicHub
  readonly ticker: Ticker
  readonly now: () => number
  readonly pause: (ms: number) => Promise<void>
}

export interface SubscriptionRequest {
  readonly channel: Channel
  readonly from: Offsets | undefined
  readonly outlet: Outlet
  /** The other side has gone, or has been dropped for this reason. */
  readonly isOver: () => boolean
  readonly onDropped: (reason: string) => void
  readonly onProblem: (error: unknown) => void
}

const LOOK_EVERY_MS = 50

/** @throws Problem `channel-unknown`, `key-malformed`. */
export function channelOf(plan: Plan, name: string): Channel {
  const found = findChannel(plan, name)
  if (found === 'malformed') {
    throw new Problem('key-malformed', `what follows the topic in "${name}" is no key of it`)
  }
  if (found !== undefined) return found
  const names = [...plan.topics.values()].map((topic) => topic.topic.replaceAll('.', ':'))
  throw new Problem('channel-unknown', `channels are ${names.join(', ')}, each with a key or not`)
}

/**
 * Positions of a channel's topic as an answer gave them: `0@17,1@40`.
 * @throws Problem `position-malformed`.
 */
export function readOffsets({ topic }: Channel, text: string | undefined): Offsets | undefined {
  if (text === undefined || text === '') return undefined
  const offsets = new Map(
    text.split(',').map((each) => {
      const [, partition = '', offset = ''] = /^(\d{1,9})@(\d{1,15})$/.exec(each) ?? []
      return [Number(partition || NaN), Number(offset || NaN)] as const
    }),
  )
  const all = Array.from({ length: topic.partitions }, (_, each) => offsets.get(each))
  if (offsets.size === topic.partitions && all.every((each) => each !== undefined)) return all
  const detail = `topic "${topic.topic}" has ${topic.partitions} partitions: 0@17,1@40 names two`
  throw new Problem('position-malformed', detail)
}

/** Gives the way to end it. @throws Problem `position-gone`; EngineError of the log. */
export async function subscribe(
  { hub, ticker, now, pause }: StreamsApi,
  { channel, from, outlet, isOver, onDropped, onProblem }: SubscriptionRequest,
): Promise<() => void> {
  const feed = new Feed({ channel, outlet, now, from })
  const tick = (): void => {
    const reason = isOver() ? undefined : feed.tick()
    if (reason !== undefined) onDropped(reason)
    if (isOver() || reason !== undefined) end()
  }
  let leave: (() => void) | undefined
  let isEnded = false
  const end = (): void => {
    isEnded = true
    ticker.remove(tick)
    leave?.()
    leave = undefined
  }
  const hasEnded = (): boolean => isEnded
  ticker.add(tick)
  const hasRoom = async (): Promise<void> => {
    while (!hasEnded() && !feed.hasRoom) await pause(LOOK_EVERY_MS)
  }
  try {
    leave = await hub.subscribe({
      ...{ channel, from, hasRoom, onProblem },
      begin: (snapshot, offsets) => feed.begin(snapshot, offsets),
      take: (updates) => feed.take(updates),
    })
  } catch (error) {
    end()
    if (!(error instanceof OffsetsGone)) throw error
    throw new Problem('position-gone', `${error.message}; begin again without a position`)
  }
  // It may have ended while what was missed was sent.
  if (hasEnded()) end()
  return end
}
