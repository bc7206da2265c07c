// Follows topics over one WebSocket: what was written lately, then what comes. When the connection
// is lost it is opened again, and each channel goes on where it stopped.
import { after } from './clock.ts'
import { credential } from './session.ts'
import type { Update } from './answers.ts'

export interface Follower {
  /** Records of each partition that are given before those that come. */
  readonly history: number
  readonly take: (updates: readonly Update[]) => void
  readonly onProblem: (detail: string) => void
}

export interface Streams {
  /** Gives the way to end it. A channel has one follower at a time. */
  readonly follow: (channel: string, follower: Follower) => () => void
}

interface Followed extends Follower {
  /** Where to go on; undefined until the channel has said where it ends. */
  resume: string | undefined
  /** The last record of each key, for a channel whose history is gone. */
  snapshot: readonly Update[]
  isBehind: boolean
}

interface Message {
  readonly type: 'snapshot' | 'update' | 'unsubscribed' | 'dropped' | 'problem' | 'heartbeat'
  readonly channel?: string
  readonly resume?: string
  readonly entries?: readonly Update[]
  readonly code?: string
  readonly detail?: string
  readonly reason?: string
}

const RETRY_MS = 1_000

export function openStreams(): Streams {
  const channels = new Map<string, Followed>()
  let socket: WebSocket | undefined
  const send = (order: object): void => {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(order))
  }
  const subscribe = (channel: string, from: string | undefined): void => {
    send({ op: 'subscribe', channel, ...(from !== undefined && { from }) })
  }
  const connect = (): void => {
    socket = new WebSocket(address())
    socket.addEventListener('open', () => {
      for (const [channel, { resume }] of channels) subscribe(channel, resume)
    })
    socket.addEventListener('message', ({ data }: MessageEvent<string>) => {
      const message = JSON.parse(data) as Message
      const followed = channels.get(message.channel ?? '')
      if (followed !== undefined) hear(followed, message, { send, subscribe })
    })
    socket.addEventListener('close', () => {
      socket = undefined
      if (channels.size > 0) after(RETRY_MS, connectIfNeeded)
    })
  }
  const connectIfNeeded = (): void => {
    if (socket === undefined && channels.size > 0) connect()
  }
  return {
    follow: (channel, follower) => {
      const followed = { ...follower, resume: undefined, snapshot: [], isBehind: false }
      channels.set(channel, followed)
      if (socket === undefined) connect()
      else subscribe(channel, undefined)
      return () => {
        if (channels.get(channel) !== followed) return
        channels.delete(channel)
        send({ op: 'unsubscribe', channel })
      }
    },
  }
}

interface Answering {
  readonly send: (order: object) => void
  readonly subscribe: (channel: string, from: string | undefined) => void
}

function hear(followed: Followed, message: Message, { send, subscribe }: Answering): void {
  const { type, channel = '', resume } = message
  if (type === 'snapshot' && followed.resume === undefined && followed.history > 0) {
    // Only now is it known where the channel ends: it is asked for again from before that.
    followed.snapshot = message.entries ?? []
    followed.isBehind = true
    followed.resume = earlier(resume ?? '', followed.history)
    send({ op: 'unsubscribe', channel })
  } else if (type === 'unsubscribed' && followed.isBehind) {
    followed.isBehind = false
    subscribe(channel, followed.resume)
  } else if (type === 'problem' && message.code === 'position-gone') {
    followed.take(followed.snapshot)
    followed.resume = ''
    subscribe(channel, undefined)
  } else if (type === 'problem') {
    followed.onProblem(message.detail ?? 'the channel cannot be followed')
  } else if (type === 'dropped') {
    followed.onProblem(`dropped: ${message.reason ?? 'too slow'}`)
  } else if (type === 'snapshot' || (type === 'update' && !followed.isBehind)) {
    followed.resume = resume ?? followed.resume
    followed.take(message.entries ?? [message as unknown as Update])
  }
}

/** So many records before `0@18,1@40`, in each partition. */
function earlier(resume: string, by: number): string {
  return resume
    .split(',')
    .map((each) => {
      const [partition = '', offset = ''] = each.split('@')
      return `${partition}@${Math.max(0, Number(offset) - by)}`
    })
    .join()
}

/** A WebSocket sends no headers of its own. */
function address(): string {
  const url = new URL('api/v1/streams', document.baseURI)
  url.protocol = url.protocol.replace('http', 'ws')
  const shown = credential()
  if (shown !== undefined) url.searchParams.set('access_token', shown)
  return url.href
}
